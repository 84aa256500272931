"""Confirming, changing, leaving, and the link once more: what is written, and what it never tells."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from events.models import Event, Letter, Signup
from events.signups import booking, self_service
from events.signups.booking import sign_up
from events.signups.seats import Closed, ConcurrentChange, NoRoom, set_capacity
from events.signups.self_service import cancel, change_seats, confirm, erase, find_signup, resend_link
from nejtilbander.security.sealed_boxes import token_hash
from tests.events.signups.test_booking import content, counted, letters, signup_request, state, verbs
from tests.make import a_form, a_guest, a_meeting, a_signup

pytestmark = pytest.mark.django_db
ANNA, BO, CARL = "anna@example.dk", "bo@example.dk", "carl@example.org"
State = Signup.State


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
    with pytest.raises(NoRoom):
        change_seats(guest, 6)

    guest.refresh_from_db()
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
    assert counted(event) == (11, 6, 2)


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
        "language": "", "address_index": None, "token_hash": token_hash(signup.token),
        "day": timezone.localdate(), "until": None, "letters_asked": 0,
    }  # fmt: skip
    assert counted(event) == (0, 0, 1)
    assert letters(event) == []


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


def gone(signup):
    cancel(signup)
    return signup


def test_the_link_is_sent_again_some_times_and_no_more():
    event = a_meeting(key=True)
    signup = a_signup(event, ANNA)

    assert [resend_link(signup) for _ in range(booking.MAX_LETTERS + 1)] == [True] * booking.MAX_LETTERS + [False]
    asked = [("again", number) for number in range(1, booking.MAX_LETTERS + 1)]
    assert letters(event) == [*asked, ("confirm", 0)]


def test_a_stranger_who_signs_an_address_up_over_and_over_does_not_use_up_its_owners_letters():
    event = a_meeting(key=True)
    signup = a_guest(event, ANNA)
    for _ in range(booking.MAX_LETTERS + 1):
        sign_up(event, signup_request(ANNA), a_form(event))

    assert resend_link(find_signup(signup.token))
    assert ("again", 1) in letters(event)
    assert Signup.objects.get(pk=signup.pk).letters_asked == booking.MAX_LETTERS + 1


def test_the_link_cannot_be_sent_without_an_address_nor_after_leaving():
    event = a_meeting(key=True)

    assert not resend_link(a_signup(event))
    for leave, email in ((cancel, ANNA), (erase, BO)):
        guest = a_guest(event, email)
        tab = find_signup(guest.token)
        leave(guest)
        assert not resend_link(tab), "a page left open"
    assert letters(event) == [("forgotten", 0)]


def test_the_place_in_line_counts_only_those_who_can_be_offered_seats():
    event = a_meeting(capacity=6, key=True)
    other = a_meeting("andet", capacity=0, key=True)
    a_guest(event, "fuldt@example.dk", 6)
    a_guest(other, ANNA)
    first = a_guest(event, ANNA, 6)
    a_signup(event, "ubekraeftet@example.dk")  # on the list, and never confirmed
    without, third, fourth = a_signup(event), a_guest(event, BO), a_signup(event)

    everyone = first, third, without, fourth  # who was confirmed by letter comes before who has no address
    assert [self_service.queue_position(one) for one in everyone] == [1, 2, 3, 4]
    assert list(Signup.objects.in_queue().filter(event=event)) == list(everyone)
    erase(first)
    assert [self_service.queue_position(one) for one in everyone[1:]] == [1, 2, 3]


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
