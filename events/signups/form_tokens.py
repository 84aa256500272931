"""The signed ticket in a sign-up form, instead of a session cookie.

It names the event, the event's version when the form was shown, and that time. The sign-up's manage token is made from
its random part, so a form sent twice is one sign-up, and one ticket makes no second one (`Signup.nonce_hash`). Under
attack it is also the input of a proof of work, which so counts once as well.
"""

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass

from django.conf import settings
from django.core import signing

from events.models import Event

MAX_AGE = 12 * 3600  # seconds; an older form is shown again, with everything that was typed
CHALLENGE_RANGE = 60_000  # guesses at most: one or two seconds on a phone, while the visitor types
UNSOLVED_AGE = 60  # seconds; a form this old may pass without proof of work, a few at a time (admission.py)
CLOCK_SKEW = 60  # seconds; another machine's clock may be ahead by so much


class InvalidTicket(Exception):
    """Forged, for another event, too old, or issued by a clock that has been set back since."""


@dataclass(frozen=True)
class Ticket:
    """The content of a ticket. `version` is the event's when the form was shown; `age` is in whole seconds."""

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
    """The ticket in `text`. Raises InvalidTicket."""
    try:
        value = _signer().unsign(text, max_age=MAX_AGE)
    except signing.BadSignature:
        raise InvalidTicket from None
    event_id, version, accepts_waiting, nonce = value.split(".")
    if int(event_id) != event.pk:
        raise InvalidTicket
    age = int(time.time()) - signing.b62_decode(text.rsplit(":", 2)[1])
    if age < -CLOCK_SKEW:  # else it would count as too young for as long as the clock was ahead
        raise InvalidTicket
    return Ticket(nonce, int(version), accepts_waiting == "1", max(age, 0))


def _solution(text: str) -> int:
    digest = hmac.digest(settings.SECRET_KEY.encode(), f"riddle\0{text}".encode(), "sha256")
    return int.from_bytes(digest[:8]) % CHALLENGE_RANGE


def challenge(text: str) -> str:
    """The proof-of-work challenge: the first 16 hex digits of SHA-256 of the ticket followed by a decimal number.

    The browser searches for the number, from 0 and below CHALLENGE_RANGE.
    """
    return hashlib.sha256(f"{text}{_solution(text)}".encode()).hexdigest()[:16]


def is_solved(text: str, number: str) -> bool:
    return number.isascii() and number.isdigit() and len(number) < 8 and int(number) == _solution(text)
