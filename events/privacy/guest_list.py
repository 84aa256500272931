"""Staff access to the sealed list. Every access is logged before anything is decrypted: no log, no list."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from nacl.public import PrivateKey

from events.models import AccessLogEntry, Event, Letter, Question, Seats, Signup
from events.models.needs import NEEDS, need_words
from events.privacy.two_people import CONTACT_LIST
from events.signups.booking import door_code
from events.signups.box_contents import checked
from nejtilbander.approvals import rules
from nejtilbander.audit import chain
from nejtilbander.audit.models import AuditLine
from nejtilbander.security import keyring
from nejtilbander.security.sealed_boxes import DecryptionError, JSONObject, unseal

UNREADABLE = "(kan ikke læses)"


@dataclass(frozen=True)
class Guest:
    """A group at the door: a code and a number of seats. No name, no address."""

    code: str
    seats: int


@dataclass(frozen=True)
class Contact:
    """A visitor who asked to be contacted about their needs."""

    name: str
    email: str
    language: str
    needs: list[str]


def _open_with_log(event: Event, by: User, what: AccessLogEntry.What) -> PrivateKey:
    """Log the access, write to a second person, count it for the visitors. Then returns the private key.

    The contact list takes another's yes. Raises NeedsApproval, with nothing logged, or KeyNotFound.
    """
    with transaction.atomic(durable=True):
        AccessLogEntry.objects.create(event=event, what=what, by=by)
        Seats.objects.filter(pk=event.pk).update(access_count=F("access_count") + 1)
        Letter.objects.create(kind=Letter.Kind.OPENED, event=event, language="da")
        if what == AccessLogEntry.What.CONTACT:
            rules.use(by, CONTACT_LIST, event)
        chain.append(AuditLine.Kind.OPENED, by, event, what.label)  # last: the chain is locked after every row
    return keyring.private_key(event.seats.key)


def door_list(event: Event, by: User) -> list[Guest]:
    """Everyone who is coming, sorted by code. Raises KeyNotFound or DecryptionError."""
    key = _open_with_log(event, by, AccessLogEntry.What.DOOR)
    coming = Signup.objects.filter(event=event, state=Signup.State.CONFIRMED)
    opened = _open_each(key, coming)
    guests = [Guest(door_code(box["token"]) if box else UNREADABLE, signup.seats) for signup, box in opened]
    return sorted(guests, key=lambda guest: guest.code)


def contact_list(event: Event, by: User) -> list[Contact]:
    """The visitors who asked to be contacted about their needs. Raises NeedsApproval, KeyNotFound or DecryptionError.

    Unconfirmed addresses are left out: anybody may have written them.
    """
    key = _open_with_log(event, by, AccessLogEntry.What.CONTACT)
    # In a box that the worker has not opened, all needs still stand: also of those who want no letter about them.
    signups = Signup.objects.filter(event=event, verified=True, is_new=False).exclude(state__in=Signup.GONE)
    words = need_words()
    unreadable: JSONObject = {"name": UNREADABLE, "email": UNREADABLE, "needs": []}
    opened = [(signup, box or unreadable) for signup, box in _open_each(key, signups)]
    return [
        Contact(
            box["name"], box["email"], signup.language, [str(words[need]) for need in box["needs"] if need in NEEDS]
        )
        for signup, box in opened
        if "needs" in box
    ]


def _open_each(key: PrivateKey, signups: Iterable[Signup]) -> list[tuple[Signup, JSONObject | None]]:
    """Each with its content, None for a box that no form filled: one of those must not keep the list of all shut.

    Raises DecryptionError when there is no other.
    """
    opened = [(signup, _content(key, signup)) for signup in signups]
    if opened and all(content is None for _signup, content in opened):
        raise DecryptionError("None of the boxes opens.")
    return opened


def _content(key: PrivateKey, signup: Signup) -> JSONObject | None:
    with suppress(DecryptionError):
        return checked(unseal(key, signup.sealed, id=signup.pk))
    return None


def questions(event: Event, by: User) -> list[str]:
    """The questions to the meeting, in random order. Raises KeyNotFound."""
    key = _open_with_log(event, by, AccessLogEntry.What.QUESTIONS)
    boxes = Question.objects.filter(event=event).order_by("pk").values_list("sealed", flat=True)
    # A form that was sent twice asks twice; staff read it once.
    return list(dict.fromkeys(_question(key, event, box) for box in boxes))


def _question(key: PrivateKey, event: Event, box: bytes) -> str:
    """The question, or words for a box that no form filled."""
    with suppress(DecryptionError):
        return str(unseal(key, box, event=event.pk).get("question", UNREADABLE))
    return UNREADABLE
