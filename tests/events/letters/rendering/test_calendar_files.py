"""The calendar file in a letter."""

import email
from datetime import datetime, timedelta

import pytest
from django.utils import translation
from icalendar import Calendar

from events.letters.rendering import render_letter
from events.models import Event, Letter
from tests.events.letters.rendering.driver import COPENHAGEN, KINDS, a_letter, fatima, moved
from tests.support.factories import a_meeting

pytestmark = [pytest.mark.django_db, pytest.mark.walk]


def calendar_in(message):
    """As a mail program finds it in what was sent. Its METHOD is told outside, too (RFC 6047)."""
    parts = email.message_from_bytes(message.message().as_bytes()).walk()
    (part,) = [part for part in parts if part.get_content_type() == "text/calendar"]
    assert part.get_filename() == "kalender.ics"
    file = Calendar.from_ical(part.get_payload(decode=True))
    assert part.get_param("method") == file["method"]
    (entry,) = file.walk("VEVENT")
    assert (file["method"] == "CANCEL") == (entry["status"] == "CANCELLED")
    return entry


@pytest.mark.parametrize("language", ["da", "ar"])
@pytest.mark.parametrize(
    ("day", "utc_offset"), [((2030, 3, 30), 1), ((2030, 3, 31), 2), ((2030, 10, 26), 2), ((2030, 10, 27), 1)]
)
def test_the_calendar_file_is_neutral_and_right_over_a_change_of_summer_time(language, day, utc_offset):
    starts_at = datetime(*day, 19, tzinfo=COPENHAGEN)
    _, message, _ = a_letter(KINDS.CONFIRMED, language, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2))

    entry = calendar_in(message)

    with translation.override(language):
        assert str(entry["summary"]) == translation.gettext("Møde")
    assert "LOCATION" not in entry
    assert (entry["dtstart"].dt, entry["dtend"].dt) == (starts_at, starts_at + timedelta(hours=2))
    assert entry["dtstart"].params["TZID"] == "Europe/Copenhagen"
    assert (entry["dtstart"].dt.hour, entry["dtstart"].dt.utcoffset()) == (19, timedelta(hours=utc_offset))


def test_a_moved_or_cancelled_meeting_is_the_same_entry_in_the_calendar():
    event = a_meeting(key=True)
    fatima(event, "da")
    starts_at = event.starts_at.replace(microsecond=0) + timedelta(hours=1)
    moved(event, starts_at=starts_at)
    moved(event, state=Event.State.CANCELLED)
    letters = Letter.objects.filter(event=event).order_by("number")
    changed, cancelled = letters.get(kind="changed"), letters.get(kind="cancelled")

    assert render_letter(changed) is None, "what is cancelled has not only moved"
    after = calendar_in(render_letter(cancelled))
    moved(event, state=Event.State.CONFIRMED)
    again = calendar_in(render_letter(Letter.objects.get(event=event, kind="changed", number=4)))

    assert (str(after["status"]), str(again["status"])) == ("CANCELLED", "CONFIRMED")
    assert after["uid"] == again["uid"]
    assert again["dtstart"].dt == starts_at


@pytest.mark.parametrize("kind", ["changed", "cancelled"])
def test_who_is_not_coming_gets_no_calendar_file(kind):
    event = a_meeting(key=True)
    fatima(event, "da", confirmed=False)
    moved(event, **{"changed": {"address": "Vestergade 1"}, "cancelled": {"state": "cancelled"}}[kind])

    assert render_letter(Letter.objects.get(event=event, kind=kind)).attachments == []
