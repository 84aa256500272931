"""What an operator may set, read in one place and refused in one sentence.

Only settings.py calls this module; nothing else in the site reads the environment.
"""

import os
import sys
from typing import NoReturn
from urllib.parse import urlsplit

import dj_database_url

_YES, _NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


def refuse(sentence: str) -> NoReturn:
    """End the process with exit code 1 and one sentence on standard error, without a traceback."""
    sys.exit(f"Configuration error: {sentence}")


def text(name: str, default: str | None = None) -> str:
    """The value of `name`; a missing one without a default ends the process."""
    value = os.environ.get(name, "").strip() or default
    if value is None:
        refuse(f"{name} is not set. See .env.example for what it should hold.")
    return value


def flag(name: str, *, default: bool) -> bool:
    value = os.environ.get(name, str(default)).strip().lower()
    if value not in _YES | _NO:
        refuse(f"{name} must be true or false, not {value!r}.")
    return value in _YES


def words(name: str, default: str = "") -> list[str]:
    return [word for word in text(name, default).replace(",", " ").split() if word]


def web_address(name: str, default: str = "") -> str:
    """An absolute https (or http) address, or the empty default."""
    value = text(name, default)
    if value and (urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname):
        refuse(f"{name} must be a whole web address such as https://example.dk/, not {value!r}.")
    return value


def secret(name: str, *, minimum: int) -> str:
    """A secret of at least `minimum` characters. Its value never appears in the refusal."""
    value = text(name)
    if len(value) < minimum:
        refuse(f"{name} must be at least {minimum} characters long.")
    return value


def chosen(name: str, allowed: set[str], default: str = "") -> set[str]:
    picked = set(words(name, default))
    if picked - allowed:
        refuse(f"{name} may hold {', '.join(sorted(allowed))}, not {', '.join(sorted(picked - allowed))}.")
    return picked


def choice(name: str, allowed: set[str], default: str) -> str:
    return next(iter(chosen(name, allowed, default)))


def database(name: str) -> dict[str, object]:
    """Django's database settings from an address like sqlite:////srv/site.sqlite3 or postgres://..."""
    address = text(name)
    try:
        settings: dict[str, object] = dict(dj_database_url.parse(address, conn_max_age=60))
    except (ValueError, KeyError):
        refuse(
            f"{name} is not a database address. Write sqlite:////path/site.sqlite3 or postgres://user:password@host/name."
        )
    if settings["ENGINE"] == "django.db.backends.sqlite3":
        # IMMEDIATE takes the write lock at BEGIN, so two writers wait instead of failing half-way;
        # FULL survives a power cut. Measured in docs/decisions/0003.
        settings["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        }
    elif settings["ENGINE"] != "django.db.backends.postgresql":
        refuse(f"{name} must name SQLite or PostgreSQL.")
    return settings
