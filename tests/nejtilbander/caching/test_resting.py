"""A process that nobody asks for anything asks the database for nothing, and is up to date when somebody does."""

import threading
import time
from contextlib import suppress

import pytest
from django.db import connection

from nejtilbander.caching import watcher
from nejtilbander.caching.store import request_counts
from tests.support.waiting import patience, wait_until

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(monkeypatch, settings, tmp_path):
    """A watcher whose polls are counted, and take nothing from the database; `held` holds a poll up until it is set."""
    settings.DATA_DIR = tmp_path
    own = watcher.ChangeWatcher()
    own.polls, own.held, own.ended = [], threading.Event(), threading.Event()
    own.held.set()
    monkeypatch.setattr(watcher, "POLL_INTERVAL", 0.01)
    monkeypatch.setattr(watcher, "SNAPSHOT_INTERVAL", 0.01)
    monkeypatch.setattr(connection, "close", lambda: None)
    monkeypatch.setattr(watcher, "close_old_connections", lambda: None)

    def poll():
        if own.ended.is_set():
            raise SystemExit
        own.held.wait()
        own.polls.append(time.monotonic())

    run = own.run

    def run_until_ended():
        with suppress(SystemExit):
            run()

    monkeypatch.setattr(own, "poll", poll)
    monkeypatch.setattr(own, "run", run_until_ended)
    monkeypatch.setattr(own, "save_snapshot", lambda: own.saved.update(own.etags()))
    monkeypatch.setattr(own, "flush_counts", lambda: own.flushed.update(request_counts))
    yield own
    own.held.set()
    own.ended.set()
    own.is_wanted.set()
    for thread in threading.enumerate():
        if thread.name == "change-watcher":  # none goes on among other tests
            thread.join(patience(6))
            assert not thread.is_alive()


def test_it_rests_until_somebody_asks_and_whoever_asks_waits_for_a_poll(own):
    own.before_request()
    assert len(own.polls) == 1, "the request came after it"
    wait_until(lambda: own.is_resting, "nobody asks for more")
    polls = len(own.polls)
    wait_until(lambda: own.flushed == request_counts and own.saved == own.etags(), "what was counted is saved")

    began = time.monotonic()
    own.before_request()
    assert [poll for poll in own.polls[polls:] if poll > began], "a page is no older than the request"


def test_nobody_waits_long_for_a_database_that_hangs(own):
    own.before_request()
    wait_until(lambda: own.is_resting, "nobody asks for more")
    own.held.clear()

    own.before_request()
    own.woken_at = float("-inf")  # WAKE_TIMEOUT has passed
    asked = [threading.Thread(target=own.before_request) for _ in range(3)]
    for one in asked:
        one.start()
    for one in asked:
        one.join(patience(6))
    assert not any(one.is_alive() for one in asked), "the poll still hangs"
    assert not own.has_polled.is_set()
