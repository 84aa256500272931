"""Backups: the database as one verified tar file, the keyring as another, and their restoration to an empty site.

All data of the site is in the database, pictures too (dumps.py). The list in it is sealed, and no file holds both a box
and its key: a backup gives away no more than a stolen database (docs/decisions/0007). Old files are deleted: what was
erased from the site would live on in them.
"""

import hashlib
import json
import os
import re
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, NotRequired, TypedDict, cast

from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from events.models import Seats
from events.privacy import retention
from nejtilbander.operations import dumps
from nejtilbander.operations.dumps import BackupError
from nejtilbander.security import keyring

SITE, KEYRING = "nejtilbander", "keyring"
MAX_AGE_DAYS = {SITE: 30, KEYRING: 3}  # older files are deleted: an old key would outlive the promise of erasure
KEEP = 14  # one a night, and a meeting's list is kept for 14 days: 28, within the 30 that the privacy page promises
MANIFEST, CHECKSUM = "manifest.json", "manifest.sha256"
NAME = re.compile(r"[0-9a-z]{1,40}(\.[0-9a-z]{1,10})?")  # of a member; a path would lead out of the backup


class Manifest(TypedDict):
    """manifest.json: the kind of backup, its time (ISO 8601), its files; of a site also the dump's content."""

    kind: str
    made_at: str
    members: dict[str, dict[str, int | str]]  # name to {"bytes": ..., "sha256": ...}
    engine: NotRequired[str]
    migrations: NotRequired[list[str]]
    rows: NotRequired[dict[str, int]]


@contextmanager
def readable_errors() -> Iterator[None]:
    """Turns errors of the disk and the database into BackupError."""
    try:
        yield
    except OSError as error:
        raise BackupError(f"{error.strerror}: {error.filename}." if error.filename else f"{error.strerror}.") from None
    except (DatabaseError, sqlite3.Error) as error:
        raise BackupError(f"The database says: {str(error).strip().splitlines()[0]}.") from None


@readable_errors()
def back_up(folder: Path, keep: int = KEEP) -> Path:
    """Back up the database as of one moment. Returns the file. Keeps the newest `keep` backups in `folder`."""
    if keep < 1:
        raise BackupError("--keep must be 1 or more.")
    with _staging(folder, SITE) as drafts:
        content = dumps.dump(drafts / dumps.FILES[connection.vendor])
        made = _pack(drafts, SITE, {"engine": connection.vendor, **content})
    for old in _existing(folder, SITE)[:-keep]:
        old.unlink()
    return made


@readable_errors()
def back_up_keyring(folder: Path) -> Path:
    """Back up the wrapped keys. Raises BackupError, with the file written, when a meeting's key is not among them."""
    _refuse_without_keyring()
    keys = Path(settings.KEYRING_DIR)
    with _staging(folder, KEYRING) as drafts:
        if not (keys / "salt").exists():
            raise BackupError(f"There is no keyring in {keys}.")
        for file in [keys / "salt", *keys.glob("*.key")]:
            with suppress(FileNotFoundError):  # destroyed at this moment
                (drafts / file.name).write_bytes(file.read_bytes())
        made = _pack(drafts, KEYRING, {})
    if lost := sum(not _opens(key) for key in _keys_in_use()):
        raise BackupError(f"{made} is written, but KEYRING_SECRET opens no key in it for {lost} of the meetings.")
    return made


@contextmanager
def _staging(folder: Path, kind: str) -> Iterator[Path]:
    """A temporary directory in `folder`. Files past their age are deleted first, whether or not the rest succeeds."""
    if not folder.is_dir():
        raise BackupError(f"There is no folder {folder}.")
    for abandoned in folder.glob(f".{kind}-*"):  # by a process that was killed
        if abandoned.stat().st_mtime < (timezone.now() - timedelta(days=1)).timestamp():
            shutil.rmtree(abandoned)
    oldest = _name(kind, timezone.now() - timedelta(days=MAX_AGE_DAYS[kind]))
    for old in _existing(folder, kind):
        if old.name < oldest:
            old.unlink()
    with tempfile.TemporaryDirectory(prefix=f".{kind}-", dir=folder) as drafts:
        yield Path(drafts)


def _name(kind: str, moment: datetime) -> str:
    return f"{kind}-{moment:%Y%m%dT%H%M%SZ}.tar"


def _existing(folder: Path, kind: str) -> list[Path]:
    """The backups of this kind in `folder`, oldest first."""
    return sorted(file for file in folder.iterdir() if re.fullmatch(rf"{kind}-\d{{8}}T\d{{6}}Z\.tar", file.name))


def _pack(drafts: Path, kind: str, extra: dict[str, object]) -> Path:
    """Pack the files in `drafts` into one, with a manifest. It gets its name after verification: all or nothing."""
    now = timezone.now()
    members = sorted(drafts.iterdir())
    sums = {file.name: {"bytes": file.stat().st_size, "sha256": _checksum(file.open("rb"))} for file in members}
    manifest, checksum = drafts / MANIFEST, drafts / CHECKSUM
    manifest.write_text(json.dumps({"kind": kind, "made_at": now.isoformat(), "members": sums} | extra, indent=1))
    checksum.write_text(f"{_checksum(manifest.open('rb'))}  {MANIFEST}\n")
    packed = drafts / "packed"
    packed.touch(mode=0o600)
    with packed.open("wb") as new:
        with tarfile.open(fileobj=new, mode="w") as tar:
            for file in [manifest, checksum, *members]:
                tar.add(file, file.name, filter=_anonymous)
        new.flush()
        os.fsync(new.fileno())
    with _verified(packed, kind):
        made = packed.rename(drafts.parent / _name(kind, now))
    keyring.sync_folder(made.parent)
    return made


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Readable by its owner alone, and without the owner's name."""
    member.mode, member.uid, member.gid, member.uname, member.gname = 0o600, 0, 0, "", ""
    return member


@readable_errors()
def restore(file: Path) -> list[str]:
    """Load `file` into an empty database, migrate it, erase what is due. Returns sentences that say what was done.

    Raises BackupError; the database is then still empty, unless the sentence says otherwise.
    """
    _refuse_without_keyring()
    with _verified(file, SITE) as (manifest, tar):
        if manifest["engine"] != connection.vendor:
            raise BackupError(
                f"{file} is from {manifest['engine']}, and this site uses {connection.vendor}. "
                "Move the texts with export_content and import_content."
            )
        _refuse_newer(manifest)
        if not dumps.is_empty():
            raise BackupError("The database is not empty. Nothing was touched.")
        content: dumps.Content = {"migrations": manifest["migrations"], "rows": manifest["rows"]}
        dumps.load(_member(tar, dumps.FILES[connection.vendor]), content)
    rows = content["rows"]
    restored = f"Restored {file.name} of {manifest['made_at'][:19]}Z: {sum(rows.values())} rows in {len(rows)} tables."
    try:
        call_command("migrate", verbosity=0, interactive=False)
    except (CommandError, DatabaseError) as error:
        raise BackupError(
            f"{restored} But migrating it failed ({type(error).__name__}): run manage.py migrate."
        ) from None
    # Now, not at the worker's next round: nobody may read what has expired since the backup.
    lists, unconfirmed = retention.erase_expired(), retention.erase_unconfirmed()
    return [restored, f"Erased, because their time has run out: {lists} lists, {unconfirmed} unconfirmed sign-ups."]


@readable_errors()
def restore_keyring(file: Path) -> list[str]:
    """Restore keys to an empty keyring: only those of meetings whose list the database still keeps.

    So a key that was destroyed since the backup stays destroyed. Returns sentences that say what was done. Raises
    BackupError; the keyring is then still empty.
    """
    _refuse_without_keyring()
    folder = Path(settings.KEYRING_DIR)
    with _verified(file, KEYRING) as (manifest, tar):
        if timezone.now() - datetime.fromisoformat(manifest["made_at"]) > timedelta(days=MAX_AGE_DAYS[KEYRING]):
            raise BackupError(
                f"{file} is older than {MAX_AGE_DAYS[KEYRING]} days: its keys were promised to be gone. Delete it."
            )
        if any(folder.glob("*.key")):
            raise BackupError(f"The keyring in {folder} is not empty. Nothing was touched.")
        if dumps.is_empty():
            raise BackupError("The database is empty. Restore it first: it says which keys may come back.")
        found = {name: _member(tar, name).read() for name in manifest["members"]}
    wanted = {keyring.key_file(key).name: key for key in _keys_in_use()}
    restored = [name for name in found if name in wanted]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / "salt").unlink(missing_ok=True)  # looking for a key in an empty keyring leaves one, which no key uses
    for name in ["salt", *restored]:
        keyring.write_file(folder / name, found[name])
    if not all(_opens(wanted[name]) for name in restored):
        for name in ["salt", *restored]:
            (folder / name).unlink()
        raise BackupError(f"KEYRING_SECRET does not open the keys in {file}. Nothing was touched.")
    left_out = f"Left out, because no list is kept for them: {len(found) - 1 - len(restored)}."
    return [f"Restored {file.name}: {len(restored)} keys.", left_out, f"Keys missing: {len(wanted) - len(restored)}."]


@contextmanager
def _verified(file: Path, kind: str) -> Iterator[tuple[Manifest, tarfile.TarFile]]:
    """(manifest, open tar file), after every byte was verified. Raises BackupError."""
    if not file.is_file():
        raise BackupError(f"There is no file {file}.")
    try:
        with tarfile.open(file, "r:") as tar:
            manifest = _verify(tar)
    except (tarfile.TarError, ValueError, LookupError, TypeError):
        raise BackupError(f"{file} is damaged, cut off, or no backup of this site. Nothing was touched.") from None
    if manifest["kind"] != kind:
        raise BackupError(f"{file} is of the other kind: --keyring is for the keyring, and for it alone.")
    with tarfile.open(file, "r:") as tar:
        yield manifest, tar


def _verify(tar: tarfile.TarFile) -> Manifest:
    """The manifest, after all members were compared with it, and it with its checksum.

    Raises BackupError, ValueError, or what tarfile raises.
    """
    members = tar.getmembers()
    for name in (member.name for member in members if not (member.isreg() and NAME.fullmatch(member.name))):
        raise BackupError(f"The file holds {name!r}, which no backup of this site does. Nothing was touched.")
    found = {member.name: {"bytes": member.size, "sha256": _checksum(_member(tar, member.name))} for member in members}
    if _member(tar, CHECKSUM).read(64).decode() != found[MANIFEST]["sha256"]:
        raise ValueError
    manifest: Manifest = json.load(_member(tar, MANIFEST))
    del found[MANIFEST], found[CHECKSUM]
    if found != manifest["members"] or len(members) != len(found) + 2:
        raise ValueError
    return manifest


def _member(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    """None is what tarfile has for directories and links, which `_verify` has refused."""
    return cast("IO[bytes]", tar.extractfile(name))


def _checksum(content: IO[bytes]) -> str:
    with content:
        return hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]


def _refuse_newer(manifest: Manifest) -> None:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    known = {".".join(key) for key in [*loader.disk_migrations, *loader.replacements]}
    ours = {name for name in manifest["migrations"] if name.partition(".")[0] in loader.migrated_apps}
    if newer := sorted(ours - known):
        raise BackupError(f"The backup is from a newer version of the site, with {newer[0]}. Restore it with that one.")


def _refuse_without_keyring() -> None:
    if settings.SITE_ROLE in {"public", "prepare"}:
        role = settings.SITE_ROLE
        raise BackupError(f"This needs the keyring: SITE_ROLE must be worker, staff or all, not {role}.")


def _keys_in_use() -> list[bytes]:
    """The public keys of the meetings whose list is kept."""
    due = {seats.pk for seats in retention.overdue_lists()}
    with_keys = Seats.objects.filter(erased_at=None).exclude(public_key=None)
    return [seats.key for seats in with_keys if seats.pk not in due]


def _opens(public_key: bytes) -> bool:
    try:
        return bool(keyring.private_key(public_key))
    except keyring.KeyNotFound:
        return False
