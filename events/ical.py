"""Meetings as iCalendar (RFC 5545), in Danish local time, which is right across changes of summer time."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar
from icalendar import Event as Entry

from events.models import Event

STATUS = {Event.State.CONFIRMED: "CONFIRMED", Event.State.CANCELLED: "CANCELLED"}


def calendar(events: Iterable[Event], *, is_feed: bool = False) -> bytes:
    """An iCalendar file of `events`, as UTF-8. `is_feed`: calendars subscribe to it and ask for it again.

    It says when, and nothing of what the meetings are about, where they are or whose they are: calendars are shared
    with families and workplaces, and lie open on telephones.
    """
    book = Calendar()
    book.add("prodid", "-//Odense Kommune//Kalender//DA")
    book.add("version", "2.0")
    book.add("method", "PUBLISH")
    if is_feed:
        book.add("name", _("Møde"))
        book.add("x-wr-calname", _("Møde"))
        book.add("refresh-interval", timedelta(hours=6), parameters={"value": "DURATION"})
    for event in events:
        book.add_component(_entry(event))
    book.add_missing_timezones()
    return book.to_ical()


def identifier(event: Event) -> str:
    """A UID that is the same on every host and for ever, and reveals nothing of the subject (RFC 7986, section 5.3)."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"odense-stormoede-{event.slug}-neutral"))


def _entry(event: Event) -> Entry:
    entry = Entry()
    entry.add("uid", identifier(event))
    entry.add("dtstamp", event.updated_at)
    entry.add("last-modified", event.updated_at)
    entry.add("dtstart", _local(event.starts_at))
    entry.add("dtend", _local(event.ends_at))
    entry.add("status", STATUS[Event.State(event.state)])
    entry.add("summary", _("Møde"))
    return entry


def _local(moment: datetime) -> datetime:
    return timezone.localtime(moment, ZoneInfo(settings.TIME_ZONE))
