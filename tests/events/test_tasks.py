"""Everything that is due is done by the worker, and what is late turns health red."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from events.models import Event, Letter, Seats, Signup
from events.signups.seats import set_capacity
from events.signups.self_service import cancel
from events.tasks import LATE_LETTER, offer_everywhere
from nejtilbander.background import worker
from nejtilbander.background.models import Heartbeat
from nejtilbander.background.worker import overdue, run_tasks
from nejtilbander.security import keyring
from tests.support.factories import a_guest, a_meeting, a_signup

pytestmark = pytest.mark.django_db
ANNA = "anna@example.dk"
PAST = timezone.now() - timedelta(minutes=1)


def state(signup):
    return Signup.objects.values_list("state", flat=True).get(pk=signup.pk)


def test_one_look_sends_the_letters_and_does_everything_that_is_due():
    Event.objects.all().delete()
    event, new = a_meeting(capacity=24, key=True, days=1.9), a_meeting("ny")
    over = a_meeting("ovre", key=True, days=1)
    a_guest(over, ANNA)
    long_ago = timezone.now() - timedelta(days=15)
    Event.objects.filter(pk=over.pk).update(starts_at=long_ago - timedelta(hours=1), ends_at=long_ago)
    guest, held = a_guest(event, ANNA, 6), a_signup(event, "holder@example.dk", 6)
    full, offered = a_guest(event, "fuldt@example.dk", 6), a_guest(event, "tilbud@example.dk", 5)
    line = a_guest(event, "venter@example.dk", 6)
    forgotten = a_signup(event, "glemt@example.dk", hold=False)
    Signup.objects.filter(pk=guest.pk).update(day=timezone.localdate() - timedelta(days=1))
    Signup.objects.filter(pk=forgotten.pk).update(day=timezone.localdate() - timedelta(days=4))
    Signup.objects.filter(pk=held.pk).update(until=PAST)
    Signup.objects.filter(pk=offered.pk).update(state="offered", until=PAST)
    Letter.objects.all().delete()
    began = timezone.now()

    call_command("worker", "--once")

    assert [state(one) for one in (guest, held, full, offered, line)] == [
        "confirmed", "lapsed", "confirmed", "expired", "offered",
    ]  # fmt: skip
    assert Seats.objects.get(event=event).taken == 18
    assert Seats.objects.get(event=new).key
    assert Seats.objects.get(event=over).erased_at
    assert not Signup.objects.filter(pk=forgotten.pk).exists()
    sent = sorted((message.subject, *message.to) for message in mail.outbox)
    assert sent == [
        ("Husk din tilmelding", ANNA),
        ("Nyt om din tilmelding", "tilbud@example.dk"),
        ("Nyt om din tilmelding", "venter@example.dk"),
    ]
    assert not Letter.objects.waiting().exists()
    assert began <= Heartbeat.objects.get(name="worker").at <= timezone.now()
    assert overdue() == []


def test_more_seats_or_fewer_unconfirmed_ones_are_offered_at_every_coming_meeting():
    first, second = a_meeting("en", capacity=6, key=True), a_meeting("to", capacity=6, key=True)
    lines = []
    for event in (first, second):
        a_guest(event, "fuldt@example.dk", 6)
        lines += [a_guest(event, ANNA, 3), a_guest(event, "bo@example.dk", 3)]
        set_capacity(event, 9)

    assert offer_everywhere() == 2
    assert [state(one) for one in lines] == ["offered", "waiting"] * 2


def test_a_counter_that_is_wrong_at_one_meeting_stops_neither_the_others_nor_the_letters(caplog):
    wrong, right = a_meeting("en", key=True), a_meeting("to", key=True)
    held = [a_signup(event, ANNA, 2) for event in (wrong, right)]
    Signup.objects.filter(pk__in=[one.pk for one in held]).update(until=PAST)
    Seats.objects.filter(event=wrong).update(taken=0)

    worker.run(forever=False)

    assert [state(one) for one in held] == ["held", "lapsed"]
    assert [message.to for message in mail.outbox] == [[ANNA], [ANNA]]
    assert caplog.messages == []


def test_lateness_is_told_in_a_sentence_each():
    now = timezone.now()
    assert overdue() == ["worker: not seen for a while"]
    beat = Heartbeat.objects.create(name="worker", at=now - worker.MAX_SILENCE - timedelta(seconds=1))
    event = a_meeting(key=True)
    a_signup(event, ANNA)
    Letter.objects.update(created_at=now - LATE_LETTER - timedelta(seconds=1))
    over = a_meeting("ovre", key=True, days=-15.5)
    assert over.retention_days == 14

    assert overdue() == [
        "worker: not seen for a while",
        "letters: some have waited more than 30 minutes",
        "retention: a list should have been erased",
    ]

    Heartbeat.objects.filter(pk=beat.pk).update(at=now - worker.MAX_SILENCE + timedelta(seconds=20))
    Letter.objects.update(created_at=now - LATE_LETTER + timedelta(seconds=20))
    over.retention_days = 30
    over.save()
    assert overdue() == []


def test_a_letter_given_up_or_to_someone_who_left_does_not_count_as_late():
    Heartbeat.objects.create(name="worker", at=timezone.now())
    event = a_meeting(key=True)
    guest = a_guest(event, ANNA)
    long_ago = timezone.now() - timedelta(days=1)
    Letter.objects.update(created_at=long_ago)
    assert overdue() != []

    cancel(guest)
    Letter.objects.create(kind="opened", event=event, language="da", created_at=long_ago, state="failed")
    assert overdue() == []
    assert keyring.has_key(event.seats.key)


@pytest.mark.parametrize("lost", ["the folder", "the secret"])
def test_a_lost_key_is_made_anew_where_nobody_signed_up_and_else_closes_the_meeting_and_turns_health_red(
    settings, tmp_path, lost
):
    empty, awaited = a_meeting("tom", key=True), a_meeting(key=True)
    a_guest(awaited, "anna@example.dk")
    before, kept = empty.seats.key, (settings.KEYRING_DIR, settings.KEYRING_SECRET)

    if lost == "the folder":
        settings.KEYRING_DIR = tmp_path / "ny"
    else:
        settings.KEYRING_SECRET = "another-" + "z" * 40
    run_tasks()

    empty.seats.refresh_from_db()
    awaited.seats.refresh_from_db()
    assert keyring.has_key(empty.seats.key)
    assert empty.seats.key != before
    assert awaited.seats.is_closed
    assert "keyring: a meeting's key is missing" in overdue()

    settings.KEYRING_DIR, settings.KEYRING_SECRET = kept  # brought back
    Event.objects.exclude(pk=awaited.pk).delete()
    run_tasks()
    assert overdue() == []


def test_letters_given_up_turn_health_red_until_they_are_tried_again():
    run_tasks()
    letter = Letter.objects.create(kind="opened", event=a_meeting(), language="da", state="failed", tries=20)
    assert overdue() == ["letters: some were given up"]

    assert Letter.objects.filter(pk=letter.pk).retry_failed() == 1
    letter.refresh_from_db()
    assert (letter.state, letter.tries, overdue()) == ("waiting", 0, [])
