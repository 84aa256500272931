"""How many seats may be held unconfirmed, and how many there are."""

import pytest

from events.models import Signup
from events.models.signup import MAX_SEATS
from events.signups.seats import (
    set_capacity,
)
from events.signups.self_service import confirm, find_signup
from tests.events.signups.booking.driver import ANNA, BO, State, counted, letters, sign_up, signup_request, state
from tests.support.factories import a_form, a_guest, a_meeting, a_signup

pytestmark = pytest.mark.django_db


def test_unconfirmed_seats_stop_at_a_quarter_and_whoever_confirms_later_still_gets_seats():
    event = a_meeting(capacity=40, key=True)
    for number in range(2):
        a_signup(event, f"robot{number}@example.org", 5)

    answer = sign_up(
        event, signup_request(ANNA, 4), a_form(event)
    )  # nobody is asked about a waiting list: there are seats

    anna = find_signup(answer.token)
    assert (anna.state, anna.until, counted(event)) == (State.WAITING, None, (10, 10, 3))
    confirm(anna)
    assert (state(anna), counted(event)) == (State.CONFIRMED, (14, 10, 3))
    assert letters(event) == [("confirm", 0), ("confirm", 0), ("confirm", 0), ("confirmed", 4)]


def test_unconfirmed_seats_of_groups_without_an_address_stop_at_a_quarter_too():
    event = a_meeting(capacity=40, key=True)
    for _ in range(2):
        a_signup(event, seats=5)

    waiting = a_signup(event, seats=1)

    assert (waiting.state, counted(event)) == (State.WAITING, (10, 10, 3))
    assert waiting.needs_confirming is False


def test_a_small_hall_still_lets_one_group_be_unconfirmed():
    event = a_meeting(capacity=8, key=True)

    assert a_signup(event, ANNA, MAX_SEATS).state == State.HELD
    assert a_signup(event, BO, 1).state == State.WAITING
    assert counted(event) == (6, 6, 2)


def test_who_comes_too_often_holds_nothing_until_the_address_is_confirmed():
    event = a_meeting(key=True)

    signup = a_signup(event, ANNA, 2, hold=False)
    assert (signup.state, counted(event)) == (State.WAITING, (0, 0, 1))

    confirm(signup)
    assert (state(signup), counted(event)) == (State.CONFIRMED, (2, 0, 1))


def test_seats_never_pass_the_capacity_whatever_the_order_of_sizes():
    event = a_meeting(capacity=20, key=True)

    for number, seats in enumerate([6, 5, 6, 4, 3, 2, 1, 1]):
        a_guest(event, f"gruppe{number}@example.dk", seats)

    states = list(Signup.objects.filter(event=event).order_by("position").values_list("seats", "state"))
    assert counted(event)[:2] == (20, 0)
    assert states == [
        (6, "confirmed"), (5, "confirmed"), (6, "confirmed"), (4, "waiting"), (3, "confirmed"), (2, "waiting"),
        (1, "waiting"), (1, "waiting"),
    ]  # fmt: skip
    assert not set_capacity(event, 19)
