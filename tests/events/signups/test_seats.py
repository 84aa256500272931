"""Counting seats: one conditional UPDATE, and what mends it."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from events.models import Event, Letter, Seats, Signup
from events.signups import seats
from events.signups.booking import SignupRequest, sign_up
from events.signups.seats import (
    Closed,
    ConcurrentChange,
    EventChanged,
    NoRoom,
    Reservation,
    adjust_seats,
    apply_change,
    reconcile,
    reserve,
    set_capacity,
)
from events.signups.self_service import cancel, find_signup
from events.signups.waiting_list import lapse_holds
from tests.support.factories import a_form, a_guest, a_meeting, a_signup

pytestmark = pytest.mark.django_db
State = Signup.State


def row(event):
    return Seats.objects.values("capacity", "taken", "unverified", "unverified_cap", "is_closed").get(event=event)


def counted(event):
    return Seats.objects.values_list("taken", "unverified").get(event=event)


def said(*command):
    out = StringIO()
    call_command(*command, stdout=out)
    return out.getvalue()


def test_a_place_comes_with_seats_where_they_are_free_and_without_where_not():
    event = a_meeting(capacity=24)
    take = {"version": 1}

    assert reserve(event.pk, 4, hold=True, **take) == Reservation(1, has_seats=True)
    assert reserve(event.pk, 3, hold=True, **take) == Reservation(2, has_seats=False)
    assert reserve(event.pk, 1, hold=False, **take) == Reservation(3, has_seats=False)
    assert reserve(event.pk, 2, hold=True, **take) == Reservation(4, has_seats=True)
    assert counted(event) == (6, 6)


def test_a_place_is_refused_when_the_row_is_not_as_the_visitor_saw_it():
    event = a_meeting()

    with pytest.raises(EventChanged):
        reserve(event.pk, 1, version=2, hold=True)
    seats.set_closed(event)
    with pytest.raises(Closed):
        reserve(event.pk, 1, version=1, hold=True)
    seats.set_closed(event, closed=False)
    assert seats.new_version(event) == 2
    with pytest.raises(EventChanged):
        reserve(event.pk, 1, version=1, hold=True)
    assert reserve(event.pk, 1, version=2, hold=True).position == 1


def test_seats_are_taken_only_if_free_and_given_back_only_if_taken():
    event = a_meeting(capacity=24)

    done = [
        adjust_seats(event.pk, *by)
        for by in [(25, 0), (24, 7), (24, 6), (1, 0), (0, 1), (-25, 0), (0, -7), (-24, -6), (0, 0)]
    ]

    assert done == [False, False, True, False, False, False, False, True, True]
    assert counted(event) == (0, 0)


def test_a_sign_up_and_its_seats_change_together_or_not_at_all():
    event = a_meeting(capacity=6, key=True)
    guest = a_guest(event, "anna@example.dk", 4)
    tab = find_signup(guest.token)

    with pytest.raises(NoRoom):
        apply_change(guest, seats=7)
    assert (guest.seats, counted(event)) == (4, (4, 0))
    apply_change(guest, seats=2)
    assert (guest.seats, counted(event)) == (2, (2, 0))
    with pytest.raises(ConcurrentChange):
        apply_change(tab, seats=5)


@pytest.mark.parametrize("after", [{"seats": 6}, {"seats": 1}, {"state": "cancelled"}, {"language": "ar"}])
def test_a_sign_up_that_is_gone_is_stale_whatever_is_asked_of_it(after):
    """Also when the counter alone would have refused: "no room" would be a wrong answer."""
    event = a_meeting(capacity=6, key=True)
    guest = a_guest(event, "anna@example.dk", 4)
    cancel(find_signup(guest.token))
    a_guest(event, "bo@example.dk", 6 if after.get("seats") == 6 else 1)

    with pytest.raises(ConcurrentChange):
        apply_change(guest, **after)


def test_capacity_sets_the_cap_on_unconfirmed_seats_to_a_quarter_and_at_least_one_group():
    event = a_meeting(capacity=100)
    assert row(event) == {"capacity": 100, "taken": 0, "unverified": 0, "unverified_cap": 25, "is_closed": False}

    assert set_capacity(event, 20)
    assert (row(event)["unverified_cap"], event.seats.capacity) == (6, 20)


def test_a_capacity_below_what_is_taken_closes_sign_up_and_says_so_and_nobody_loses_a_seat():
    event = a_meeting(capacity=100, taken=50)

    assert set_capacity(event, 50) is True
    assert row(event)["is_closed"] is False
    assert set_capacity(event, 49) is False
    assert row(event) == {"capacity": 49, "taken": 50, "unverified": 0, "unverified_cap": 12, "is_closed": True}
    assert event.signup_state() == Event.SignupStatus.CLOSED
    assert set_capacity(event, 60) is True
    assert row(event)["is_closed"] is True, "opening again is for staff to decide"


def test_saving_the_meeting_never_touches_its_seats():
    event = a_meeting(capacity=100, taken=50)
    Seats.objects.filter(event=event).update(taken=60, version=3)

    event.title_da = "Nyt navn"
    event.save()

    assert counted(event) == (60, 0)
    assert Seats.objects.get(event=event).version == 3


@pytest.mark.parametrize("wrong", [(3, 0), (-4, -3), (0, 2), (2, -3)])
def test_reconciling_mends_the_counter_and_tells_by_how_much(wrong):
    event = a_meeting(key=True)
    a_guest(event, "anna@example.dk", 4)
    a_signup(event, "bo@example.dk", 3)
    cancel(a_guest(event, "carl@example.org", 5))
    a_guest(a_meeting("andet", key=True), "anna@example.dk", 6)
    assert reconcile(event.pk) == (0, 0)
    Seats.objects.filter(event=event).update(taken=7 + wrong[0], unverified=3 + wrong[1])

    assert reconcile(event.pk) == wrong
    assert (counted(event), reconcile(event.pk)) == ((7, 3), (0, 0))


def test_the_reconcile_command_looks_at_every_meeting_and_tells_what_it_mended():
    meetings = [a_meeting(slug, key=True, days=days) for slug, days in [("en", 10), ("to", -1), ("tre", 9)]]
    erased = a_meeting("slettet", days=-40, taken=9)
    Seats.objects.filter(event=erased).update(erased_at=timezone.now())
    a_guest(meetings[0], "anna@example.dk", 2)
    for event in meetings[:2]:
        Seats.objects.filter(event=event).update(taken=5, unverified=1)

    assert said("reconcile") == (
        "en: taken was +3, unverified was +1. Mended.\nto: taken was +5, unverified was +1. Mended.\n"
    )
    assert said("reconcile") == ""
    assert [counted(event) for event in (*meetings, erased)] == [(2, 0), (0, 0), (0, 0), (9, 0)]


def test_the_seats_command_prints_each_coming_meeting_for_people_and_for_programs():
    Event.objects.all().delete()
    event = a_meeting("fuldt", capacity=24, key=True)
    a_meeting("ovre", days=-2)
    a_meeting("tomt", capacity=0)
    a_guest(event, "anna@example.dk", 6)
    guest = a_guest(event, "bo@example.dk", 6)
    a_signup(event, "carl@example.org", 4)
    a_signup(event, seats=2)
    for number, size in enumerate((4, 6, 5)):
        a_guest(event, f"venter{number}@example.dk", size)
    cancel(guest)  # six free: offered to the next that fits
    oldest = timezone.now() - timedelta(hours=3)
    Letter.objects.filter(pk=Letter.objects.filter(event=event).order_by("pk").values("pk")[:1]).update(
        created_at=oldest
    )

    rows = json.loads(said("seats", "--json"))

    assert rows == [
        {"slug": "fuldt", "capacity": 24, "taken": 22, "confirmed": 12, "held": 10, "waiting": 5,
         "oldest_unsent_letter": oldest.isoformat()},
        {"slug": "tomt", "capacity": 0, "taken": 0, "confirmed": 0, "held": 0, "waiting": 0,
         "oldest_unsent_letter": None},
    ]  # fmt: skip
    Letter.objects.all().delete()
    assert said("seats") == (
        "slug=fuldt capacity=24 taken=22 confirmed=12 held=10 waiting=5 oldest_unsent_letter=None\n"
        "slug=tomt capacity=0 taken=0 confirmed=0 held=0 waiting=0 oldest_unsent_letter=None\n"
    )


def test_what_is_held_for_nobody_is_counted_like_any_other_that_nobody_confirms():
    event = a_meeting(key=True)
    a_guest(event, "anna@example.dk", 2)
    sign_up(event, SignupRequest(seats=3, language="da", email="anna@example.dk"), a_form(event))
    held = seats.counts(event.pk)
    Signup.objects.filter(state=State.HELD).update(until=timezone.now())

    lapse_holds()

    assert (held["confirmed"], held["held"]) == (2, 3)
    assert seats.counts(event.pk) == dict.fromkeys(State.values, 0) | {"confirmed": 2, "lapsed": 3}


def test_what_is_written_of_the_list_names_nobody():
    event = a_meeting(key=True)
    guest = a_guest(event, "anna@example.dk", name="Anna", question="Hvorfor?", needs=["other"])

    words = [str(guest), str(event.questions.get()), str(event.needs.get()), str(event.letters.first())]

    assert words == [f"tilmelding {guest.pk}", "spørgsmål", "other: 1", str(event.letters.first().pk)]
