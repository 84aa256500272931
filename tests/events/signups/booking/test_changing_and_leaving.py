"""Fewer seats, more seats, cancelling, being forgotten."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from events.models import Letter, Recognition, Signup
from events.signups.more_seats import grant_wanted
from events.signups.seats import (
    NoRoom,
)
from events.signups.self_service import cancel, change_seats, confirm, erase, find_signup, resend_link
from nejtilbander.security.sealed_boxes import token_hash
from tests.events.signups.booking.driver import ANNA, BO, CARL, State, content, counted, gone, letters, state, verbs
from tests.support.factories import a_guest, a_meeting, a_signup

pytestmark = pytest.mark.django_db


def test_fewer_seats_at_any_time_and_what_came_free_is_offered():
    event = a_meeting(capacity=6, key=True)
    guest, waiting = a_guest(event, ANNA, 6), a_guest(event, BO, 4)

    change_seats(guest, 3)
    assert (state(waiting), counted(event)) == (State.WAITING, (3, 0, 2))

    change_seats(guest, 2)
    assert (state(waiting), counted(event)) == (State.OFFERED, (6, 0, 2))


def test_more_seats_only_if_they_are_free():
    event = a_meeting(capacity=7, key=True)
    guest = a_guest(event, ANNA, 2)
    a_guest(event, BO, 2)

    change_seats(guest, 5)
    assert (grant_wanted(), grant_wanted()) == (1, 0)
    guest.refresh_from_db()
    with pytest.raises(NoRoom):
        change_seats(guest, 6)

    assert (guest.seats, guest.state, counted(event)) == (5, State.CONFIRMED, (7, 0, 2))


def test_a_group_nobody_confirmed_cannot_grow_past_the_cap():
    event = a_meeting(capacity=40, key=True)
    a_signup(event, ANNA, 6)
    held = a_signup(event, BO, 4)

    with pytest.raises(NoRoom):
        change_seats(held, 5)
    assert counted(event) == (10, 10, 2)
    confirm(held)
    change_seats(held, 5)
    assert counted(event) == (10, 6, 2), "the worker gives seats, when it has seen whose they are"
    grant_wanted()
    assert counted(event) == (11, 6, 2)


@pytest.mark.parametrize("meanwhile", ["fewer", "other", "left", "forgotten", "full"])
def test_what_changes_before_the_worker_has_answered_counts(meanwhile):
    event = a_meeting(capacity=8, key=True)
    guest = a_guest(event, ANNA, 2)
    change_seats(guest, 4)
    {
        "fewer": lambda: change_seats(guest, 1),
        "other": lambda: change_seats(guest, 3),
        "left": lambda: cancel(guest),
        "forgotten": lambda: erase(guest),
        "full": lambda: a_guest(event, BO, 5),
    }[meanwhile]()

    grant_wanted()

    assert counted(event)[0] == {"fewer": 1, "other": 3, "left": 0, "forgotten": 0, "full": 7}[meanwhile]
    said = Signup.objects.filter(pk=guest.pk).exclude(state="cancelled").values_list("wanted", "refused")
    assert set(said) <= {(0, 4 if meanwhile == "full" else 0)}


def test_a_waiting_group_that_shrinks_to_fit_is_offered_seats_at_once():
    event = a_meeting(capacity=6, key=True)
    a_guest(event, ANNA, 4)
    waiting = a_guest(event, BO, 3)

    change_seats(waiting, 2)

    assert (state(waiting), counted(event)) == (State.OFFERED, (6, 0, 2))


def test_changing_what_is_gone_or_to_the_same_number_does_nothing():
    event = a_meeting(key=True)
    guest, gone = a_guest(event, ANNA, 2), a_guest(event, BO, 2)
    cancel(gone)

    with CaptureQueriesContext(connection) as queries:
        change_seats(guest, 2)
        change_seats(gone, 5)

    assert not [verb for verb in verbs(queries) if verb.startswith(("UPDATE", "INSERT", "DELETE"))]
    assert counted(event) == (2, 0, 2)


def test_cancelling_gives_the_seats_back_and_leaves_a_mark_and_a_word():
    event = a_meeting(key=True)
    signup = a_guest(event, ANNA, 3, name="Anna", language="ar")

    for tab in (signup, find_signup(signup.token)):
        cancel(tab)

    row = Signup.objects.filter(pk=signup.pk).values().get()
    assert row.pop("sealed") in {b"", memoryview(b"")}
    assert row == {
        "id": signup.pk, "event_id": event.pk, "position": 1, "state": "cancelled", "seats": 3, "verified": True,
        "language": "", "has_address": False, "is_new": False, "token_hash": token_hash(signup.token),
        "day": timezone.localdate(), "until": None, "wanted": 0, "refused": 0,
        "nonce_hash": signup.nonce_hash,
    }  # fmt: skip
    assert counted(event) == (0, 0, 1)
    assert letters(event) == []
    assert not Recognition.objects.filter(event=event).exists()


def test_an_address_that_cancelled_is_unknown_again():
    event = a_meeting(key=True)
    cancel(a_guest(event, ANNA, 3))

    again = a_signup(event, ANNA, 2)

    assert (again.state, again.position) == (State.HELD, 2)
    assert letters(event) == [("confirm", 0)]
    assert counted(event) == (2, 2, 2)


def test_being_forgotten_deletes_row_letters_and_place_and_leaves_one_farewell():
    event = a_meeting(capacity=6, key=True)
    guest, waiting, last = a_guest(event, ANNA, 6, language="ar"), a_guest(event, BO, 2), a_guest(event, CARL, 6)
    box = bytes(guest.sealed)
    resend_link(guest)

    erase(guest)
    erase(waiting)

    assert list(Signup.objects.filter(event=event)) == [last]
    assert counted(event) == (6, 0, 3), "what came free was offered, twice"
    farewells = Letter.objects.filter(event=event, signup=None).order_by("language")
    assert [(one.kind, one.language, one.number) for one in farewells] == [
        ("forgotten", "ar", 0),
        ("forgotten", "da", 0),
    ]
    assert bytes(farewells[0].sealed) == box
    assert content(event, farewells[0].sealed)["email"] == ANNA
    assert letters(event) == [
        ("confirm", 0), ("forgotten", 0), ("forgotten", 0), ("offer", 3), ("waiting", 0),
    ]  # fmt: skip


@pytest.mark.parametrize("history", [a_signup, lambda event: gone(a_guest(event, ANNA))])
def test_whoever_has_no_address_or_has_left_is_forgotten_without_a_letter(history):
    event = a_meeting(key=True)
    signup = history(event)

    for tab in (find_signup(signup.token), find_signup(signup.token)):
        erase(tab)

    assert not Signup.objects.filter(event=event).exists()
    assert letters(event) == []
    assert counted(event) == (0, 0, 1)
