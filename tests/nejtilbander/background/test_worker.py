"""The worker's loop: one fault stops nothing else, and it rests when nothing is due."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import timezone

from events.models import Signup
from nejtilbander.background import worker
from nejtilbander.background.worker import run_tasks
from tests.support.factories import a_meeting, a_signup

pytestmark = pytest.mark.django_db
ANNA = "anna@example.dk"
PAST = timezone.now() - timedelta(minutes=1)


def state(signup):
    return Signup.objects.values_list("state", flat=True).get(pk=signup.pk)


def test_a_task_that_fails_is_told_of_and_the_others_are_done(settings, caplog):
    held = a_signup(a_meeting(key=True), ANNA)
    Signup.objects.filter(pk=held.pk).update(until=PAST)
    a_meeting("uden-noegle")
    settings.KEYRING_SECRET = ""

    run_tasks()

    assert caplog.messages == ["create_missing_keys failed: KeyNotFound."]
    assert state(held) == "lapsed"


class Away:
    """A database that does not do as asked, once, when it is asked about `table`."""

    def __init__(self, table):
        self.table = table

    def __call__(self, execute, sql, params, many, context):
        if self.table and self.table in sql:
            self.table = ""
            raise OperationalError("gone, with the words of a letter in its message")
        return execute(sql, params, many, context)


@pytest.mark.parametrize("table", ["nejtilbander_heartbeat", "events_seats", "events_letter"])
def test_a_database_that_is_away_is_told_of_without_its_words(caplog, table):
    with connection.execute_wrapper(Away(table)):
        worker.run(forever=False)

    assert caplog.messages == ["The database did not do as asked (OperationalError). Trying again."]


class Stopped(Exception):
    pass


def test_the_worker_rests_when_there_is_nothing_to_do_and_goes_round_now_and_then(monkeypatch):
    event = a_meeting(key=True)
    a_signup(event, ANNA)
    rests = []

    def rest(seconds):
        rests.append((seconds, len(mail.outbox)))
        if len(rests) == 1:
            a_signup(event, "bo@example.dk")
        if len(rests) == 3:
            raise Stopped

    monkeypatch.setattr(worker.time, "sleep", rest)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)  # this test's transaction lives in the old one
    with pytest.raises(Stopped):
        worker.run()

    assert rests == [(worker.POLL_INTERVAL, 1), (worker.POLL_INTERVAL, 2), (worker.POLL_INTERVAL, 2)]


def test_the_worker_refuses_a_role_without_a_keyring(settings):
    settings.SITE_ROLE = "public"
    with pytest.raises(CommandError, match="SITE_ROLE must be worker, not public"):
        call_command("worker", "--once")


def test_the_file_that_says_it_is_alive_is_touched_with_the_database_away_too(tmp_path):
    with connection.execute_wrapper(Away("nejtilbander_heartbeat")):
        call_command("worker", "--once", "--alive", str(tmp_path / "alive"))

    assert (tmp_path / "alive").exists()
