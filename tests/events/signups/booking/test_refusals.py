"""Meetings that take nobody, or no longer."""

from datetime import timedelta

import pytest
from django.utils import timezone

from events.models import Event, Need, Question, Seats, Signup
from events.signups.booking import FormContext
from events.signups.seats import (
    Closed,
    EventChanged,
    NoRoom,
    new_version,
    set_closed,
)
from events.signups.self_service import find_signup
from tests.events.signups.booking.driver import ANNA, BO, CARL, State, counted, sign_up, signup_request
from tests.support.factories import a_form, a_meeting, a_signup

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "fields",
    [
        {"signup_opens_at": None},
        {"signup_closes_at": timezone.now() - timedelta(minutes=1)},
        {"state": Event.State.CANCELLED},
        {"days": -0.01},
        {"key": False},
    ],
    ids=["not open", "closed", "cancelled", "begun", "no key yet"],
)
def test_a_meeting_that_takes_no_sign_ups_refuses_before_anything_is_written(fields):
    event = a_meeting(**{"key": True} | fields)

    with pytest.raises(Closed):
        sign_up(event, signup_request(ANNA), a_form(event))

    assert counted(event) == (0, 0, 0)
    assert not Signup.objects.filter(event=event).exists()


def test_a_counter_that_is_behind_its_sign_ups_refuses_and_writes_nothing():
    event = a_meeting(key=True)
    a_signup(event, ANNA)
    Seats.objects.filter(event=event).update(last_position=0)

    with pytest.raises(Closed):
        sign_up(event, signup_request("en-anden@example.dk"), a_form(event))

    assert Signup.objects.filter(event=event).count() == 1


def test_a_meeting_closed_while_the_visitor_wrote_refuses_and_one_that_moved_says_so():
    event = a_meeting(key=True)
    form = a_form(event)
    seen = Event.objects.with_seats().get(pk=event.pk)

    set_closed(event)
    with pytest.raises(Closed):
        sign_up(seen, signup_request(ANNA), form)
    set_closed(event, closed=False)
    new_version(event)
    with pytest.raises(EventChanged):
        sign_up(seen, signup_request(ANNA), form)

    assert counted(event) == (0, 0, 0)
    assert not Signup.objects.filter(event=event).exists()
    assert sign_up(seen, signup_request(ANNA), a_form(event)).state == "held"


def test_a_meeting_that_filled_while_the_visitor_wrote_changes_nothing_without_a_yes_to_the_waiting_list():
    event = a_meeting(capacity=6, key=True)
    a_signup(event, ANNA, 4)
    form = a_form(event)

    with pytest.raises(NoRoom):
        sign_up(event, signup_request(BO, 3, needs=["other"], question="?"), form)

    assert counted(event) == (4, 4, 1)
    assert Signup.objects.filter(event=event).count() == 1
    assert not Need.objects.filter(event=event).exists()
    assert not Question.objects.filter(event=event).exists()

    accepting = FormContext(form.nonce, form.version, accepts_waiting=True)
    token = sign_up(event, signup_request(BO, 3), accepting).token
    assert (find_signup(token).state, find_signup(token).position) == (State.WAITING, 2)
    assert counted(event) == (4, 4, 2)
    assert sign_up(event, signup_request(CARL, 2), a_form(event)).state == "held", "those who fit still get seats"
