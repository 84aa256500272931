"""What each process counts is added up."""

import time

import pytest
from django.db import OperationalError, connection

from nejtilbander.caching import store, watcher
from nejtilbander.caching.models import Count
from nejtilbander.caching.store import store_state

pytestmark = pytest.mark.django_db


def test_what_each_process_counts_is_added_up_every_quarter_of_a_minute(server, is_away, monkeypatch):
    before = dict(store.request_counts)
    server.get("/hvem/")
    server.get("/hvem/")
    store.mark_stale()
    store_state.is_database_up = False
    server.get("/hvem/")
    store_state.is_database_up = True
    is_away()
    server.get("/hvem/")
    is_away(is_away=False)
    server.get("/findes-ikke/")
    mine = {name: number - before[name] for name, number in store.request_counts.items()}
    assert mine == {"kept": 1, "old": 1, "django": 3, "made": 1, "rescued": 1}

    server.heart.flushed_at = time.monotonic()
    server.run()
    assert not Count.objects.exists(), "not yet"
    processes = [server.heart, watcher.ChangeWatcher()]
    for heart in processes:
        heart.flushed, heart.flushed_at = before, 0
        heart.poll()
        heart.flushed_at = 0
        heart.poll()
    assert dict(Count.objects.values_list("name", "value")) == {name: 2 * number for name, number in mine.items()}


def test_counts_that_cannot_be_written_wait_and_the_pages_do_not(server):
    def full(execute, sql, *given):
        if sql.startswith("INSERT"):
            raise OperationalError("database or disk is full")
        return execute(sql, *given)

    server.heart.flushed_at = 0
    with connection.execute_wrapper(full):
        server.run()
    assert (server.heart.flushed, server.heart.flushed_at > 0) == ({}, True)
    server.heart.flushed_at = 0
    server.run()
    assert Count.objects.get(name="django").value == store.request_counts["django"]
