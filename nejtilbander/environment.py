"""Reads and validates environment variables. A bad value ends the process with one sentence.

Called by settings.py and by the server package, which runs before Django; nothing else reads the environment.
"""

import os
import sys
from pathlib import Path
from typing import NoReturn
from urllib.parse import unquote, urlsplit

import dj_database_url

from nejtilbander.text.mail_addresses import as_header

_YES, _NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}
# IMMEDIATE takes the write lock at BEGIN, so two writers wait instead of failing half-way; FULL survives a power cut;
# secure_delete overwrites what is erased. See docs/decisions/0003.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
    "PRAGMA secure_delete=ON;",
}
# A database or network that does not answer must not block the workers, which can still serve cached pages.
POSTGRESQL_OPTIONS = {
    "connect_timeout": 3, "options": "-c statement_timeout=15s", "tcp_user_timeout": 5_000,
    "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 2,
}  # fmt: skip


def refuse(sentence: str) -> NoReturn:
    """End the process with exit code 1 and one sentence on standard error, without a traceback."""
    sys.exit(f"Configuration error: {sentence}")


def text(name: str, default: str | None = None) -> str:
    """The stripped value of `name`, else `default`; ends the process when there is neither."""
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
    """Host names without scheme or path. localhost is always added, for the platform's probes."""
    names = words(name, default)
    if not names or any(char in host for host in names for char in "/@"):
        refuse(f"{name} must be host names such as example.dk www.example.dk, not {text(name, default)!r}.")
    return [*names, "localhost"]


def web_address(name: str, default: str = "", *, schemes: tuple[str, ...] = ("https", "http")) -> str:
    """An absolute address with one of `schemes`, or the empty default."""
    value = text(name, default)
    try:
        parts = urlsplit(value)
        is_absolute = parts.scheme in schemes and bool(parts.hostname or parts.scheme == "mailto") and " " not in value
    except ValueError:
        is_absolute = False
    if value and not is_absolute:
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


def number(name: str, default: int, *, maximum: int) -> int:
    """A whole number from 0 to `maximum`."""
    value = text(name, str(default))
    if not value.isascii() or not value.isdigit() or int(value) > maximum:
        refuse(f"{name} must be a whole number from 0 to {maximum}, not {value!r}.")
    return int(value)


def keyring_secret(role: str, folder: Path) -> str:
    """KEYRING_SECRET, which unwraps the keyring; "" in the `public` role, which must not have it or the keys."""
    if role != "public":
        return secret("KEYRING_SECRET", minimum=32)
    if os.environ.get("KEYRING_SECRET") or (os.access(folder, os.R_OK) and any(folder.glob("*.key"))):
        refuse("SITE_ROLE is public, but this process can read the keyring. Take KEYRING_SECRET and KEYRING_DIR away.")
    return ""


def index_key(role: str) -> str:
    """INDEX_KEY, which recognises an address: the worker's alone. The `public` role must not have it."""
    if role in {"worker", "all"}:
        return secret("INDEX_KEY", minimum=32)
    if role == "public" and os.environ.get("INDEX_KEY"):
        refuse("SITE_ROLE is public, but this process could recognise addresses. Take INDEX_KEY away.")
    return ""


def mail(name: str, default: str) -> dict[str, object]:
    """Mail settings from smtp://user:password@host:587 (STARTTLS), smtps://host (TLS), smtp+plain://host (neither),
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


def mail_address(name: str, default: str) -> str:
    """A mail address, with a name before it or not, its domain in ASCII as it is handed to the mail server."""
    return _as_header(name, text(name, default))


def mail_addresses(name: str) -> list[str]:
    """Any number of plain mail addresses, as `mail_address`."""
    return [_as_header(name, word) for word in words(name)]


def _as_header(name: str, address: str) -> str:
    try:
        return as_header(address)
    except UnicodeError:
        refuse(f"{name} holds {address!r}, and there can be no such domain.")


def choices(name: str, allowed: set[str], default: str = "") -> set[str]:
    """Any number of the `allowed` words."""
    picked = set(words(name, default))
    if picked - allowed:
        refuse(f"{name} may hold {', '.join(sorted(allowed))}, not {', '.join(sorted(picked - allowed))}.")
    return picked


def choice(name: str, allowed: set[str], default: str) -> str:
    """Exactly one of the `allowed` words."""
    picked = choices(name, allowed, default)
    if len(picked) != 1:
        refuse(f"{name} must hold one of {', '.join(sorted(allowed))}.")
    return picked.pop()


def database(name: str) -> dict[str, object]:
    """Django's database settings from an address like sqlite:////srv/site.sqlite3 or postgres://..."""
    try:
        settings = dj_database_url.parse(text(name), conn_max_age=60, conn_health_checks=True)
    except (ValueError, KeyError):
        refuse(
            f"{name} is not a database address. Write sqlite:////path/site.sqlite3 or postgres://user:password@host/name."
        )
    if not settings["NAME"]:
        refuse(f"{name} names no database.")
    if settings["ENGINE"] == "django.db.backends.sqlite3":
        folder = Path(settings["NAME"]).parent
        if settings["NAME"] != ":memory:" and not folder.is_dir():
            refuse(f"{name} names a file in {folder}, and there is no such folder.")
        return {**settings, "OPTIONS": dict(SQLITE_OPTIONS)}
    if settings["ENGINE"] == "django.db.backends.postgresql":
        return {**settings, "OPTIONS": POSTGRESQL_OPTIONS | (settings.get("OPTIONS") or {})}
    refuse(f"{name} must name SQLite or PostgreSQL.")
