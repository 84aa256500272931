"""Calendar files, read by three readers: Python's icalendar, JavaScript's ical.js, and rules that forgive nothing."""

import json
import subprocess
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from icalendar import Calendar

from events.models import Event
from nejtilbander.publishing import actions, serialization, trash, versions
from nejtilbander.transfer.json_files import export_json, import_json
from tests.support import icalendar_rules
from tests.support.addresses import everywhere
from tests.support.factories import a_meeting
from tests.support.machine_tools import BROWSER_TOOLS
from tests.support.waiting import patience

pytestmark = [pytest.mark.django_db, pytest.mark.walk]
COPENHAGEN = ZoneInfo("Europe/Copenhagen")
FEED, FILE = "/stormoeder/kalender.ics", "/stormoeder/proeve/kalender.ics"
CHANGES_OF_TIME = [((2030, 3, 30), 1), ((2030, 3, 31), 2), ((2030, 10, 26), 2), ((2030, 10, 27), 1)]
DAYS = ["last winter day", "first summer day", "last summer day", "first winter day"]


def published(event, **fields):
    """As staff do it: a working copy, then the button."""
    versions.ensure_first_version(event)
    content = serialization.serialize(event)
    content["fields"] |= fields
    actions.publish(event, versions.save_version(event, content, None))
    event.refresh_from_db()


def book(reader, address):
    return Calendar.from_ical(reader.get(address).content)


def entries(reader, address):
    """By the day they begin, because no title tells them apart."""
    return {entry["dtstart"].dt.date(): entry for entry in book(reader, address).walk("VEVENT")}


def entry_of(reader, event, address=FEED):
    return next(entry for entry in book(reader, address).walk("VEVENT") if entry["uid"] == str(event.uid))


def day(event):
    return timezone.localdate(event.starts_at)


def read_by_javascript(*files):
    done = subprocess.run(
        ["node", BROWSER_TOOLS.parent / "read_calendar.mjs"],
        input=json.dumps([file.decode() for file in files]), capture_output=True, text=True, check=True,
        timeout=patience(10),
    )  # fmt: skip
    return json.loads(done.stdout)


@pytest.mark.parametrize(("date", "utc_offset"), CHANGES_OF_TIME, ids=DAYS)
def test_a_meeting_keeps_its_danish_time_over_a_change_of_summer_time(reader, date, utc_offset):
    starts_at = datetime(*date, 19, tzinfo=COPENHAGEN)
    a_meeting(starts_at=starts_at, ends_at=starts_at + timedelta(hours=2))

    entry = entries(reader, FEED)[starts_at.date()]

    assert entry["dtstart"].dt == starts_at
    assert entry["dtstart"].params["TZID"] == "Europe/Copenhagen"
    assert entry["dtstart"].dt.hour == 19
    assert entry["dtstart"].dt.utcoffset() == timedelta(hours=utc_offset)


@pytest.mark.node
def test_javascript_reads_the_same_meetings_at_the_same_moments(reader):
    Event.objects.all().delete()
    for number, (date, _) in enumerate(CHANGES_OF_TIME):
        for hour in (1, 4, 19):  # before and after the clock is changed, that very night
            starts_at = datetime(*date, hour, tzinfo=COPENHAGEN)
            a_meeting(f"proeve-{number}-{hour}", starts_at=starts_at, ends_at=starts_at + timedelta(hours=2))
    a_meeting(state=Event.State.CANCELLED)

    feed, file = read_by_javascript(*(reader.get(address).content for address in (FEED, FILE)))

    assert (feed["method"], file["method"], file["entries"][0]["status"]) == ("PUBLISH", "CANCEL", "CANCELLED")
    assert len(feed["entries"]) == 13
    for entry in feed["entries"]:
        event = Event.objects.get(uid=entry["uid"])
        utc, local = (event.starts_at.astimezone(zone) for zone in (ZoneInfo("UTC"), COPENHAGEN))
        assert entry["starts"] == f"{utc:%Y-%m-%dT%H:%M:%SZ}"
        assert entry["ends"] == f"{event.ends_at:%Y-%m-%dT%H:%M:%SZ}"
        assert (entry["local"], entry["zone"]) == (f"{local:%Y-%m-%dT%H:%M:%S}", "Europe/Copenhagen")
        assert (entry["summary"], entry["sequence"]) == ("Møde", 0)


@pytest.mark.parametrize("address", everywhere([FEED, FILE, "/stormoeder/frivillige/kalender.ics"]))
def test_every_calendar_keeps_to_the_rules_in_every_language(reader, address):
    a_meeting()
    icalendar_rules.check(reader.get(address).content)


def test_a_calendar_without_meetings_is_still_a_calendar(reader):
    Event.objects.all().delete()
    icalendar_rules.check(reader.get(FEED).content)
    assert entries(reader, FEED) == {}


def test_the_feed_has_coming_meetings_and_crosses_out_cancelled_ones(reader):
    Event.objects.all().delete()
    coming = a_meeting("kommer", days=3)
    cancelled = a_meeting("aflyst", days=5, state=Event.State.CANCELLED, state_reason_da="Sygdom.")
    a_meeting("ovre", days=-4)

    found = entries(reader, FEED)

    assert {date: str(entry["status"]) for date, entry in found.items()} == {
        day(coming): "CONFIRMED",
        day(cancelled): "CANCELLED",
    }


def test_each_published_change_outdoes_the_one_before_and_cancelling_strikes_the_meeting_out(reader):
    event, seen = a_meeting(), []
    later = (event.starts_at + timedelta(hours=1)).isoformat()
    for change in (
        {},
        {"starts_at": later},
        {"address": "Vestergade 1"},
        {"state": "cancelled"},
        {"state": "confirmed"},
    ):
        if change:
            published(event, **change)
        file = book(reader, FILE)
        (entry,) = file.walk("VEVENT")
        assert entry["sequence"] == entry_of(reader, event)["sequence"], "in the feed as in the file"
        assert book(reader, FEED)["method"] == "PUBLISH"
        seen.append((str(file["method"]), str(entry["status"]), entry["sequence"], str(entry["uid"])))

    assert [(method, status) for method, status, *_ in seen] == [
        ("PUBLISH", "CONFIRMED"), ("PUBLISH", "CONFIRMED"), ("PUBLISH", "CONFIRMED"), ("CANCEL", "CANCELLED"),
        ("PUBLISH", "CONFIRMED"),
    ]  # fmt: skip
    numbers = [number for *_, number, _ in seen]
    assert numbers == sorted(set(numbers)), "each larger than the one before"
    assert {uid for *_, uid in seen} == {str(event.uid)}


@pytest.mark.parametrize("address", [FEED, "/stormoeder/trygge-butikker/kalender.ics"])
def test_no_calendar_says_what_a_meeting_is_about_where_it_is_or_whose_it_is(reader, address):
    file = book(reader, address)

    assert {str(entry["summary"]) for entry in file.walk("VEVENT")} == {"Møde"}
    assert {str(entry["organizer"]) for entry in file.walk("VEVENT")} == {"mailto:svar-ikke@kalender.invalid"}
    assert {name for entry in file.walk("VEVENT") for name in entry} == {
        "UID", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "DTSTART", "DTEND", "STATUS", "SUMMARY", "ORGANIZER",
    }  # fmt: skip
    assert str(file.get("name", "Møde")) == str(file.get("x-wr-calname", "Møde")) == "Møde"
    text = reader.get(address).content.decode().lower()
    assert not any(word in text for word in ("bande", "butik", "stormøde", "rådhus", "flakhaven", "testserver"))


def test_one_meetings_calendar_is_a_file_and_that_of_all_is_asked_for_again(reader):
    file, feed = reader.get("/stormoeder/naboskab/kalender.ics"), reader.get(FEED)

    assert file.headers["Content-Disposition"] == 'attachment; filename="kalender.ics"'
    assert b"REFRESH-INTERVAL" not in file.content
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT6H" in feed.content
    assert b"X-PUBLISHED-TTL:PT6H" in feed.content


def test_a_meeting_has_the_same_identifier_in_every_language_and_calendar_and_at_every_address(reader):
    event = a_meeting()
    before = {str(entry_of(reader, event, address)["uid"]) for address in (FEED, f"/en{FEED}", FILE)}
    published(event, slug="et-nyt-navn", title_da="Et nyt navn")

    assert before == {str(entry_of(reader, event)["uid"])} == {str(event.uid)}
    assert "proeve" not in before.pop()


def test_what_is_deleted_and_found_again_is_the_same_entry_and_no_older(reader):
    event = a_meeting()
    published(event, title_da="Nyt")
    before = entry_of(reader, event)
    event.delete()

    found = trash.restore_deleted(trash.deleted_versions(Event)[0], None)
    actions.publish(found, versions.newest_version(found))

    after = entry_of(reader, found)
    assert after["uid"] == before["uid"]
    assert (after["sequence"], after["dtstamp"].dt) >= (before["sequence"], before["dtstamp"].dt)


def test_a_file_from_another_site_does_not_make_it_another_meeting():
    event = a_meeting()
    uid = event.uid
    file = export_json([event]).replace(str(uid), "6f9a2f2e-6a51-4c6e-9f0b-8b8a3d1d7c11")

    import_json(file.replace("Prøvemøde", "Nyt"))
    actions.publish(event, versions.newest_version(event))

    event.refresh_from_db()
    assert (event.title_da, event.uid) == ("Nyt", uid)
