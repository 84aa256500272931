"""Calendar files, read back by a calendar's parser."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from icalendar import Calendar

from events.models import Event
from tests.support.factories import a_meeting

pytestmark = [pytest.mark.django_db, pytest.mark.walk]
COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def entries(reader, address):
    """By the day they begin, because no title tells them apart."""
    book = Calendar.from_ical(reader.get(address).content)
    return {entry["dtstart"].dt.date(): entry for entry in book.walk("VEVENT")}


def day(event):
    return timezone.localdate(event.starts_at)


@pytest.mark.parametrize(
    ("date", "utc_offset"),
    [((2030, 3, 30), 1), ((2030, 3, 31), 2), ((2030, 10, 26), 2), ((2030, 10, 27), 1)],
    ids=["last winter day", "first summer day", "last summer day", "first winter day"],
)
def test_a_meeting_keeps_its_danish_time_over_a_change_of_summer_time(reader, date, utc_offset):
    starts_at = datetime(*date, 19, tzinfo=COPENHAGEN)
    a_meeting(starts_at=starts_at, ends_at=starts_at + timedelta(hours=2))

    entry = entries(reader, "/stormoeder/kalender.ics")[starts_at.date()]

    assert entry["dtstart"].dt == starts_at
    assert entry["dtstart"].params["TZID"] == "Europe/Copenhagen"
    assert entry["dtstart"].dt.hour == 19
    assert entry["dtstart"].dt.utcoffset() == timedelta(hours=utc_offset)


def test_the_feed_has_coming_meetings_and_crosses_out_cancelled_ones(reader):
    Event.objects.all().delete()
    coming = a_meeting("kommer", days=3)
    cancelled = a_meeting("aflyst", days=5, state=Event.State.CANCELLED, state_reason_da="Sygdom.")
    a_meeting("ovre", days=-4)

    found = entries(reader, "/stormoeder/kalender.ics")

    assert {date: str(entry["status"]) for date, entry in found.items()} == {
        day(coming): "CONFIRMED",
        day(cancelled): "CANCELLED",
    }
    assert b"BEGIN:VTIMEZONE" in reader.get("/stormoeder/kalender.ics").content


@pytest.mark.parametrize("address", ["/stormoeder/kalender.ics", "/stormoeder/trygge-butikker/kalender.ics"])
def test_no_calendar_says_what_a_meeting_is_about_where_it_is_or_whose_it_is(reader, address):
    book = Calendar.from_ical(reader.get(address).content)

    assert {str(entry["summary"]) for entry in book.walk("VEVENT")} == {"Møde"}
    assert {name for entry in book.walk("VEVENT") for name in entry} == {
        "UID", "DTSTAMP", "LAST-MODIFIED", "DTSTART", "DTEND", "STATUS", "SUMMARY",
    }  # fmt: skip
    assert str(book.get("name", "Møde")) == str(book.get("x-wr-calname", "Møde")) == "Møde"
    text = reader.get(address).content.decode().lower()
    assert not any(word in text for word in ("bande", "butik", "stormøde", "rådhus", "flakhaven", "testserver"))


def test_one_meetings_calendar_is_a_file_and_that_of_all_is_asked_for_again(reader):
    file, feed = reader.get("/stormoeder/naboskab/kalender.ics"), reader.get("/stormoeder/kalender.ics")

    assert file.headers["Content-Disposition"] == 'attachment; filename="kalender.ics"'
    assert b"REFRESH-INTERVAL" not in file.content
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT6H" in feed.content


def test_a_meeting_has_the_same_identifier_for_ever_in_every_language_and_calendar(reader):
    date = day(Event.objects.get(slug="naboskab"))
    addresses = ("/stormoeder/kalender.ics", "/en/stormoeder/kalender.ics", "/stormoeder/naboskab/kalender.ics")
    identifiers = {str(entries(reader, address)[date]["uid"]) for address in addresses}

    assert len(identifiers) == 1
    assert "nabo" not in identifiers.pop()
