"""Prints the address of a PostgreSQL server to test on; without one, says so and exits with 77 (CI: 1)."""

import os
import sys

import psycopg

CANDIDATES = [os.environ.get("POSTGRES_URL", ""), "postgres://postgres@127.0.0.1:5432/postgres"]


def address() -> str | None:
    for url in filter(None, CANDIDATES):
        try:
            with psycopg.connect(url, connect_timeout=30):
                return url
        except psycopg.OperationalError:
            continue
    return None


if __name__ == "__main__":
    found = address()
    if found:
        print(found)
    else:
        print("Left out: the tests on PostgreSQL, because no server answers (POSTGRES_URL).", file=sys.stderr)
        sys.exit(1 if os.environ.get("CI") == "true" else 77)
