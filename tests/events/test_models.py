"""Meetings: what the database refuses, and where sign-up stands."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from events.models import Event
from events.models.event import DOORS_TOO_EARLY
from nejtilbander.publishing import validation
from tests.support.factories import a_meeting

pytestmark = pytest.mark.django_db
NOW = timezone.now()
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"starts_at": NOW, "ends_at": NOW},
        {"starts_at": NOW, "ends_at": NOW - HOUR},
        {"starts_at": NOW, "ends_at": NOW + HOUR, "doors_at": NOW + HOUR},
        {"signup_opens_at": NOW, "signup_closes_at": NOW},
        {"capacity": -1},
    ],
    ids=["no length", "ends first", "doors after start", "closes as it opens", "negative capacity"],
)
def test_the_database_refuses_a_meeting_that_cannot_be(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        a_meeting(**wrong)


@pytest.mark.parametrize(("doors_before", "is_refused"), [(HOUR / 2, False), (12 * HOUR, False), (24 * HOUR, True)])
def test_doors_of_a_meeting_that_was_moved_must_be_moved_too(doors_before, is_refused):
    meeting = a_meeting()
    meeting.doors_at = meeting.starts_at - doors_before
    errors = [finding.sentence for finding in validation.validate_row(meeting)]

    assert errors == ([DOORS_TOO_EARLY] if is_refused else [])


def test_staff_are_told_in_a_sentence_what_is_wrong_with_a_meeting():
    meeting = a_meeting()
    meeting.ends_at = meeting.starts_at - HOUR
    with pytest.raises(ValidationError, match="Mødet skal slutte, efter at det er begyndt."):
        meeting.full_clean()


@pytest.mark.parametrize("wrong", [["ar", "klingon"], ["ar", "ar"], [["ar"]], [{"a": 1}], {"ar": 1}, "ar", 7])
def test_interpreters_are_a_list_of_known_codes_each_once(wrong):
    meeting = a_meeting()
    meeting.interpreters = wrong
    with pytest.raises(ValidationError, match="Skriv en liste med disse koder: en, ar, so, tr, fa, sgn."):
        meeting.full_clean()

    meeting.interpreters = None
    meeting.full_clean()
    assert meeting.interpreters == []


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, Event.SignupStatus.OPEN),
        ({"taken": 85}, Event.SignupStatus.OPEN),
        ({"taken": 86}, Event.SignupStatus.FEW),
        ({"taken": 99}, Event.SignupStatus.FEW),
        ({"taken": 100}, Event.SignupStatus.WAITING_LIST),
        ({"taken": 101}, Event.SignupStatus.WAITING_LIST),
        ({"capacity": 0}, Event.SignupStatus.WAITING_LIST),
        ({"signup_opens_at": None}, Event.SignupStatus.NOT_OPEN),
        ({"signup_opens_at": NOW + HOUR}, Event.SignupStatus.NOT_OPEN),
        ({"signup_closes_at": NOW - HOUR}, Event.SignupStatus.CLOSED),
        ({"days": -0.01}, Event.SignupStatus.CLOSED),
        ({"days": -0.01, "signup_opens_at": None}, Event.SignupStatus.CLOSED),
        ({"days": -1}, Event.SignupStatus.PAST),
        ({"state": Event.State.CANCELLED, "days": -1}, Event.SignupStatus.CANCELLED),
    ],
    ids=[
        "room",
        "just enough",
        "just too few",
        "one left",
        "full",
        "overfull",
        "no seats at all",
        "no opening day",
        "opens later",
        "closed",
        "begun",
        "begun unopened",
        "over",
        "cancelled",
    ],
)
def test_where_sign_up_stands_follows_from_time_seats_and_state(fields, state):
    assert a_meeting(**fields).signup_state() == state


def test_coming_meetings_stand_soonest_first_and_cancelled_ones_until_their_day_has_passed():
    Event.objects.all().delete()
    a_meeting("fjern", days=20)
    a_meeting("naer", days=2)
    a_meeting("aflyst", days=5, state=Event.State.CANCELLED)
    a_meeting("holdt", days=-3)
    a_meeting("aflyst-og-ovre", days=-3, state=Event.State.CANCELLED)
    a_meeting("kladde", public_from=None)

    assert [event.slug for event in Event.objects.upcoming()] == ["naer", "aflyst", "fjern"]
    assert [event.slug for event in Event.objects.past()] == ["holdt"]


def test_an_example_is_marked_for_staff_and_for_readers_in_the_language_of_its_title():
    meeting = a_meeting(is_example=True)
    assert (str(meeting), meeting.public_title) == ("EKSEMPEL: Prøvemøde", "Eksempel: Prøvemøde")
    with translation.override("en"):
        assert meeting.public_title == "Eksempel: Prøvemøde", "the title is Danish, and so is the page's mark on it"

    meeting.is_example = False
    assert (str(meeting), meeting.public_title) == ("Prøvemøde", "Prøvemøde")
    assert str(meeting.seats).endswith(": 0")


@pytest.mark.parametrize("slug", ["tidligere", "kalender-ics", "naboskab-2"])
def test_an_address_that_the_site_uses_itself_is_refused(slug):
    meeting = a_meeting(slug)
    if slug == "tidligere":
        with pytest.raises(ValidationError, match="Adressen bruges allerede af siden selv."):
            meeting.full_clean()
    else:
        meeting.full_clean()


def test_the_moment_a_meeting_was_cancelled_is_kept_until_it_is_held_after_all():
    meeting = a_meeting()
    assert meeting.cancelled_at is None

    meeting.state = Event.State.CANCELLED
    meeting.save()
    first = meeting.cancelled_at
    meeting.save()
    assert meeting.cancelled_at == first >= NOW

    meeting.state = Event.State.CONFIRMED
    meeting.save()
    assert Event.objects.get(pk=meeting.pk).cancelled_at is None


def test_the_years_of_past_meetings_are_danish_years_latest_first():
    Event.objects.all().delete()
    for slug, starts_at in (
        ("nytaar", datetime(2023, 12, 31, 23, 30, tzinfo=UTC)),  # half past midnight in Odense
        ("marts", datetime(2024, 3, 1, 18, tzinfo=UTC)),
        ("gammelt", datetime(2020, 3, 1, 18, tzinfo=UTC)),
    ):
        a_meeting(slug, starts_at=starts_at, ends_at=starts_at + HOUR)
    a_meeting("kommer")

    assert Event.objects.past_years() == [2024, 2020]
