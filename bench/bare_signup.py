"""The least a sign-up can be: a form from memory, one UPDATE and the INSERTs in one durable transaction, a redirect.

No Django, no sealing, no checks. The same bytes of form and receipt as the site's, the same columns, the same commits.
"""

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import psycopg

FORM = Path(os.environ["BENCH_FORM"]).read_bytes()
RECEIPT = Path(os.environ["BENCH_RECEIPT"]).read_bytes()
ADDRESS = os.environ["BENCH_DATABASE"]
HTML = ("Content-Type", "text/html; charset=utf-8")
IS_POSTGRES = ADDRESS.startswith("postgres")
SIGN = "%s" if IS_POSTGRES else "?"
UPDATE = f"UPDATE bare_seats SET taken = taken + {SIGN} WHERE taken + {SIGN} <= capacity RETURNING taken"  # noqa: S608
PERSON = f"INSERT INTO bare_signup VALUES ({', '.join([SIGN] * 6)})"  # noqa: S608
LETTER = f"INSERT INTO bare_letter VALUES ({', '.join([SIGN] * 4)})"  # noqa: S608
_connection: Any = None


def connection() -> Any:
    """One for each process, opened after the fork."""
    global _connection  # noqa: PLW0603 - the least there is
    if _connection is None:
        if IS_POSTGRES:
            _connection = psycopg.connect(ADDRESS)
        else:
            _connection = sqlite3.connect(ADDRESS, timeout=20, isolation_level=None)
            _connection.execute("PRAGMA journal_mode=WAL")
            _connection.execute("PRAGMA synchronous=FULL")
    return _connection


def sign_up(fields: dict[str, list[str]]) -> None:
    link, seats, number = connection(), int(fields["seats"][0]), secrets.randbits(63)
    if not IS_POSTGRES:
        link.execute("BEGIN IMMEDIATE")
    link.execute(UPDATE, (seats, seats)).fetchone()
    link.execute(PERSON, (number, "held", seats, "da", secrets.token_bytes(1072), secrets.token_urlsafe(32)))
    link.execute(LETTER, (secrets.token_hex(16), number, "confirm", "da"))
    link.commit() if IS_POSTGRES else link.execute("COMMIT")


def application(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
    if environ["REQUEST_METHOD"] == "POST":
        sign_up(parse_qs(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode()))
        start_response("303 See Other", [("Location", "/kvittering/"), ("Content-Length", "0")])
        return [b""]
    body = RECEIPT if "kvittering" in environ["PATH_INFO"] else FORM
    start_response("200 OK", [HTML, ("Content-Length", str(len(body)))])
    return [body]
