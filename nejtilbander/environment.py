"""Reads and validates environment variables. A bad value ends the process with one sentence.

Called by settings.py and by the server package, which runs before Django; nothing else reads the environment.
"""

import hashlib
import os
import sys
from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import NoReturn
from urllib.parse import unquote, urlsplit

import dj_database_url
from nacl.signing import SigningKey

from nejtilbander.text.mail_addresses import as_header

CONTAINERS = IPv4Network("172.31.250.0/23")  # the networks of compose.yaml
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


def use_local_site(checkout: Path) -> None:
    """Sets what `make serve` wrote to site.env in DATA_DIR (default: var), so that manage.py works on that site.

    Only where the environment names neither a secret nor a database, as it does in production; what it names otherwise
    goes before the file. Says so on standard error.
    """
    if any(os.environ.get(key) for key in ("SECRET_KEY", "SECRET_KEY_FILE", "DATABASE_URL")):
        return
    file = checkout / os.environ.get("DATA_DIR", "var") / "site.env"
    if not file.is_file():
        return
    for line in file.read_text("utf-8").splitlines():
        name, _, value = line.partition("=")
        if name != "DATA_DIR" and f"{name}_FILE" not in os.environ and name.removesuffix("_FILE") not in os.environ:
            os.environ[name] = value
    os.environ["DATA_DIR"] = str(file.parent.resolve())
    print(f"The local site in {file.parent}, as `make serve` made it.", file=sys.stderr)


def text(name: str, default: str | None = None) -> str:
    """The stripped value of `name`, else `default`; ends the process when there is neither."""
    value = _given(name) or default
    if value is None:
        refuse(f"{name} is not set. See .env.example for what it should hold.")
    return value


def _given(name: str) -> str:
    """The value of `name`, or what the file that NAME_FILE names holds: so platforms hand out secrets. "" without."""
    value, file = (os.environ.get(key, "").strip() for key in (name, f"{name}_FILE"))
    if value and file:
        refuse(f"{name} and {name}_FILE are both set. Take one away.")
    if not file:
        return value
    try:
        return Path(file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        refuse(f"{name}_FILE names {file}, which cannot be read.")


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


def networks(name: str) -> list[IPv4Network | IPv6Network]:
    """Networks, as nginx is told of them: allow 10.0.0.0/8; allow 2001:db8::/32; [] for all."""
    try:
        found = [ip_network(word) for word in text(name, "").replace(";", " ").split() if word != "allow"]
    except ValueError:
        refuse(f"{name} must be networks such as: allow 10.0.0.0/8; allow 192.0.2.0/24;")
    if any(network.overlaps(CONTAINERS) for network in found if network.version == CONTAINERS.version):
        refuse(f"{name} may not hold {CONTAINERS}: a visitor whom Docker lets in over IPv6 comes from there.")
    return found


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


def passwords(name: str, roles: Iterable[str], *, minimum: int = 20) -> dict[str, str]:
    """By role the secret NAME_ROLE, of those that are set."""
    keys = {role: f"{name}_{role.upper()}" for role in roles}
    return {role: secret(key, minimum=minimum) for role, key in keys.items() if _given(key)}


def number(name: str, default: int, *, maximum: int) -> int:
    """A whole number from 0 to `maximum`."""
    value = text(name, str(default))
    if not value.isascii() or not value.isdigit() or int(value) > maximum:
        refuse(f"{name} must be a whole number from 0 to {maximum}, not {value!r}.")
    return int(value)


def keyring_secret(role: str, folder: Path) -> str:
    """KEYRING_SECRET, which unwraps the keyring; "" in the `public` role, which must not have it or the keys, and in
    `prepare`, which opens nothing.
    """
    if role not in {"public", "prepare"}:
        return secret("KEYRING_SECRET", minimum=32)
    if role == "prepare":
        return ""
    if _given("KEYRING_SECRET") or (os.access(folder, os.R_OK) and any(folder.glob("*.key"))):
        refuse("SITE_ROLE is public, but this process can read the keyring. Take KEYRING_SECRET and KEYRING_DIR away.")
    return ""


def index_key(role: str) -> str:
    """INDEX_KEY, which recognises an address: the worker's alone. The `public` role must not have it."""
    if role in {"worker", "all"}:
        return secret("INDEX_KEY", minimum=32)
    if role == "public" and _given("INDEX_KEY"):
        refuse("SITE_ROLE is public, but this process could recognise addresses. Take INDEX_KEY away.")
    return ""


def alarm_addresses(role: str, *, is_production: bool) -> list[str]:
    """ALARM_TO: the staff who are told. In production every role that writes or causes letters must have some."""
    addresses = words("ALARM_TO")
    if is_production and role not in {"public", "prepare"} and not addresses:
        refuse("ALARM_TO is empty: somebody must be told when a list is opened. See .env.example.")
    if wrong := [address for address in addresses if "@" not in address.strip("@")]:
        refuse(f"ALARM_TO must be mail addresses such as vagt@example.dk, not {' '.join(wrong)!r}.")
    return [_as_header("ALARM_TO", address) for address in addresses]


def signing_key(role: str) -> str:
    """The private half of the key that staff sign with, 64 hex digits, made of SIGNING_KEY; "" in the other roles."""
    if role in {"staff", "all"}:
        return hashlib.sha256(secret("SIGNING_KEY", minimum=32).encode()).hexdigest()
    if _given("SIGNING_KEY"):
        refuse(f"SITE_ROLE is {role}, but this process could sign as staff. Take SIGNING_KEY away.")
    return ""


def verify_key(role: str, private: str) -> str:
    """The public half: VERIFY_KEY, 64 hex digits, or derived in a process that has the `private` one.

    "" in `prepare`, which checks no signature.
    """
    if private:
        return SigningKey(bytes.fromhex(private)).verify_key.encode().hex()
    if role == "prepare":
        return ""
    value = text("VERIFY_KEY").lower()
    if len(value) != 64 or set(value) - set("0123456789abcdef"):
        refuse("VERIFY_KEY must be the 64 digits that `manage.py verify_key` prints where staff's SIGNING_KEY is.")
    return value


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


def groups(name: str, *, never: Iterable[str]) -> dict[str, str]:
    """Group to role, from "group=Role, other group=Role". The roles `never` are refused: no group may give them."""
    pairs = [part.rpartition("=") for part in text(name, "").split(",") if part.strip()]
    found = {group.strip(): role.strip() for group, _, role in pairs}
    if not all(found) or not all(found.values()):
        refuse(f"{name} must be groups and roles such as: web-editors=Redaktør, web-leaders=Mødeleder.")
    if refused := sorted(set(never) & set(found.values())):
        refuse(f"{name} may not give the role {' or '.join(refused)}: that is given by two people, to one person.")
    return found


def mail_address(name: str, default: str) -> str:
    """A mail address, with a name before it or not, its domain in ASCII as it is handed to the mail server."""
    return _as_header(name, text(name, default))


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
    """Django's database settings from an address like sqlite:////srv/site.sqlite3 or postgres://...

    DATABASE_PASSWORD is the login's password when the address has none: one can then be read without the other.
    """
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
        settings["PASSWORD"] = settings["PASSWORD"] or _given("DATABASE_PASSWORD")
        return {**settings, "OPTIONS": POSTGRESQL_OPTIONS | (settings.get("OPTIONS") or {})}
    refuse(f"{name} must name SQLite or PostgreSQL.")
