"""The database is away: kept pages are handed out, also by a process that starts then."""

import json

import pytest
from django.db import connection

from nejtilbander.caching import snapshot, store, watcher
from nejtilbander.caching.store import page_store, store_state
from nejtilbander.publishing import actions
from tests.nejtilbander.caching.driver import PACKED
from tests.support.factories import a_page

pytestmark = pytest.mark.django_db


def test_a_forgotten_page_is_handed_out_when_it_cannot_be_made_again_but_not_for_ever(server, is_away, monkeypatch):
    old = server.get("/hvem/").text
    store.mark_stale()
    is_away()

    answer = server.get("/hvem/?x=1", HTTP_ACCEPT_ENCODING=PACKED)
    assert (answer.status, answer.text) == (200, old)
    woken = server.woken
    store_state.is_database_up = False  # the watcher has noticed
    assert server.get("/hvem/").text == old
    assert server.woken == woken, "nobody waits for a database that is known to be away"

    monkeypatch.setattr(store_state, "database_seen_at", store_state.database_seen_at - store.MAX_STALE_AGE - 1)
    assert server.get("/hvem/").status >= 500


def test_the_pulse_notices_that_the_database_left_and_came_back(server, is_away, monkeypatch, caplog):
    beats = []

    def sleep(seconds):
        beats.append(store_state.is_database_up)
        server.heart.is_wanted.set()
        if len(beats) == 2:
            is_away(is_away=False)
        if len(beats) > 2:
            raise SystemExit

    monkeypatch.setattr(connection, "close", lambda: None)
    monkeypatch.setattr(watcher, "close_old_connections", lambda: None)
    monkeypatch.setattr(watcher.time, "sleep", sleep)
    is_away()
    server.heart.is_wanted.set()
    with pytest.raises(SystemExit):
        server.heart.run()

    assert beats == [False, False, True]
    assert caplog.text.count("The database does not answer") == 1


def test_a_process_that_starts_while_the_database_is_away_has_what_another_kept(server, is_away):
    old = server.get("/ar/hvem/").text
    snapshot.save()
    page_store.clear()
    snapshot.load()
    is_away()

    assert server.get("/ar/hvem/").text == old
    assert server.get("/hvem/").status >= 500


def test_what_is_withdrawn_is_not_brought_back_by_an_emergency(server, is_away):
    page = a_page()
    server.get("/proeve/")
    actions.withdraw(page, {"da": "Den var forkert."})
    server.run()
    snapshot.save()
    is_away()

    assert server.get("/proeve/").status >= 500
    page_store.clear()
    snapshot.load()
    assert "/proeve/" not in page_store


@pytest.mark.parametrize("harm", ["", "{", "[]", '{"pages": 3}', json.dumps({"well_at": "x", "pages": []})])
def test_a_file_of_kept_pages_that_is_broken_is_no_file(server, tmp_path, harm):
    (tmp_path / "kept-pages.json").write_text(harm)
    snapshot.load()
    assert list(page_store) == []


def test_a_disk_that_cannot_be_written_to_is_no_fault(server, settings, tmp_path):
    settings.DATA_DIR = tmp_path / "nowhere"
    snapshot.save()
    server.get("/hvem/")
    snapshot.save()
    assert server.is_kept("/hvem/")
    assert not settings.DATA_DIR.exists()
