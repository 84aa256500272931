"""Work that only staff's process may do goes on beside its requests, whatever fails."""

import logging

import pytest
from django.db import DatabaseError

from events.privacy.keys import create_missing_keys
from nejtilbander.background import staff_tasks


@pytest.fixture
def rounds(monkeypatch):
    """The tasks that were run. The first fails each time."""
    done = []

    def fails():
        done.append("fails")
        raise DatabaseError("hemmelig")

    monkeypatch.setattr(staff_tasks, "tasks", [fails, lambda: done.append("works")])
    monkeypatch.setattr(staff_tasks, "INTERVAL", 0.01)
    return done


def test_the_keys_of_meetings_are_among_it():
    assert create_missing_keys in staff_tasks.tasks


def test_a_task_that_fails_is_told_without_its_words_and_the_others_are_run(rounds, caplog):
    caplog.set_level(logging.ERROR)

    staff_tasks.run_once()

    assert rounds == ["fails", "works"]
    assert caplog.messages == ["fails failed: DatabaseError."]
