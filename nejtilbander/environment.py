"""What an operator may set, read in one place and refused in one sentence.

Only settings.py calls this module, and gunicorn.py, which is read before them; nothing else reads the environment.
"""

import os
import sys
from pathlib import Path
from typing import NoReturn
from urllib.parse import unquote, urlsplit

import dj_database_url

_YES, _NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


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
    value = text(name, str(default)).lower()
    if value not in _YES | _NO:
        refuse(f"{name} must be true or false, not {value!r}.")
    return value in _YES


def words(name: str, default: str = "") -> list[str]:
    return text(name, default).replace(",", " ").split()


def hosts(name: str, default: str) -> list[str]:
    """Host names without scheme or path. localhost is always one: the platform's own probe asks for it."""
    found = words(name, default)
    if not found or any(sign in host for host in found for sign in "/@"):
        refuse(f"{name} must be host names such as example.dk www.example.dk, not {text(name, default)!r}.")
    return [*found, "localhost"]


def web_address(name: str, default: str = "", *, schemes: tuple[str, ...] = ("https", "http")) -> str:
    """An absolute address with one of `schemes`, or the empty default."""
    value = text(name, default)
    try:
        parts = urlsplit(value)
        is_whole = parts.scheme in schemes and bool(parts.hostname or parts.scheme == "mailto") and " " not in value
    except ValueError:
        is_whole = False
    if value and not is_whole:
        refuse(f"{name} must be a whole web address such as https://example.dk/, not {value!r}.")
    return value


def secret(name: str, *, minimum: int) -> str:
    """A secret of at least `minimum` characters. Its value never appears in the refusal."""
    value = text(name)
    if len(value) < minimum:
        refuse(f"{name} must be at least {minimum} characters long.")
    if value.startswith("#") or " " in value:
        refuse(f"{name} holds a comment or a sentence. Make a random one: see .env.example.")
    return value


def number(name: str, default: int, *, most: int) -> int:
    """A whole number from 0 to `most`."""
    value = text(name, str(default))
    if not value.isascii() or not value.isdigit() or int(value) > most:
        refuse(f"{name} must be a whole number from 0 to {most}, not {value!r}.")
    return int(value)


def keyring_secret(role: str, folder: Path) -> str:
    """What unwraps the keyring. The internet-facing process must have neither it nor the keys, and refuses to start."""
    if role != "public":
        return secret("KEYRING_SECRET", minimum=32)
    if os.environ.get("KEYRING_SECRET") or (os.access(folder, os.R_OK) and any(folder.glob("*.key"))):
        refuse("SITE_ROLE is public, but this process can read the keyring. Take KEYRING_SECRET and KEYRING_DIR away.")
    return ""


def mail(name: str, default: str) -> dict[str, object]:
    """Where letters go: smtp://user:password@host:587 (STARTTLS), smtps://host (TLS), smtp+plain://host (neither),
    or file:///folder, which writes each letter as a file.
    """
    address = text(name, default)
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        refuse(f"{name} is not a mail address such as smtp://user:password@mail.example.dk:587.")
    if parts.scheme == "file" and parts.path:
        return {"backend": "nejtilbander.background.mail_backend.FolderEmailBackend", "folder": unquote(parts.path)}
    if parts.scheme not in {"smtp", "smtps", "smtp+plain"} or not parts.hostname:
        refuse(f"{name} must begin with smtp://, smtps://, smtp+plain:// or file:///.")
    return {
        "backend": "django.core.mail.backends.smtp.EmailBackend",
        "host": parts.hostname,
        "port": port or {"smtp": 587, "smtps": 465, "smtp+plain": 25}[parts.scheme],
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "tls": parts.scheme == "smtp",
        "ssl": parts.scheme == "smtps",
    }


def chosen(name: str, allowed: set[str], default: str = "") -> set[str]:
    picked = set(words(name, default))
    if picked - allowed:
        refuse(f"{name} may hold {', '.join(sorted(allowed))}, not {', '.join(sorted(picked - allowed))}.")
    return picked


def choice(name: str, allowed: set[str], default: str) -> str:
    picked = chosen(name, allowed, default)
    if len(picked) != 1:
        refuse(f"{name} must hold one of {', '.join(sorted(allowed))}.")
    return picked.pop()


def database(name: str) -> dict[str, object]:
    """Django's database settings from an address like sqlite:////srv/site.sqlite3 or postgres://..."""
    address = text(name)
    try:
        settings: dict[str, object] = dict(dj_database_url.parse(address, conn_max_age=60, conn_health_checks=True))
    except (ValueError, KeyError):
        refuse(
            f"{name} is not a database address. Write sqlite:////path/site.sqlite3 or postgres://user:password@host/name."
        )
    if not settings["NAME"]:
        refuse(f"{name} names no database.")
    if settings["ENGINE"] == "django.db.backends.sqlite3":
        folder = Path(str(settings["NAME"])).parent
        if settings["NAME"] != ":memory:" and not folder.is_dir():
            refuse(f"{name} names a file in {folder}, and there is no such folder.")
        # IMMEDIATE takes the write lock at BEGIN, so two writers wait instead of failing half-way;
        # FULL survives a power cut; secure_delete overwrites what is erased. See docs/decisions/0003.
        settings["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
            "PRAGMA secure_delete=ON;",
        }
    elif settings["ENGINE"] == "django.db.backends.postgresql":
        # A database that does not answer must not hold the workers that could have given the guide; nor must a network
        # that swallows what is sent.
        options = {
            "connect_timeout": 3, "options": "-c statement_timeout=15s", "tcp_user_timeout": 5_000,
            "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 2,
        }  # fmt: skip
        settings["OPTIONS"] = options | dict(settings.get("OPTIONS") or {})  # type: ignore[call-overload]
    else:
        refuse(f"{name} must name SQLite or PostgreSQL.")
    return settings
