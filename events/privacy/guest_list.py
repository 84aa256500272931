"""Opening the list. Every opening is written down before anything is opened: no log, no list."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from events.models import AccessLogEntry, Event, Letter, Question, Signup
from events.models.needs import need_words
from events.privacy.retention import count_access
from events.signups.booking import door_code
from nejtilbander.security import keyring
from nejtilbander.security.sealed_boxes import unseal


@dataclass(frozen=True)
class Guest:
    """A group at the door: a code and a number of seats. No name, no address."""

    code: str
    seats: int


@dataclass(frozen=True)
class Contact:
    """Someone who asked to be contacted about what they need."""

    name: str
    email: str
    language: str
    needs: list[str]


def _log_access(event: Event, by: User, what: AccessLogEntry.What) -> Any:
    """Write down who opens what, tell a second person, count it for the visitors. Then give the key."""
    with transaction.atomic(durable=True):
        AccessLogEntry.objects.create(event=event, what=what, by=by)
        count_access(event)
        Letter.objects.create(kind=Letter.Kind.OPENED, event=event, language="da")
    return keyring.private_key(event.seats.key)


def door_list(event: Event, by: User) -> list[Guest]:
    """Everyone who is coming, by code. Raises NoKey or Unreadable."""
    key = _log_access(event, by, AccessLogEntry.What.DOOR)
    coming = Signup.objects.filter(event=event, state=Signup.State.CONFIRMED)
    guests = [Guest(door_code(unseal(key, one.sealed, id=one.pk)["token"]), one.seats) for one in coming]
    return sorted(guests, key=lambda guest: guest.code)


def contact_list(event: Event, by: User) -> list[Contact]:
    """Those who asked to be contacted about what they need, and nobody else. Raises NoKey or Unreadable.

    Not an address that nobody confirmed: anybody may have written it.
    """
    key = _log_access(event, by, AccessLogEntry.What.CONTACT)
    ours = Signup.objects.filter(event=event, verified=True).exclude(state__in=Signup.GONE)
    words = need_words()
    opened = [(unseal(key, one.sealed, id=one.pk), one.language) for one in ours]
    return [
        Contact(content["name"], content["email"], language, [str(words[need]) for need in content["needs"]])
        for content, language in opened
        if "needs" in content
    ]


def questions(event: Event, by: User) -> list[str]:
    """What people want to ask the meeting, in no order. Raises NoKey or Unreadable."""
    key = _log_access(event, by, AccessLogEntry.What.QUESTIONS)
    boxes = Question.objects.filter(event=event).order_by("pk").values_list("sealed", flat=True)
    # A form sent twice asks twice; it is read once.
    return list(dict.fromkeys(unseal(key, box, event=event.pk)["question"] for box in boxes))
