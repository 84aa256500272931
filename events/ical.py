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
from nejtilbander.text.prose import to_plain_text

STATUS = {Event.State.CONFIRMED: "CONFIRMED", Event.State.CANCELLED: "CANCELLED"}


def calendar(events: Iterable[Event], origin: str, *, neutral: bool = False) -> bytes:
    """An iCalendar file of `events`, as UTF-8. `origin` is the start of links, as in https://example.dk.

    `neutral` leaves out the subject of the meeting, for a calendar that others may see.
    """
    book = Calendar()
    book.add("prodid", "-//Odense Kommune//Kalender//DA")
    book.add("version", "2.0")
    book.add("method", "PUBLISH")
    if not neutral:
        book.add("name", _("Stormøder i Odense"))
        book.add("x-wr-calname", _("Stormøder i Odense"))
        book.add("refresh-interval", timedelta(hours=6), parameters={"value": "DURATION"})
    for event in events:
        book.add_component(_entry(event, origin, neutral=neutral))
    book.add_missing_timezones()
    return book.to_ical()


def identifier(event: Event, *, neutral: bool) -> str:
    """A UID that is the same on every host and for ever, and reveals nothing of the subject (RFC 7986, section 5.3).

    The neutral entry has a UID of its own, else a calendar with both would show the subject in it.
    """
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"odense-stormoede-{event.slug}-{'neutral' if neutral else 'public'}"))


def _entry(event: Event, origin: str, *, neutral: bool) -> Entry:
    entry = Entry()
    entry.add("uid", identifier(event, neutral=neutral))
    entry.add("dtstamp", event.updated_at)
    entry.add("last-modified", event.updated_at)
    entry.add("dtstart", _local(event.starts_at))
    entry.add("dtend", _local(event.ends_at))
    entry.add("status", STATUS[Event.State(event.state)])
    entry.add("summary", _("Møde") if neutral else event.title)
    if not neutral:
        entry.add("location", f"{event.place}, {event.address}")
        entry.add("description", "\n\n".join(filter(None, [event.summary, to_plain_text(event.state_reason or "")])))
        entry.add("url", f"{origin}{event.get_absolute_url()}")
    return entry


def _local(moment: datetime) -> datetime:
    return timezone.localtime(moment, ZoneInfo(settings.TIME_ZONE))
