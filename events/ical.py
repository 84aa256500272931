"""Meetings as iCalendar (RFC 5545), with the methods of RFC 5546, in Danish local time."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Timezone, vDuration
from icalendar import Event as Entry

from events.models import Event

STATUS = {Event.State.CONFIRMED: "CONFIRMED", Event.State.CANCELLED: "CANCELLED"}
REFRESH = timedelta(hours=6)
# RFC 5546 demands one. Calendars show it, so it says neither who invites nor to what, and leads nowhere (RFC 6761).
ORGANIZER = "mailto:svar-ikke@kalender.invalid"
# By rules, not by dates (as icalendar would make it): Outlook reads no dates, and rules never run out.
_ZONE = f"""BEGIN:VTIMEZONE
TZID:{settings.TIME_ZONE}
BEGIN:DAYLIGHT
DTSTART:19960331T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
END:STANDARD
END:VTIMEZONE
""".replace("\n", "\r\n")


def calendar_feed(events: Iterable[Event]) -> bytes:
    """The iCalendar stream that calendars subscribe to, as UTF-8. Cancelled meetings stand in it, struck out.

    It says when, and nothing of what the meetings are about, where they are or whose they are: calendars are shared
    with families and workplaces, and lie open on telephones.
    """
    book = _calendar("PUBLISH", events)
    book.add("name", _("Møde"))
    book.add("x-wr-calname", _("Møde"))
    book.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})  # RFC 7986
    book.add("x-published-ttl", vDuration(REFRESH))  # the same for Outlook
    return book.to_ical()


def calendar_file(event: Event) -> bytes:
    """One meeting as a file, as UTF-8, as discreet as the feed: it adds the meeting, replaces it or strikes it out."""
    return _calendar(method(event), [event]).to_ical()


def method(event: Event) -> str:
    """The METHOD of its file (RFC 5546): CANCEL strikes out the entry that has this UID, PUBLISH sets it."""
    return "CANCEL" if event.state == Event.State.CANCELLED else "PUBLISH"


def _calendar(method: str, events: Iterable[Event]) -> Calendar:
    book = Calendar()
    book.add("prodid", "-//Odense Kommune//Kalender//DA")
    book.add("version", "2.0")
    book.add("method", method)
    book.add_component(Timezone.from_ical(_ZONE))  # also where there is no meeting: no calendar may be empty
    for event in events:
        book.add_component(_entry(event))
    return book


def _entry(event: Event) -> Entry:
    entry = Entry()
    entry.add("uid", str(event.uid))
    entry.add("sequence", event.public_version or 0)  # grows whenever something is published
    entry.add("dtstamp", event.updated_at)
    entry.add("last-modified", event.updated_at)
    entry.add("dtstart", _local(event.starts_at))
    entry.add("dtend", _local(event.ends_at))
    entry.add("status", STATUS[Event.State(event.state)])
    entry.add("summary", _("Møde"))
    entry.add("organizer", ORGANIZER)
    return entry


def _local(moment: datetime) -> datetime:
    return timezone.localtime(moment, ZoneInfo(settings.TIME_ZONE))
