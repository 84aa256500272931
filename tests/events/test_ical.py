"""Calendar files, read back by a calendar's parser."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from events.models import Event
from tests.support.factories import a_meeting

pytestmark = [pytest.mark.django_db, pytest.mark.walk]
COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def entries(reader, address):
    book = Calendar.from_ical(reader.get(address).content)
    return {str(entry["summary"]): entry for entry in book.walk("VEVENT")}


@pytest.mark.parametrize(
    ("day", "utc_offset"),
    [((2030, 3, 30), 1), ((2030, 3, 31), 2), ((2030, 10, 26), 2), ((2030, 10, 27), 1)],
    ids=["last winter day", "first summer day", "last summer day", "first winter day"],
)
def test_a_meeting_keeps_its_danish_time_over_a_change_of_summer_time(reader, day, utc_offset):
    starts_at = datetime(*day, 19, tzinfo=COPENHAGEN)
    a_meeting(starts_at=starts_at, ends_at=starts_at + timedelta(hours=2))

    entry = entries(reader, "/stormoeder/kalender.ics")["Prøvemøde"]

    assert entry["dtstart"].dt == starts_at
    assert entry["dtstart"].params["TZID"] == "Europe/Copenhagen"
    assert entry["dtstart"].dt.hour == 19
    assert entry["dtstart"].dt.utcoffset() == timedelta(hours=utc_offset)


def test_the_feed_has_coming_meetings_and_crosses_out_cancelled_ones(reader):
    Event.objects.all().delete()
    a_meeting("kommer", title_da="Åbent, møde; her")
    a_meeting("aflyst", title_da="Aflyst", state=Event.State.CANCELLED, state_reason_da="Sygdom.")
    a_meeting("ovre", days=-4)

    found = entries(reader, "/stormoeder/kalender.ics")

    assert {title: str(entry["status"]) for title, entry in found.items()} == {
        "Åbent, møde; her": "CONFIRMED",
        "Aflyst": "CANCELLED",
    }
    assert found["Aflyst"]["description"] == "Et møde.\n\nSygdom."
    assert found["Aflyst"]["url"] == "https://testserver/stormoeder/aflyst/"
    assert b"BEGIN:VTIMEZONE" in reader.get("/stormoeder/kalender.ics").content


def test_one_meetings_file_says_nothing_of_what_it_is_about(reader):
    response = reader.get("/stormoeder/trygge-butikker/kalender.ics")

    text = response.content.decode()
    assert "SUMMARY:Møde" in text
    assert not any(word in text.lower() for word in ("bande", "butik:", "stormøde", "rådhus", "flakhaven"))
    assert response.headers["Content-Disposition"] == 'attachment; filename="kalender.ics"'


def test_a_meeting_has_the_same_identifier_for_ever_and_its_neutral_entry_one_of_its_own(reader):
    public = entries(reader, "/stormoeder/kalender.ics")["Trygge butikker"]["uid"]
    english = entries(reader, "/en/stormoeder/kalender.ics")
    neutral = entries(reader, "/stormoeder/trygge-butikker/kalender.ics")["Møde"]["uid"]

    assert public in {entry["uid"] for entry in english.values()}
    assert neutral != public
    assert "butik" not in public + neutral
