"""What a thief gets: the proofs of docs/decisions/0007, on a real site with real processes.

One story is told once: people sign up at the internet-facing process, the worker writes to them, and then everything a
thief could carry away is searched for everything those people said.
"""

import base64
import hashlib
import json
import os
import sqlite3
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone

from events.models import Letter, Need, Question, Signup
from events.signups.booking import door_code
from events.signups.self_service import cancel, erase
from nejtilbander.security import keyring
from nejtilbander.security.keyring import KeyNotFound
from nejtilbander.security.sealed_boxes import unseal
from tests.support.factories import a_guest, a_meeting, a_signup
from tests.support.live_server import environment, serving, working
from tests.support.secret_search import forms_of, hits
from tests.support.signup_story import FORM, Site, ask, internet_facing, keeper, sealed_boxes, tell

MEETING = "(SELECT id FROM events_event WHERE slug = 'bevis')"


@pytest.mark.parametrize("secret", ["Amalie Bevis", "æøå-عربي", b"\x00\xff" * 16])
def test_the_search_finds_whatever_is_planted_in_whatever_form(secret):
    forms = list(forms_of(secret))

    assert len(forms) >= 9
    for shift in range(3):
        for form in forms:
            assert hits({"file": b"x" * shift + form + b"y"}, [secret]) == [("file", secret)]
        raw = secret if isinstance(secret, bytes) else secret.encode()
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            assert hits({"file": encode(b"z" * shift + raw + b"tail")}, [secret]) == [("file", secret)]
    assert hits({"file": os.urandom(100_000)}, [secret]) == []


@pytest.fixture(scope="module")
def site(tmp_path_factory, static_files, django_db_setup, django_db_blocker):
    """The story, told. The internet-facing process is still running; the worker has done its work and gone home."""
    site = Site(tmp_path_factory.mktemp("proofs"))
    with django_db_blocker.unblock():
        event = a_meeting("bevis", capacity=9)
        with sqlite3.connect(site.data / "site.sqlite3") as copy:
            connection.connection.backup(copy)
        copy.close()
        event.delete()
    with (
        (site.data / "web.log").open("wb") as web_log,
        (site.data / "worker.log").open("wb") as worker_log,
        serving(internet_facing(site.data), "--pid", f"{site.data}/pid", log=web_log) as site.url,
    ):
        site.pid = int((site.data / "pid").read_text())
        with (
            serving(keeper(site.data, SITE_ROLE="staff", LOG_LEVEL="WARNING")) as desk,
            working(keeper(site.data), worker_log),
        ):
            ask(f"{desk}/admin/login/")  # staff are there, and their process makes the key
            tell(site)
        yield site


@pytest.fixture
def own_keyring(site, settings):
    """This test may do what the worker may: open boxes with the site's keyring."""
    settings.KEYRING_DIR = site.data / "keyring"
    settings.KEYRING_SECRET = environment(site.data)["KEYRING_SECRET"]


def opened(boxes):
    """What can be read of `boxes` with the keyring as it is."""
    found = []
    for public_key, box in boxes:
        try:
            found.append(unseal(keyring.private_key(public_key), box))
        except KeyNotFound:
            continue
    return found


# The proofs share the story and stand in its order: retention, which ends it, comes last.
@pytest.mark.process
@pytest.mark.django_db  # the seeded database that the site gets a copy of
class TestWhatAThiefGets:
    def test_the_story_went_as_told(self, site):
        states = site.rows(
            f"SELECT state, count(*) FROM events_signup WHERE event_id = {MEETING} GROUP BY state"  # noqa: S608
        )
        kinds = {row[0] for row in site.rows("SELECT kind FROM events_letter")}
        written = {
            message_from_bytes(file.read_bytes(), policy=policy.default)["To"]
            for file in (site.data / "letters").glob("*.eml")
        }

        # One of the holds is for nobody: who signs up a second time takes seats like any other, for an hour.
        assert dict(states) == {"confirmed": 2, "held": 2, "cancelled": 1, "waiting": 1}
        assert kinds >= {"confirm", "confirmed", "waiting", "again"}
        assert written == {person.email for person in site.people.values() if "@@" not in person.email} - {""}
        assert all(person.token for person in site.people.values() if "@@" not in person.email)
        assert len(site.secrets) > 35

    def test_no_file_but_the_letters_says_anything_of_anyone(self, site):
        files = site.files()

        assert {"site.sqlite3", "site.sqlite3-wal", "site.sqlite3-shm", "web.log", "worker.log"} <= set(files)
        assert len(files["site.sqlite3"]) > 100_000
        assert files["web.log"].count(b"Internal Server Error") == 2
        assert hits(files, site.secrets) == []
        assert hits({"names": "\n".join(site.letter_files()).encode()}, site.secrets) == []

    def test_no_row_says_anything_of_anyone_after_everything_is_written_to_one_file(self, site):
        copy = sqlite3.connect(":memory:")
        source = sqlite3.connect(site.data / "site.sqlite3")
        source.backup(copy)
        dump = "\n".join(copy.iterdump()).encode()
        source.close(), copy.close()

        assert b"django_admin_log" in dump
        assert hits({"dump": dump}, site.secrets) == []

    def test_the_same_search_finds_one_letter_that_a_program_forgot(self, site):
        (site.data / "forgotten.log").write_text(json.dumps({"to": site.people["waits"].email}))
        found = hits(site.files(), site.secrets)
        (site.data / "forgotten.log").unlink()

        assert found == [("forgotten.log", "frederikke.vent")]

    def test_needs_and_questions_stand_apart_from_people(self, site):
        columns = {
            table: {row[1] for row in site.rows(f"PRAGMA table_info({table})")}
            for table in ("events_need", "events_question", "events_signup")
        }

        assert columns["events_need"] == {"id", "event_id", "kind", "total", "asked"}
        assert columns["events_question"] == {"id", "event_id", "sealed", "is_fresh"}
        assert "needs" not in columns["events_signup"]
        needs = site.rows(f"SELECT kind, total FROM events_need WHERE event_id = {MEETING} ORDER BY kind")  # noqa: S608
        assert needs == [("hearing_loop", 1), ("interpreter_so", 1), ("wheelchair", 1)]

    def test_boxes_of_one_kind_are_of_one_size_whatever_is_in_them(self, site):
        sizes = {len(box) for _key, box in sealed_boxes(site)}

        assert sizes == {1024 + 48, 2560 + 48}

    @pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs Linux's /proc")
    def test_the_internet_facing_process_has_no_private_key_in_memory_and_no_secret_in_its_environment(
        self, site, own_keyring
    ):
        public_key = site.rows("SELECT public_key FROM events_seats WHERE capacity = 9")[0][0]
        private_key = bytes(keyring.private_key(public_key))
        wrapped = next((site.data / "keyring").glob("*.key")).read_bytes()
        processes = [site.pid, *children_of(site.pid)]
        assert len(processes) == 3

        found = {"public": 0, "private": [], "people": 0}
        for pid in processes:
            memory = dict(memory_of(pid))
            found["public"] += any(public_key in region for region in memory.values())
            found["private"] += hits(memory, [private_key, django_settings.KEYRING_SECRET, wrapped[:32]])
            surroundings = Path(f"/proc/{pid}/environ").read_bytes()
            assert b"SITE_ROLE=public" in surroundings
            secrets = [private_key, django_settings.KEYRING_SECRET, django_settings.INDEX_KEY]
            assert hits({"environ": surroundings} | memory, secrets) == []
        assert found["public"] >= 1
        assert found["private"] == []

    def test_without_the_keyring_nothing_opens_letters_fail_visibly_and_readers_notice_nothing(
        self, site, settings, own_keyring
    ):
        assert len(opened(sealed_boxes(site))) >= 8
        before = site.letter_files()
        site.sign_up_without_the_keyring()

        settings.KEYRING_DIR = site.data / "dropped"
        assert opened(sealed_boxes(site)) == []
        failed = site.rows("SELECT kind, state, tries, error FROM events_letter WHERE state != 'sent'")
        assert failed == [("confirm", "waiting", 1, "fault KeyNotFound")]
        assert site.letter_files() == before
        for path in ("/", "/stormoeder/bevis/", FORM, "/ar/hjaelp/", "/healthz"):
            assert ask(site.url + path)[0] == 200, path
        assert hits(site.files(), site.secrets) == []

    def test_after_retention_nothing_is_left_in_the_file_and_an_old_backup_does_not_open(self, site, own_keyring):
        site.sign_up_without_the_keyring()
        backup = site.data / "backup.sqlite3"
        copy, source = sqlite3.connect(backup), sqlite3.connect(site.data / "site.sqlite3")
        source.backup(copy)
        source.close(), copy.close()
        assert len(opened(sealed_boxes(site, "backup.sqlite3"))) >= 8
        traces = traces_of_people(site)
        assert len(traces) > 50
        assert {trace for _where, trace in hits(database_files(site), traces)} == set(traces)

        public_key = sealed_boxes(site)[0][0]
        keys = {path.name for path in (site.data / "keyring").glob("*.key")}
        over = timezone.now() - timedelta(days=15)
        site.rows("UPDATE events_event SET starts_at = ?, ends_at = ? WHERE slug = 'bevis'", *two_hours(over))
        site.work_once()

        left = site.rows(
            "SELECT taken, is_closed, erased_at IS NOT NULL, public_key FROM events_seats WHERE capacity = 9"
        )
        assert left == [(8, 1, 1, None)]  # totals stay: two confirmed, one without mail, two held, three for nobody
        assert hits(database_files(site), traces) == []
        # The worker makes keys for other meetings meanwhile; this one's is gone.
        keys_left = {path.name for path in (site.data / "keyring").glob("*.key")}
        retired = hashlib.sha256(public_key).hexdigest()[:32] + ".key"
        assert retired in keys
        assert retired not in keys_left
        assert ask(f"{site.url}/min-tilmelding/{site.people['confirms'].token}/")[0] == 404

        assert opened(sealed_boxes(site, "backup.sqlite3")) == []
        before = site.letter_files()
        site.rows("UPDATE events_letter SET due_at = '2020-01-01' WHERE state = 'waiting'", database="backup.sqlite3")
        site.work_once(DATABASE_URL=f"sqlite:///{backup}")
        failed = site.rows("SELECT error FROM events_letter WHERE state != 'sent'", database="backup.sqlite3")
        assert failed == [("fault KeyNotFound",)]
        assert site.letter_files() == before


def key_file(public_key):
    return hashlib.sha256(public_key).hexdigest()[:32] + ".key"


def two_hours(start):
    return start.isoformat(" "), (start + timedelta(hours=2)).isoformat(" ")


def database_files(site):
    return {name: content for name, content in site.files().items() if name.startswith("site.sqlite3")}


def traces_of_people(site):
    """Marks, blind indexes and pieces of boxes, which may span pages of the file: what people's rows are made of."""
    tables = (("token_hash", "signup"), ("address_index", "recognition"))
    marks = [
        row for column, table in tables
        for row in site.rows(f"SELECT {column} FROM events_{table} WHERE event_id = {MEETING}")  # noqa: S608
    ]  # fmt: skip
    pieces = [box[at : at + 16] for _key, box in sealed_boxes(site) for at in (0, 16, 32, len(box) - 16)]
    return [mark.encode() for row in marks for mark in row if mark] + pieces


def children_of(pid):
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text()
        except OSError:  # it ended meanwhile
            continue
        if int(text.rpartition(")")[2].split()[1]) == pid:
            found.append(int(stat.parent.name))
    return found


def memory_of(pid):
    """(addresses, content) of everything the process has written or could write."""
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            span, rights, *_rest = line.split()
            start, end = (int(number, 16) for number in span.split("-"))
            if "rw" in rights:
                memory.seek(start)
                try:
                    yield span, memory.read(end - start)
                except OSError:  # a region that only the hardware reads
                    continue


# The same search on the tables themselves, on PostgreSQL and SQLite.
@pytest.mark.django_db
def test_no_table_says_anything_of_anyone():
    event = a_meeting(key=True)
    amina = a_guest(event, "amina.tabel@example.dk", 2, name="Amina Tabelsen", needs=["other"], contact=True)
    bent = a_signup(event, "bent.tabel@example.org", name="Bent Tabelsen", question="Hvad står i tabellen?")
    cancelled = a_guest(event, "carla.tabel@example.dk", name="Carla Tabelsen")
    cancel(cancelled)
    forgotten = a_guest(event, "dina.tabel@example.dk", name="Dina Tabelsen")
    erase(forgotten)
    secrets = ["Tabelsen", ".tabel", "tabellen?", "Amina", *(
        secret for one in (amina, bent, cancelled, forgotten) for secret in (one.token, door_code(one.token))
    )]  # fmt: skip

    tables = dict(everything_stored())

    assert {model._meta.db_table for model in (Signup, Letter, Need, Question)} <= set(tables)
    assert amina.token_hash.encode() in tables["events_signup"]
    assert hits(tables, secrets) == []


def everything_stored():
    """(name, all rows) of every table, each value as text and as the bytes it is."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - the database's own names
            rows = cursor.fetchall()
            values = [bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                      for row in rows for value in row]  # fmt: skip
            yield table, b"\n".join(values)
