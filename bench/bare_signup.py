"""Baseline for sign-ups: a form from memory, one UPDATE and the INSERTs in one durable transaction, a redirect.

No Django, no encryption, no validation. Form and receipt have the site's bytes; columns and commits are the same.
"""

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import parse_qs
from wsgiref.types import WSGIEnvironment

import psycopg

FORM = Path(os.environ["BENCH_FORM"]).read_bytes()
RECEIPT = Path(os.environ["BENCH_RECEIPT"]).read_bytes()
ADDRESS = os.environ["BENCH_DATABASE"]
HTML = ("Content-Type", "text/html; charset=utf-8")
IS_POSTGRES = ADDRESS.startswith("postgres")
PLACEHOLDER = "%s" if IS_POSTGRES else "?"
UPDATE = f"UPDATE bare_seats SET taken = taken + {PLACEHOLDER} WHERE taken + {PLACEHOLDER} <= capacity RETURNING taken"  # noqa: S608
PERSON = f"INSERT INTO bare_signup VALUES ({', '.join([PLACEHOLDER] * 6)})"  # noqa: S608
LETTER = f"INSERT INTO bare_letter VALUES ({', '.join([PLACEHOLDER] * 4)})"  # noqa: S608
_connection: psycopg.Connection | sqlite3.Connection | None = None


def connection() -> psycopg.Connection | sqlite3.Connection:
    """One for each process, opened after the fork."""
    global _connection  # noqa: PLW0603 - the simplest cache there is
    if _connection is None:
        if IS_POSTGRES:
            _connection = psycopg.connect(ADDRESS)
        else:
            _connection = sqlite3.connect(ADDRESS, timeout=20, isolation_level=None)
            _connection.execute("PRAGMA journal_mode=WAL")
            _connection.execute("PRAGMA synchronous=FULL")
    return _connection


def sign_up(fields: dict[str, list[str]]) -> None:
    database, seats, number = connection(), int(fields["seats"][0]), secrets.randbits(63)
    if not IS_POSTGRES:
        database.execute("BEGIN IMMEDIATE")
    database.execute(UPDATE, (seats, seats)).fetchone()
    database.execute(PERSON, (number, "held", seats, "da", secrets.token_bytes(1072), secrets.token_urlsafe(32)))
    database.execute(LETTER, (secrets.token_hex(16), number, "confirm", "da"))
    database.commit() if IS_POSTGRES else database.execute("COMMIT")


def application(environ: WSGIEnvironment, start_response: Callable[..., object]) -> Iterable[bytes]:
    if environ["REQUEST_METHOD"] == "POST":
        sign_up(parse_qs(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode()))
        start_response("303 See Other", [("Location", "/kvittering/"), ("Content-Length", "0")])
        return [b""]
    body = RECEIPT if "kvittering" in environ["PATH_INFO"] else FORM
    start_response("200 OK", [HTML, ("Content-Length", str(len(body)))])
    return [body]
