"""Backups, on the engine that the tests run on: out of a real database, and into another that is empty.

What is refused before any database is asked is marked "walk": there the engine makes no difference.
"""

import io
import json
import os
import resource
import shutil
import sqlite3
import subprocess
import tarfile
import threading
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from hashlib import sha256
from io import StringIO
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import ConnectionHandler, connection, connections
from django.utils import timezone

from events.letters.rendering import render_letter
from events.models import Event, Letter, Seats, Signup
from events.privacy import guest_list, retention
from nejtilbander import environment
from nejtilbander.background import worker
from nejtilbander.caching.models import Count
from nejtilbander.images.models import Original, Picture
from nejtilbander.operations import dumps
from nejtilbander.operations.backups import back_up, back_up_keyring, restore, restore_keyring
from nejtilbander.operations.dumps import BackupError
from nejtilbander.security import keyring
from nejtilbander.security.keyring import KeyNotFound
from nejtilbander.security.sealed_boxes import unseal
from tests.live import launch
from tests.make import a_guest, a_meeting, a_page, a_signup
from tests.test_proofs import hits
from tests.waiting import patience

ANNA = "anna.sikkerhed@example.dk"
DAMAGED = "is damaged, cut off, or no backup of this site. Nothing was touched."


@contextmanager
def on(url):
    """The site's database is another, in this thread, until the block ends."""
    usual = connections["default"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ANOTHER_URL", url)
        connections["default"] = ConnectionHandler({"default": environment.database("ANOTHER_URL")})["default"]
    try:
        yield url
    finally:
        another, connections["default"] = connections["default"], usual
        another.close()


@contextmanager
def postgresql_database(template="template0"):
    """The address of a database of its own on the tests' server, until the block ends."""
    server, name = os.environ["DATABASE_URL"], f"backup_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as asked:
        asked.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield f"{server.rpartition('/')[0]}/{name}"
        finally:
            asked.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def launch_day(django_db_blocker):
    """Where the database of launch day lies, to be copied."""
    if connection.vendor == "sqlite":
        yield launch() / "site.sqlite3"
        return
    with postgresql_database() as url, django_db_blocker.unblock():
        with on(url):
            call_command("migrate", verbosity=0, interactive=False)
            call_command("seed", stdout=StringIO())
        yield url.rpartition("/")[2]


@pytest.fixture
def new_place(tmp_path, launch_day, django_db_blocker):
    """A function that makes the address of an empty database, or of one as on launch day."""
    with ExitStack() as ends, django_db_blocker.unblock():

        def make(*, seeded=False):
            if connection.vendor == "postgresql":
                return ends.enter_context(postgresql_database(launch_day if seeded else "template0"))
            file = tmp_path / f"backup_{uuid4().hex}"
            if seeded:
                shutil.copy(launch_day, file)
            return f"sqlite:///{file}"

        yield make


@pytest.fixture(autouse=True)
def own_keyring(settings, tmp_path):
    settings.KEYRING_DIR = tmp_path / "keyring"
    return settings.KEYRING_DIR


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "backups").mkdir()
    return tmp_path / "backups"


@pytest.fixture
def site(new_place):
    """A site with someone on its list, a picture, and a login."""
    with on(new_place(seeded=True)) as url:
        Event.objects.all().delete()  # launch day's examples: their keys are elsewhere
        event = a_meeting("sikret", key=True, capacity=9)
        a_guest(event, ANNA, name="Anna Sikkerhed")
        a_signup(event, "bo.sikkerhed@example.dk")
        Original.objects.create(picture=Picture.objects.create(digest="0" * 16, width=960), body=os.urandom(3000))
        login = SessionStore()
        login["hvem"] = "personale"
        login.save()
        yield url


@pytest.fixture
def backup(site, folder):
    return back_up(folder)


def rows():
    """All that the database holds, but who is logged in."""
    found = {}
    with connection.cursor() as cursor:
        for table in set(connection.introspection.table_names(cursor)) - {"django_session"}:
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            found[table] = sorted(map(repr, cursor.fetchall()))
    return found


def repacked(file, cut=None, **changes):
    """The same file in good order, with a manifest that says otherwise, or with the database cut off."""
    with tarfile.open(file) as tar:
        content = {member.name: tar.extractfile(member).read() for member in tar}
    if cut:
        name = dumps.FILES[connection.vendor]
        content[name] = content[name][:cut]
        changes["members"] = {name: {"bytes": cut, "sha256": sha256(content[name]).hexdigest()}}
    content["manifest.json"] = json.dumps(json.loads(content["manifest.json"]) | changes).encode()
    content["manifest.sha256"] = f"{sha256(content['manifest.json']).hexdigest()}  manifest.json\n".encode()
    with tarfile.open(file, "w") as tar:
        for name, body in content.items():
            member = tarfile.TarInfo(name)
            member.size = len(body)
            tar.addfile(member, io.BytesIO(body))
    return file


def manifest_of(file):
    with tarfile.open(file) as tar:
        return json.load(tar.extractfile("manifest.json"))


def _opens(event):
    try:
        return keyring.private_key(event.seats.key)
    except KeyNotFound:
        return None


def refused(file, read=restore):
    """Why `file` is not taken. What was there is there, and nothing else."""
    was_empty = dumps.is_empty()
    before = None if was_empty else rows()
    with pytest.raises(BackupError) as told:
        read(file)
    assert dumps.is_empty() == was_empty
    assert was_empty or rows() == before
    assert "\n" not in str(told.value)
    return str(told.value)


def test_every_row_comes_back_and_nobody_is_logged_in(site, folder, new_place):
    said = StringIO()
    call_command("backup", str(folder), stdout=said)
    (file,) = folder.iterdir()
    before = rows()

    assert said.getvalue() == f"Backup: {file}, {file.stat().st_size} bytes, read back and whole.\n"
    assert oct(file.stat().st_mode)[-3:] == "600"
    assert len(before) > 30
    assert Session.objects.count() == 1
    with on(new_place()):
        told = StringIO()
        call_command("restore", str(file), stdout=told)
        assert rows() == before
        assert Session.objects.count() == 0
        assert a_page("efter").pk, "numbers go on where they stopped"
        count = sum(map(len, before.values()))
        assert told.getvalue().splitlines() == [
            f"Restored {file.name} of {manifest_of(file)['made_at'][:19]}Z: {count} rows in {len(before) + 1} tables.",
            "Erased, because their time has run out: 0 lists, 0 unconfirmed sign-ups.",
        ]


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


def test_the_list_opens_after_restoring_with_the_keyring_and_not_without(
    backup, own_keyring, new_place, settings, tmp_path, mailoutbox
):
    by = get_user_model()(username="vagt")
    with on(new_place()):
        restore(backup)
        by.save()
        event = Event.objects.get(slug="sikret")
        settings.KEYRING_DIR = tmp_path / "another"
        with pytest.raises(KeyNotFound):
            guest_list.door_list(event, by)
        letter = Letter.objects.filter(event=event, kind="confirmed").get()
        with pytest.raises(KeyNotFound):
            render_letter(letter)

        settings.KEYRING_DIR = own_keyring
        assert [guest.seats for guest in guest_list.door_list(event, by)] == [1]
        worker.run(forever=False)
        assert ANNA in {person for sent in mailoutbox for person in sent.to}


def test_a_list_whose_time_has_run_out_since_the_backup_is_erased_before_anyone_can_read_it(
    site, folder, own_keyring, new_place
):
    event = Event.objects.get(slug="sikret")
    over = timezone.now() - timedelta(days=14, hours=3)
    key, box = event.seats.key, bytes(event.signups.first().sealed)
    Event.objects.filter(pk=event.pk).update(starts_at=over, ends_at=over + timedelta(hours=2))
    Signup.objects.create(
        event=a_meeting("kommer", key=True), position=1, state="lapsed", seats=1, day=over.date(), token_hash="x"
    )
    file = back_up(folder)

    with on(new_place()):
        assert restore(file)[1] == "Erased, because their time has run out: 1 lists, 1 unconfirmed sign-ups."
        assert not Signup.objects.exists()
        assert (event.pk, None) in Seats.objects.exclude(erased_at=None).values_list("pk", "public_key")
    with pytest.raises(KeyNotFound):
        unseal(keyring.private_key(key), box)
    assert len(list(own_keyring.glob("*.key"))) == 1


def test_an_older_backup_is_brought_up_to_this_code_and_a_newer_one_is_refused(site, folder, new_place):
    moves = {"verbosity": 0, "interactive": False}
    call_command("migrate", "nejtilbander", "0001", **moves)
    before = rows()
    file = back_up(folder)

    with on(new_place()):
        restore(file)
        after = rows()
        assert Event.objects.count() == len(before["events_event"])
        assert set(after) == set(before)
        assert len(after["django_migrations"]) > len(before["django_migrations"])
    with on(new_place()):
        said = refused(repacked(file, migrations=[*manifest_of(file)["migrations"], "events.9999_later"]))
        assert (
            said == "The backup is from a newer version of the site, with events.9999_later. Restore it with that one."
        )


def test_a_migration_that_fails_afterwards_is_told_and_the_rows_are_there(site, folder, new_place):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app IN ('nejtilbander', 'pages', 'events')")
    before = rows()
    file = back_up(folder)
    with on(new_place()):
        with pytest.raises(
            BackupError, match=r"^Restored .* But migrating it failed \(\w+\): run manage.py migrate\.$"
        ):
            restore(file)
        assert rows() == before


def test_a_place_that_is_not_empty_is_left_as_it_is(backup):
    assert refused(backup) == "The database is not empty. Nothing was touched."
    with pytest.raises(CommandError, match=r"^The database is not empty\. Nothing was touched\.$"):
        call_command("restore", str(backup))


def test_one_byte_that_is_not_right_anywhere_is_noticed(backup, new_place, tmp_path):
    whole, spoiled = backup.read_bytes(), tmp_path / "spoiled.tar"
    with tarfile.open(backup) as tar:
        members = tar.getmembers()
    places = [
        place
        for one in members
        for place in (one.offset, one.offset + 124, one.offset + 148, one.offset_data, one.offset_data + one.size // 2,
                      one.offset_data + min(one.size, 64) - 1, one.offset_data + one.size - 20)
    ]  # fmt: skip
    with on(new_place()):
        for place in places:
            spoiled.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            if sha256(spoiled.read_bytes()) != sha256(whole) and not is_harmless(place, members):
                assert DAMAGED in refused(spoiled) or "which no backup of this site does" in refused(spoiled), place
        restore(backup)


def is_harmless(place, members):
    """The words after the sum, which say what it is of."""
    mark = next(one for one in members if one.name == "manifest.sha256")
    return mark.offset_data + 64 <= place < mark.offset_data + mark.size


@pytest.mark.walk
def test_a_file_that_is_cut_off_anywhere_is_refused(backup, new_place, tmp_path):
    whole, cut = backup.read_bytes(), tmp_path / "cut.tar"
    with tarfile.open(backup) as tar:
        members = tar.getmembers()
    with on(new_place()):
        for place in [0, 1, 100, *(at for one in members for at in (one.offset, one.offset_data, one.offset_data + 9))]:
            cut.write_bytes(whole[:place])
            assert refused(cut) == f"{cut} {DAMAGED}", place


@pytest.mark.walk
@pytest.mark.parametrize("what", ["a text", "nothing", "another tar", "a folder"])
def test_a_wrong_file_is_refused(what, new_place, tmp_path):
    file = tmp_path / "wrong"
    if what == "a text":
        file.write_text("Ikke en sikkerhedskopi. " * 1000)
    elif what == "another tar":
        with tarfile.open(file, "w") as tar:
            tar.add(__file__, "readme.txt")
    elif what == "a folder":
        file.mkdir()
    with on(new_place()):
        missing = f"There is no file {file}."
        assert refused(file) == (missing if what in {"nothing", "a folder"} else f"{file} {DAMAGED}")


@pytest.mark.walk
def test_a_file_that_leads_elsewhere_is_refused(backup, new_place, tmp_path):
    whole = backup.read_bytes()
    before = sorted(tmp_path.rglob("*"))
    with on(new_place()):
        for name in ("../ud", "/ud", "mappe/fil", "..", "peger"):
            backup.write_bytes(whole)
            with tarfile.open(backup, "a") as tar:
                member = tarfile.TarInfo(name)
                if name == "peger":
                    member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
                tar.addfile(member)
            said = f"The file holds {name!r}, which no backup of this site does. Nothing was touched."
            assert refused(backup) == said
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.walk
def test_another_engines_backup_is_refused_with_the_way_that_works(backup, new_place):
    other = ({"sqlite", "postgresql"} - {connection.vendor}).pop()
    with on(new_place()):
        assert refused(repacked(backup, engine=other)) == (
            f"{backup} is from {other}, and this site uses {connection.vendor}. "
            "Move the texts with export_content and import_content."
        )


def test_rows_that_are_not_the_ones_counted_are_told(backup, new_place):
    counted = manifest_of(backup)["rows"]
    repacked(backup, rows=counted | {"pages_page": counted["pages_page"] + 1})
    with on(new_place()):
        with pytest.raises(BackupError, match=r"^What came out is not what the backup says it holds\."):
            restore(backup)
        assert dumps.is_empty() == (connection.vendor == "sqlite")


def test_a_database_that_breaks_off_midway_leaves_the_place_empty(backup, new_place):
    size = manifest_of(backup)["members"][dumps.FILES[connection.vendor]]["bytes"]
    repacked(backup, cut=size * 9 // 10)
    with on(new_place()):
        refused(backup)
        assert dumps.is_empty()


@pytest.mark.walk
def test_the_internet_facing_part_restores_nothing(backup, new_place, settings, folder):
    settings.SITE_ROLE = "public"
    said = "This needs the keyring: SITE_ROLE must be worker, staff or all, not public."
    with on(new_place()):
        assert refused(backup) == refused(backup, restore_keyring) == said
    with pytest.raises(CommandError, match="This needs the keyring"):
        call_command("backup", str(folder), "--keyring")


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


def test_keys_come_back_but_not_those_destroyed_since(site, folder, own_keyring):
    event, gone = Event.objects.get(slug="sikret"), a_meeting("glemt", key=True)
    due, deleted = a_meeting("forbi", key=True), a_meeting("fjernet", key=True)
    box = event.signups.exclude(sealed=b"").first()
    file = back_up_keyring(folder)
    assert oct(file.stat().st_mode)[-3:] == "600"
    retention.erase_list(gone)
    deleted.delete()
    over = timezone.now() - timedelta(days=20)
    Event.objects.filter(pk=due.pk).update(starts_at=over, ends_at=over + timedelta(hours=1))
    assert refused(file, restore_keyring) == f"The keyring in {own_keyring} is not empty. Nothing was touched."
    own_keyring.rename(own_keyring.with_name("lost"))
    assert not _opens(event), "and a keyring that somebody looked into has a salt, and nothing else"
    assert [one.name for one in own_keyring.iterdir()] == ["salt"]

    told = StringIO()
    call_command("restore", "--keyring", str(file), stdout=told)

    assert told.getvalue().splitlines() == [
        f"Restored {file.name}: 1 keys.", "Left out, because no list is kept for them: 3.", "Keys missing: 0.",
    ]  # fmt: skip
    assert {one.name for one in own_keyring.iterdir()} == {"salt", keyring.key_file(event.seats.key).name}
    assert {oct(one.stat().st_mode)[-3:] for one in own_keyring.iterdir()} == {"600"}
    assert unseal(keyring.private_key(event.seats.key), box.sealed, id=box.pk)["id"] == box.pk


@pytest.mark.walk
def test_an_old_keyring_is_neither_restored_nor_kept(site, folder, own_keyring):
    old = folder / f"keyring-{timezone.now() - timedelta(days=3, minutes=1):%Y%m%dT%H%M%SZ}.tar"
    young = folder / f"keyring-{timezone.now() - timedelta(days=2, hours=23):%Y%m%dT%H%M%SZ}.tar"
    for file in (old, young):
        file.touch()
    made = back_up_keyring(folder)
    assert set(folder.iterdir()) == {young, made}
    own_keyring.rename(own_keyring.with_name("lost"))

    repacked(made, made_at=(timezone.now() - timedelta(days=3, minutes=1)).isoformat())
    said = f"{made} is older than 3 days: its keys were promised to be gone. Delete it."
    assert refused(made, restore_keyring) == said
    assert not own_keyring.exists()

    old.touch()
    with pytest.raises(BackupError, match="There is no keyring in"):
        back_up_keyring(folder)
    assert not old.exists(), "an old one goes, though no new one could be made"


@pytest.mark.walk
def test_keys_that_do_not_open_are_told_when_they_are_copied_and_when_they_come_back(
    site, folder, own_keyring, settings
):
    made = back_up_keyring(folder)
    own_keyring.rename(own_keyring.with_name("lost"))
    right, settings.KEYRING_SECRET = settings.KEYRING_SECRET, "another-secret-only-for-tests-" + "q" * 20
    assert refused(made, restore_keyring) == f"KEYRING_SECRET does not open the keys in {made}. Nothing was touched."
    assert list(own_keyring.iterdir()) == []

    settings.KEYRING_SECRET = right
    restore_keyring(made)
    keyring.destroy_key(Seats.objects.get(event__slug="sikret").key)
    with pytest.raises(
        BackupError, match=r" is written, but KEYRING_SECRET opens no key in it for 1 of the meetings\.$"
    ):
        back_up_keyring(folder)


@pytest.mark.walk
def test_each_kind_of_file_goes_to_its_own_place(site, backup, folder, own_keyring, new_place):
    keys = back_up_keyring(folder)
    own_keyring.rename(own_keyring.with_name("lost"))
    with on(new_place()):
        wrong = "is of the other kind: --keyring is for the keyring, and for it alone."
        assert refused(keys) == f"{keys} {wrong}"
        assert refused(backup, restore_keyring) == f"{backup} {wrong}"
        said = "The database is empty. Restore it first: it says which keys may come back."
        assert refused(keys, restore_keyring) == said
    assert not own_keyring.exists()


@pytest.mark.walk
def test_a_backup_holds_only_what_the_manifest_says(backup, new_place):
    with tarfile.open(backup, "a") as tar:
        tar.addfile(tarfile.TarInfo("mere"))
    with on(new_place()):
        assert refused(backup) == f"{backup} {DAMAGED}"
