"""What a form carries instead of a cookie: a signed ticket that lets it be sent once.

It says which meeting, as it stood when the form was shown, and when that was. Its random part becomes the sign-up's
token, so the same form sent twice is one sign-up. Under attack it is also the challenge of a proof of work.
"""

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass

from django.conf import settings
from django.core import signing

from events.models import Event

MAX_AGE = 12 * 3600  # seconds; an older form is shown again, with all that was typed
CHALLENGE_RANGE = 60_000  # guesses at most: a second or two on a phone, while the visitor writes
UNSOLVED_AGE = 60  # seconds; a form this old may pass without the challenge's answer, a few at a time
CLOCK_SKEW = 60  # seconds that the clock of another machine may be ahead


class InvalidTicket(Exception):
    """Made by somebody else, for another meeting, too old, or by a clock that has been set back since."""


@dataclass(frozen=True)
class Ticket:
    """`age` in whole seconds; `version` is the meeting's when the form was shown."""

    nonce: str
    version: int
    accepts_waiting: bool
    age: int


def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt="events.tickets")


def issue(event: Event, *, accepts_waiting: bool) -> str:
    value = f"{event.pk}.{event.seats.version}.{int(accepts_waiting)}.{secrets.token_urlsafe(18)}"
    return _signer().sign(value)


def read(text: str, event: Event) -> Ticket:
    """Raises BadTicket."""
    try:
        value = _signer().unsign(text, max_age=MAX_AGE)
    except signing.BadSignature:
        raise InvalidTicket from None
    event_id, version, accepts_waiting, nonce = value.split(".")
    if int(event_id) != event.pk:
        raise InvalidTicket
    age = int(time.time()) - signing.b62_decode(text.rsplit(":", 2)[1])
    if age < -CLOCK_SKEW:  # or it would be too young for as long as the clock was ahead
        raise InvalidTicket
    return Ticket(nonce, int(version), accepts_waiting == "1", max(age, 0))


def _answer(text: str) -> int:
    return (
        int.from_bytes(hmac.digest(settings.SECRET_KEY.encode(), f"riddle\0{text}".encode(), "sha256")[:8])
        % CHALLENGE_RANGE
    )


def challenge(text: str) -> str:
    """The first 16 hex digits of SHA-256 of the ticket and a number from 0 to RIDDLE: find the number."""
    return hashlib.sha256(f"{text}{_answer(text)}".encode()).hexdigest()[:16]


def is_solved(text: str, answer: str) -> bool:
    return answer.isascii() and answer.isdigit() and len(answer) < 8 and int(answer) == _answer(text)
