"""What was erased is gone from the database's own files, and not only from its answers."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from events.models import Signup
from events.privacy import scrubbing
from events.privacy.scrubbing import INTERVAL, scrub, scrub_soon
from nejtilbander.background.models import Heartbeat
from tests.support.databases import on_a_connection_of_its_own
from tests.support.live_server import manage
from tests.support.site_scripts import script


@pytest.mark.process
def test_whoever_left_in_whatever_way_is_gone_from_the_files_when_the_worker_has_come_by(settings_of_a_site):
    if "postgres" in settings_of_a_site["DATABASE_URL"]:
        manage(settings_of_a_site, "migrate", "-v", "0")
    said = script(
        settings_of_a_site, "import django; django.setup()\nfrom tests.support.erased_boxes import main; main()"
    )

    before, after, kept = json.loads(said)
    assert before > 100, "the search finds what is there"
    assert after == 0
    assert kept > 20, "and those who stay are there still"


@pytest.fixture
def due(db, monkeypatch):
    """Times that scrubbing was due and was done: inside a test's transaction it takes nothing off the disk."""
    Heartbeat.objects.update_or_create(name="scrub", defaults={"at": timezone.now() - INTERVAL})
    monkeypatch.setattr(scrubbing._Seen, "changes", None)
    return lambda: Heartbeat.objects.get(name="scrub").at > timezone.now() - INTERVAL


def test_it_is_done_at_most_every_few_minutes_for_all_workers_together(due):
    assert not due()
    scrub_soon()
    assert due()
    at = Heartbeat.objects.get(name="scrub").at

    scrub_soon()
    assert Heartbeat.objects.get(name="scrub").at == at

    Heartbeat.objects.update(at=timezone.now() - INTERVAL + timedelta(minutes=1))
    scrub_soon()
    assert not Heartbeat.objects.filter(name="scrub", at__gte=at).exists()


def test_a_new_site_waits_for_its_first_time(db, monkeypatch):
    monkeypatch.setattr(scrubbing._Seen, "changes", None)
    Heartbeat.objects.filter(name="scrub").delete()

    assert scrub_soon() is False
    assert Heartbeat.objects.get(name="scrub").at <= timezone.now()


def test_inside_a_transaction_nothing_is_done(db):
    assert scrub() is False


if connection.vendor == "postgresql":

    def test_where_nothing_was_changed_or_erased_nothing_is_rewritten(due):
        scrubbing._Seen.changes = scrubbing._count_changes()

        assert scrub_soon() is False
        assert not due()

    def test_postgresql_takes_up_deleted_rows_by_itself_meanwhile(db):
        with connection.cursor() as cursor:
            cursor.execute("SELECT relname FROM pg_class WHERE 'autovacuum_vacuum_threshold=1' = ANY(reloptions)")
            found = {name for (name,) in cursor.fetchall()}
        assert found >= set(scrubbing.TABLES)


def test_outside_a_transaction_the_tables_are_written_anew_and_what_has_not_changed_is_left(due):
    """On PostgreSQL. SQLite's log is emptied each time: the test above, in a process of its own."""
    if connection.vendor != "postgresql":
        return
    assert on_a_connection_of_its_own(scrub) is True

    scrub_soon()
    assert scrubbing._Seen.changes is not None
    assert scrub_soon() is False, "nothing was changed since"


def test_whoever_waits_for_the_tables_is_not_held_up_and_it_is_tried_again(due, monkeypatch, caplog):
    if connection.vendor != "postgresql":
        return
    monkeypatch.setattr(scrubbing, "LOCK_TIMEOUT", "50ms")
    Signup.objects.select_for_update().exists()
    Signup.objects.update(seats=1)  # the lock of this transaction
    scrubbing._Seen.changes = 7

    assert on_a_connection_of_its_own(scrub) is False
    assert scrubbing._Seen.changes is None
    assert "Erased rows were not taken off the disk" in caplog.text
