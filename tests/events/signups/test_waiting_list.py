"""The waiting list: what comes free is offered in order, to groups that fit, and never too late."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from events.letters.rendering import render_letter
from events.models import Event, Letter, Seats, Signup
from events.signups import waiting_list
from events.signups.seats import (
    set_capacity,
    set_closed,
)
from events.signups.self_service import cancel, change_seats, confirm, erase, find_signup, queue_position
from events.signups.waiting_list import (
    anonymise,
    expire_offers,
    lapse_holds,
    offer_deadline,
    offer_seats_now,
    prolong_holds,
)
from nejtilbander.background.outbox import deliver
from nejtilbander.background.worker import overdue
from nejtilbander.security import keyring
from nejtilbander.security.sealed_boxes import unseal
from tests.events.signups.booking.driver import ANNA, BO
from tests.support.factories import a_guest, a_meeting, a_signup

pytestmark = pytest.mark.django_db
State = Signup.State
PAST = timezone.now() - timedelta(minutes=1)


def a_full_meeting(seats=6, **fields):
    """With one group in all its seats, who can leave."""
    event = a_meeting(capacity=seats, key=True, **fields)
    return event, a_guest(event, "fuldt@example.dk", seats)


def a_line(event, *sizes):
    return [a_guest(event, f"gruppe{number}@example.dk", seats) for number, seats in enumerate(sizes)]


def states(*signups):
    found = dict(Signup.objects.values_list("pk", "state"))
    return [found.get(signup.pk) for signup in signups]


def counted(event):
    return Seats.objects.values_list("taken", "unverified").get(event=event)


def expired(*signups):
    Signup.objects.filter(pk__in=[signup.pk for signup in signups]).update(until=PAST)


def offers(event):
    letters = Letter.objects.filter(event=event, kind=Letter.Kind.OFFER)
    return list(letters.order_by("number").values_list("signup", "number"))


def test_what_comes_free_is_offered_in_order_and_a_letter_says_so():
    event, leaving = a_full_meeting()
    line = a_line(event, 2, 3, 1, 1)

    cancel(leaving)

    assert states(*line) == [State.OFFERED, State.OFFERED, State.OFFERED, State.WAITING]
    assert offers(event) == [(line[0].pk, 2), (line[1].pk, 3), (line[2].pk, 4)]
    assert counted(event) == (6, 0)


def test_a_larger_group_keeps_its_place_and_the_next_that_fits_is_offered():
    event = a_meeting(capacity=6, key=True)
    small, large = a_guest(event, "en@example.dk", 2), a_guest(event, "to@example.dk", 4)
    line = a_line(event, 5, 3, 2)

    cancel(small)
    assert states(*line) == [State.WAITING, State.WAITING, State.OFFERED]

    cancel(line[2])
    cancel(large)
    assert states(*line) == [State.OFFERED, State.WAITING, State.CANCELLED], "the first in line comes first again"


def test_a_group_too_large_for_what_is_left_of_one_going_is_passed_over_and_the_next_is_not():
    event, leaving = a_full_meeting()
    line = a_line(event, 4, 3, 2)

    cancel(leaving)

    assert states(*line) == [State.OFFERED, State.WAITING, State.OFFERED]
    assert counted(event) == (6, 0)


def test_nobody_is_offered_a_seat_twice_and_a_full_meeting_offers_nothing():
    event, leaving = a_full_meeting()
    a_line(event, 4, 3)
    cancel(leaving)

    assert [offer_seats_now(event.pk), offer_seats_now(event.pk)] == [0, 0]
    assert len(offers(event)) == 1
    assert counted(event) == (4, 0)


def test_only_those_who_can_be_reached_are_in_line():
    event, leaving = a_full_meeting()
    unconfirmed = a_signup(event, "ubekraeftet@example.dk")
    without = a_signup(event, seats=2)
    lapsed = a_signup(event, "for-sent@example.dk")
    Signup.objects.filter(pk=lapsed.pk).update(state=State.LAPSED)

    cancel(leaving)

    assert states(unconfirmed, without, lapsed) == [State.WAITING, State.OFFERED, State.LAPSED]
    assert offers(event) == [], "who has no address sees the offer on the manage page"
    assert counted(event) == (2, 2)


def test_a_group_without_an_address_waits_for_unconfirmed_seats_and_does_not_hold_up_the_others():
    event = a_meeting(capacity=24, key=True)  # six may be unconfirmed
    held = a_signup(event, "holder@example.dk", 6)
    without = a_signup(event, seats=2)
    full = [a_guest(event, f"fuldt{number}@example.dk", 6) for number in range(3)]
    (after,) = a_line(event, 1)

    cancel(full[0])
    assert states(without, after) == [State.WAITING, State.OFFERED]

    confirm(held)
    assert offer_seats_now(event.pk) == 1
    assert states(without) == [State.OFFERED]
    assert counted(event) == (21, 2)


def test_more_seats_are_offered_and_a_closed_sign_up_still_serves_its_line():
    event, _ = a_full_meeting()
    line = a_line(event, 2, 2)
    set_closed(event)

    assert set_capacity(event, 8)
    assert offer_seats_now(event.pk) == 1
    assert states(*line) == [State.OFFERED, State.WAITING]
    assert counted(event) == (8, 0)


def test_a_capacity_below_what_is_taken_offers_nothing_until_enough_have_left():
    event = a_meeting(capacity=6, key=True)
    guests = [a_guest(event, f"gaest{number}@example.dk", 2) for number in range(3)]
    (waiting_group,) = a_line(event, 1)
    set_capacity(event, 3)

    cancel(guests[0])
    assert (states(waiting_group), counted(event)) == ([State.WAITING], (4, 0))

    cancel(guests[1])
    assert (states(waiting_group), counted(event)) == ([State.OFFERED], (3, 0))


START = datetime(2030, 3, 30, 19, tzinfo=ZoneInfo("Europe/Copenhagen"))


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (timedelta(days=9), timedelta(hours=12)),
        (timedelta(hours=14), timedelta(hours=12)),
        (timedelta(hours=13), timedelta(hours=11)),
        (timedelta(hours=2, minutes=30), timedelta(minutes=30)),
        (timedelta(hours=2, minutes=29), None),
        (timedelta(hours=1), None),
        (timedelta(hours=-1), None),
    ],
)
def test_an_offer_lasts_twelve_hours_and_never_into_the_last_two_before_the_meeting(before, expected):
    now = START - before
    deadline = offer_deadline(Event(starts_at=START), now)

    assert deadline == (now + expected if expected else None)


def test_an_offer_says_until_when():
    event, leaving = a_full_meeting()
    soon, leaving_soon = a_full_meeting(slug="snart", days=0.25)
    (far,), (near,) = a_line(event, 2), a_line(soon, 2)
    began = timezone.now()

    cancel(leaving)
    cancel(leaving_soon)

    far.refresh_from_db()
    near.refresh_from_db()
    assert began <= far.until - timedelta(hours=12) <= timezone.now()
    assert near.until == soon.starts_at - timedelta(hours=2)


@pytest.mark.parametrize(
    "fields", [{"state": Event.State.CANCELLED}, {"starts_at": timezone.now() + timedelta(hours=2)}]
)
def test_a_cancelled_meeting_and_the_last_two_hours_offer_nothing(fields):
    event, leaving = a_full_meeting()
    line = a_line(event, 2)
    Event.objects.filter(pk=event.pk).update(**fields)

    cancel(leaving)

    assert offer_seats_now(event.pk) == 0
    assert (states(*line), counted(event)) == ([State.WAITING], (0, 0))


def test_an_offer_nobody_took_goes_on_and_a_farewell_carries_the_sealed_box():
    event, leaving = a_full_meeting()
    first, second = a_line(event, 6, 6)
    cancel(leaving)
    expired(first)

    assert expire_offers() == 1
    assert expire_offers() == 0, "the next one's offer has not run out"

    assert states(first, second) == [State.EXPIRED, State.OFFERED]
    assert counted(event) == (6, 0)
    first.refresh_from_db()
    assert (bytes(first.sealed), first.has_address, first.language, first.until) == (b"", False, "", None)
    assert not first.letters.exists()
    farewell = Letter.objects.get(event=event, signup=None)
    content = unseal(keyring.private_key(event.seats.key), farewell.sealed)
    assert (farewell.kind, farewell.language, content["email"], content["id"]) == (
        "offer_expired", "da", "gruppe0@example.dk", first.pk,
    )  # fmt: skip


def test_an_offer_to_a_group_without_an_address_goes_on_without_a_letter():
    event, leaving = a_full_meeting()
    without, second = a_signup(event, seats=6), a_signup(event, seats=6)
    cancel(leaving)
    expired(without)

    assert expire_offers() == 1
    assert states(without, second) == [State.EXPIRED, State.OFFERED]
    assert not Letter.objects.filter(event=event).exclude(signup=leaving).exists()
    assert counted(event) == (6, 6)


def test_groups_anyone_can_make_up_do_not_push_back_those_who_confirmed_by_letter():
    event, leaving = a_full_meeting()
    made_up = [a_signup(event, seats=3) for _ in range(3)]
    line = a_line(event, 2, 3)
    cancel(leaving)

    assert states(*line, *made_up) == [State.OFFERED, State.OFFERED] + [State.WAITING] * 3
    cancel(line[1])
    assert states(*made_up) == [State.OFFERED, State.WAITING, State.WAITING]
    assert counted(event) == (5, 3)


def test_an_offer_whose_time_is_up_may_be_taken_until_it_is_given_on():
    event, leaving = a_full_meeting()
    (first,) = a_line(event, 6)
    cancel(leaving)
    expired(first)

    confirm(find_signup(first.token))

    assert expire_offers() == 0
    assert (states(first), counted(event)) == ([State.CONFIRMED], (6, 0))


@pytest.mark.parametrize("leave", [cancel, erase])
def test_leaving_an_offer_or_the_line_gives_it_to_the_next(leave):
    event, leaving = a_full_meeting()
    first, second, third = a_line(event, 6, 6, 6)
    cancel(leaving)

    leave(second)
    assert states(third) == [State.WAITING]
    leave(first)
    assert states(third) == [State.OFFERED]
    assert counted(event) == (6, 0)


def test_shrinking_an_offer_offers_the_rest():
    event, leaving = a_full_meeting()
    first, second = a_line(event, 6, 2)
    cancel(leaving)

    change_seats(find_signup(first.token), 4)

    assert states(first, second) == [State.OFFERED, State.OFFERED]
    assert counted(event) == (6, 0)


def test_a_hold_that_runs_out_gives_the_seats_back_and_offers_them():
    event = a_meeting(capacity=12, key=True)
    held, kept = a_signup(event, "holder@example.dk", 4), a_signup(event, "venter@example.dk", 2)
    a_guest(event, "fuldt@example.dk", 6)
    (line,) = a_line(event, 3)
    expired(held)

    assert lapse_holds() == 1
    assert lapse_holds() == 0

    held.refresh_from_db()
    assert (held.state, held.until, held.has_address, held.verified) == (State.LAPSED, None, True, False)
    assert states(kept, line) == [State.HELD, State.OFFERED]
    assert counted(event) == (11, 2)
    assert list(Letter.objects.filter(signup=held).values_list("kind", flat=True)) == ["confirm"]


@pytest.mark.parametrize(
    ("waited", "state", "stays"),
    [(2, "waiting", True), (7, "waiting", False), (2, "sent", False), (2, "failed", False)],
    ids=["the mail server is away", "for too long", "the letter left", "the address was refused"],
)  # fmt: skip
def test_a_hold_goes_on_while_its_letter_cannot_leave(waited, state, stays):
    event = a_meeting(key=True)
    held = a_signup(event, "holder@example.dk", 4)
    expired(held)
    Letter.objects.filter(signup=held).update(state=state, created_at=timezone.now() - timedelta(hours=waited))

    assert prolong_holds() == int(stays)

    assert lapse_holds() == int(not stays)
    held.refresh_from_db()
    if stays:
        assert timedelta(minutes=55) < held.until - timezone.now() <= timedelta(minutes=65)
    assert counted(event) == ((4, 4) if stays else (0, 0))


def test_a_hold_does_not_go_on_for_an_address_that_no_letter_can_be_sent_to():
    event = a_meeting(key=True)
    held = a_signup(event, f"a@{'ü' * 62}.dk", 4)
    expired(held)
    Letter.objects.update(created_at=timezone.now() - timedelta(hours=2))

    deliver(Letter.objects.select_related("event__seats", "signup__event"), render_letter)

    assert Letter.objects.values_list("state", "tries", "error").get() == ("failed", 1, "fault IDNAError")
    assert (prolong_holds(), lapse_holds(), counted(event)) == (0, 1, (0, 0))
    assert not any(word.startswith("letters") for word in overdue())


def test_a_confirmed_group_never_lapses_nor_expires():
    event = a_meeting(key=True)
    guest, without = a_guest(event, "anna@example.dk", 2), a_signup(event, seats=3)
    expired(guest, without)

    assert (lapse_holds(), expire_offers()) == (0, 0)
    assert states(guest, without) == [State.CONFIRMED, State.CONFIRMED]
    assert counted(event) == (5, 3)


def test_what_its_visitor_changed_meanwhile_is_left_alone_and_the_others_are_done():
    event = a_meeting(key=True)
    stale, fresh = a_signup(event, "anna@example.dk", 2), a_signup(event, "bo@example.dk", 3)
    confirm(find_signup(stale.token))

    assert waiting_list._each([stale, fresh], lambda one: anonymise(one, State.CANCELLED)) == 1

    assert states(stale, fresh) == [State.CONFIRMED, State.CANCELLED]
    assert counted(event) == (2, 0)


def test_the_place_in_line_counts_only_those_who_can_be_offered_seats():
    event = a_meeting(capacity=6, key=True)
    other = a_meeting("andet", capacity=0, key=True)
    a_guest(event, "fuldt@example.dk", 6)
    a_guest(other, ANNA)
    first = a_guest(event, ANNA, 6)
    a_signup(event, "ubekraeftet@example.dk")  # on the list, and never confirmed
    without, third, fourth = a_signup(event), a_guest(event, BO), a_signup(event)

    everyone = first, third, without, fourth  # who was confirmed by letter comes before who has no address
    assert [queue_position(one) for one in everyone] == [1, 2, 3, 4]
    assert list(Signup.objects.in_queue().filter(event=event)) == list(everyone)
    erase(first)
    assert [queue_position(one) for one in everyone[1:]] == [1, 2, 3]
