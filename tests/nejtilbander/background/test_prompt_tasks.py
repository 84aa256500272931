"""What readers wait for is done each second, whatever the worker's loop waits for."""

import threading

import pytest
from django.db import OperationalError

from nejtilbander.background import prompt_tasks
from nejtilbander.background.prompt_tasks import PromptTasks, WithPromptTasks, run_once
from nejtilbander.publishing import actions
from tests.support.waiting import patience


@pytest.fixture
def own_tasks(monkeypatch):
    monkeypatch.setattr(prompt_tasks, "tasks", found := [])
    return found


def test_planned_publications_are_one_of_them():
    assert actions.publish_due in prompt_tasks.tasks


@pytest.mark.parametrize("error", [OperationalError, ValueError])
def test_a_task_that_fails_does_not_stop_the_next(own_tasks, error):
    done = []

    def fails():
        raise error

    own_tasks += [fails, lambda: done.append(1)]
    run_once()
    assert done == [1]


def test_they_begin_with_the_first_request_and_once(own_tasks, monkeypatch):
    ran, answered = threading.Semaphore(0), []
    own_tasks.append(ran.release)
    monkeypatch.setattr(prompt_tasks, "prompt_tasks", thread := PromptTasks())
    thread.run = run_once  # not for ever: it would go on among other tests
    before = threading.active_count()
    application = WithPromptTasks(lambda environ, _start: answered.append(environ))
    for number in range(3):
        application({"number": number}, None)
    assert ran.acquire(timeout=patience(6))
    assert [one["number"] for one in answered] == [0, 1, 2]
    assert threading.active_count() <= before + 1


def test_a_process_that_was_forked_begins_anew():
    tasks = PromptTasks()
    tasks.process = -1
    tasks.run = lambda: None
    tasks.ensure_running()
    assert tasks.process > 0
