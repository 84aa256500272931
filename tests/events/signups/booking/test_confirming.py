"""Saying yes: to the letter, late, and to an offer."""

import pytest
from django.db import connection
from django.utils import timezone

from events.models import Event, Signup
from events.signups import booking, self_service
from events.signups.seats import (
    Closed,
    ConcurrentChange,
)
from events.signups.self_service import cancel, change_seats, confirm, erase, find_signup
from tests.events.signups.booking.driver import ANNA, BO, State, counted, letters, state
from tests.support.factories import a_guest, a_meeting, a_signup

pytestmark = pytest.mark.django_db


def test_yes_to_the_letter_keeps_the_seats_and_twice_is_no_fault():
    event = a_meeting(key=True)
    signup = a_signup(event, ANNA, 3)

    for tab in (signup, find_signup(signup.token)):
        confirm(tab)

    signup.refresh_from_db()
    assert (signup.state, signup.verified, signup.until) == (State.CONFIRMED, True, None)
    assert counted(event) == (3, 0, 1)
    assert letters(event) == [("confirm", 0), ("confirmed", 3)]


@pytest.mark.parametrize(("others", "ends"), [(5, State.CONFIRMED), (6, State.WAITING)], ids=["room", "no room"])
@pytest.mark.parametrize("was", ["lapsed", "waiting"])
def test_a_late_yes_takes_seats_if_they_are_there_and_else_a_place_in_line(was, others, ends):
    event = a_meeting(capacity=8, key=True)
    signup = a_signup(event, ANNA, 3, hold=False)
    Signup.objects.filter(pk=signup.pk).update(state=was)
    a_guest(event, BO, others)

    for tab in (find_signup(signup.token), find_signup(signup.token)):
        confirm(tab)

    signup.refresh_from_db()
    assert (signup.state, signup.verified, signup.position) == (ends, True, 1)
    assert counted(event) == ((8, 0, 2) if ends == State.CONFIRMED else (6, 0, 2))
    last = ("confirmed", 3) if ends == State.CONFIRMED else ("waiting", 0)
    assert letters(event) == sorted([("confirm", 0), ("confirm", 0), ("confirmed", others), last])


@pytest.mark.parametrize("email", [ANNA, ""], ids=["with an address", "without"])
def test_yes_to_an_offer_keeps_the_seats(email):
    event = a_meeting(capacity=6, key=True)
    first = a_guest(event, BO, 6)
    signup = a_guest(event, email, 2)
    cancel(first)
    assert state(signup) == State.OFFERED

    confirm(find_signup(signup.token))

    signup.refresh_from_db()
    assert (signup.state, signup.until, signup.verified) == (State.CONFIRMED, None, bool(email))
    assert counted(event) == (2, 0 if email else 2, 2)
    expected = [("confirm", 0), ("confirmed", 2), ("offer", 2), ("waiting", 0)] if email else []
    assert letters(event) == expected


@pytest.mark.parametrize("act", [confirm, lambda signup: change_seats(signup, 1)], ids=["confirm", "change seats"])
@pytest.mark.parametrize("fields", [{"state": Event.State.CANCELLED}, {"starts_at": timezone.now()}])
def test_nothing_is_confirmed_or_changed_once_the_meeting_is_cancelled_or_has_begun(act, fields):
    event = a_meeting(key=True)
    signup = a_signup(event, ANNA, 2)
    Event.objects.filter(pk=event.pk).update(**fields)

    with pytest.raises(Closed):
        act(find_signup(signup.token))

    assert (state(signup), counted(event)) == (State.HELD, (2, 2, 1))


def test_a_yes_from_a_page_that_is_out_of_date_looks_again():
    event = a_meeting(key=True)
    cancelled, forgotten = a_signup(event, ANNA, 2), a_signup(event, BO, 3)
    tabs = [find_signup(cancelled.token), find_signup(forgotten.token)]
    cancel(cancelled)
    erase(forgotten)

    for tab in tabs:
        confirm(tab)

    assert list(Signup.objects.filter(event=event).values_list("state", flat=True)) == ["cancelled"]
    assert counted(event) == (0, 0, 2)
    assert letters(event) == [("forgotten", 0)]


def test_a_late_yes_that_finds_no_room_leaves_alone_what_was_cancelled_meanwhile():
    event = a_meeting(capacity=6, key=True)
    a_guest(event, BO, 6)
    token = a_signup(event, ANNA).token
    signup, other_tab = find_signup(token), find_signup(token)
    begun = []

    def meanwhile(execute, sql, params, many, context):
        if sql.startswith("SAVEPOINT"):
            begun.append(sql)
            if len(begun) == 2:  # no room was found, and the place in line is not taken yet
                cancel(other_tab)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(meanwhile):
        confirm(signup)

    assert (state(signup), counted(event)) == (State.CANCELLED, (6, 0, 2))
    assert ("waiting", 0) not in letters(event)


def test_a_sign_up_that_changes_each_time_it_is_looked_at_is_given_up_after_some_tries():
    signup = a_signup(a_meeting(key=True), ANNA)
    tries = []

    def change(one):
        tries.append(one.seats)
        Signup.objects.filter(pk=one.pk).update(seats=len(tries))
        raise ConcurrentChange

    with pytest.raises(ConcurrentChange):
        self_service._retried(signup, change)
    assert tries == [1] * booking.MAX_TRIES, "each failed try is undone"
