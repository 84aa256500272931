"""Making a backup: of one moment, without secrets, kept for thirty days, and what stops it.

What is refused before any database is asked is marked "walk": there the engine makes no difference.
"""

import os
import resource
import sqlite3
import subprocess
import tarfile
import threading
from datetime import timedelta

import psycopg
import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from events.models import Seats
from nejtilbander.caching.models import Count
from nejtilbander.operations import dumps
from nejtilbander.operations.backups import back_up, back_up_keyring, restore
from nejtilbander.operations.dumps import BackupError
from nejtilbander.security import keyring
from tests.nejtilbander.operations.backups.driver import ANNA, on
from tests.support.secret_search import hits
from tests.support.waiting import patience


def test_while_others_write_the_file_is_of_one_moment(site, folder, new_place):
    Count.objects.bulk_create([Count(name="left"), Count(name="right")])
    enough, wrote = threading.Event(), threading.Event()

    def write_on():
        target = connection_of_its_own(site)
        for number in range(100_000):
            with target:  # one transaction
                target.execute("UPDATE nejtilbander_count SET value = value + 1 WHERE name = 'left'")
                target.execute(f"INSERT INTO nejtilbander_count (name, value) VALUES ('n{number}', 0)")  # noqa: S608
                target.execute("UPDATE nejtilbander_count SET value = value + 1 WHERE name = 'right'")
            wrote.set()
            if enough.is_set():
                break
        target.close()

    writer = threading.Thread(target=write_on)
    writer.start()
    files = []
    for number in range(2):
        goes_on(wrote)
        (folder / str(number)).mkdir()
        files.append(back_up(folder / str(number)))
    goes_on(wrote)
    at_the_end = Count.objects.get(name="left").value
    enough.set()
    writer.join()

    seen = []
    for file in files:
        with on(new_place()):
            restore(file)
            values = dict(Count.objects.values_list("name", "value"))
            written = sum(name.startswith("n") for name in values)
            assert values["left"] == values["right"] == written
            seen.append(written)
    assert 0 < seen[0] < seen[1] < at_the_end


def goes_on(wrote):
    """The other has not stopped: it writes twice more."""
    for _ in range(2):
        wrote.clear()
        assert wrote.wait(patience(2)), "nobody wrote meanwhile, so the test proves nothing"


def connection_of_its_own(url):
    if url.startswith("sqlite"):
        return sqlite3.connect(url.removeprefix("sqlite:///"), timeout=patience(2))
    return KeptOpen(psycopg.connect(url))


class KeptOpen:
    """As sqlite3 has it: a block is a transaction, and the connection outlives it."""

    def __init__(self, wrapped):
        self.wrapped, self.execute, self.close = wrapped, wrapped.execute, wrapped.close

    def __enter__(self):
        return self

    def __exit__(self, *_fault):
        self.wrapped.commit()


def test_neither_a_key_nor_a_login_nor_a_name_is_in_the_file(site, backup, own_keyring, tmp_path):
    with tarfile.open(backup) as tar:
        assert sorted(tar.getnames()) == sorted(["manifest.json", "manifest.sha256", dumps.FILES[connection.vendor]])
        content = tar.extractfile(dumps.FILES[connection.vendor]).read()
    if connection.vendor == "postgresql":  # as it is after unpacking
        content = subprocess.run(["pg_restore", "--file=-"], input=content, capture_output=True, check=True).stdout
    haystacks = {"file": backup.read_bytes(), "database": content}
    seats = Seats.objects.get(event__slug="sikret")
    secrets = [file.read_bytes() for file in own_keyring.iterdir()] + [bytes(keyring.private_key(seats.key))]
    secrets += [django_settings.KEYRING_SECRET, django_settings.INDEX_KEY, django_settings.SECRET_KEY]
    secrets += [Session.objects.get().session_key, ANNA.partition("@")[0], "Anna Sikkerhed"]

    assert len(secrets) == 9
    assert hits(haystacks, secrets) == []
    assert {where for where, _ in hits(haystacks, [seats.key])} >= {"database"}, "the search finds what is there"


@pytest.mark.walk
def test_a_folder_that_cannot_be_used_is_told_in_a_sentence(site, tmp_path, folder):
    (tmp_path / "file").touch()
    for wrong in (tmp_path / "nowhere", tmp_path / "file"):
        with pytest.raises(CommandError, match=rf"^There is no folder {wrong}\.$"):
            call_command("backup", str(wrong))
    with pytest.raises(CommandError, match=r"^--keep must be 1 or more\.$"):
        call_command("backup", str(folder), "--keep", "0")


def test_a_full_disk_leaves_the_older_backups_and_nothing_half(site, backup, folder):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    for room, make in ((20_000, back_up), (20, back_up_keyring)):  # bytes in one file
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
        try:
            with pytest.raises(BackupError) as told:
                make(folder)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert "\n" not in str(told.value)
        assert list(folder.iterdir()) == [backup]


@pytest.mark.walk  # SQLite's own
def test_a_database_that_is_not_sound_is_not_taken_for_a_backup(site, backup, folder):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE unsound (number CHECK (number > 0))")
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        cursor.execute("INSERT INTO unsound VALUES (-1)")
    with pytest.raises(BackupError, match="^The copy is not whole: PRAGMA integrity_check"):
        back_up(folder, keep=1)
    assert list(folder.iterdir()) == [backup]


def test_a_database_that_is_empty_or_away_is_told(new_place, folder):
    with on(new_place()) as url, pytest.raises(BackupError, match=r"^(There is no database |The database is empty: )"):
        back_up(folder)
    with on(f"{url}_away"), pytest.raises(BackupError, match=r"^(There is no database |The database says: connection)"):
        back_up(folder)
    assert list(folder.iterdir()) == []


@pytest.mark.walk
def test_a_missing_tool_is_told_and_the_password_is_on_no_command_line(monkeypatch, tmp_path):
    with on("postgres://nogen:hemmeligt@db.example.dk:6543/side?sslmode=require"):
        assert dumps._connection_arguments() == ["-U", "nogen", "-h", "db.example.dk", "-p", "6543", "--dbname=side"]
        seen = tmp_path / "pg_dump"
        seen.write_text('#!/bin/sh\necho "$PGPASSWORD $PGSSLMODE" >&2\nexit 3\n')
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(BackupError, match=r"^pg_dump is not there: install postgresql-client, .*\.$"):
            dumps._run("pg_dump", *dumps._connection_arguments())
        seen.chmod(0o700)
        with pytest.raises(BackupError, match=r"^hemmeligt require$"):
            dumps._run("pg_dump", *dumps._connection_arguments())


def test_the_newest_stay_and_none_for_more_than_thirty_days_and_what_others_put_there_is_left(site, folder):
    now = timezone.now()
    ages = {days: folder / f"nejtilbander-{now - timedelta(days=days):%Y%m%dT%H%M%SZ}.tar" for days in (1, 2, 29, 31)}
    others = {folder / "nejtilbander-kopi.tar", folder / "keyring-20200101T000000Z.tar", folder / "alt.json"}
    for file in [*ages.values(), *others]:
        file.touch()
    (folder / ".nejtilbander-killed").mkdir()
    os.utime(folder / ".nejtilbander-killed", (0, 0))
    others |= {folder / ".nejtilbander-running"}
    (folder / ".nejtilbander-running").mkdir()

    first = back_up(folder, keep=9)
    assert set(folder.iterdir()) == {first, ages[1], ages[2], ages[29]} | others
    newest = back_up(folder, keep=2)
    assert set(folder.iterdir()) - others in ({newest, first}, {newest, ages[1]})  # two in one second are one
