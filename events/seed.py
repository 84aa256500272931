"""Example meetings, so that a fresh site shows every state. Dates are relative to the day of seeding."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from events.models import Event, Signup
from events.models.signup import MAX_SEATS
from events.privacy.keys import create_key
from events.signups.booking import FormContext, SignupRequest, sign_up
from events.signups.seats import apply_change, set_capacity
from nejtilbander.security.sealed_boxes import token_hash
from nejtilbander.transfer import seeding

ADDRESS = "Flakhaven 2, 5000 Odense C"


@dataclass(frozen=True)
class Example:
    """One meeting: `days` and `opens` are days from today to the meeting and to its sign-up; `taken` is seats."""

    slug: str
    days: int
    opens: int
    capacity: int
    taken: int
    interpreters: tuple[str, ...]
    state: str = Event.State.CONFIRMED


EXAMPLES = [
    Example("trygge-butikker", 9, -14, 300, 120, ("en", "ar", "so", "tr", "sgn")),
    Example("unge-og-foraeldre", 16, -30, 240, 240, ("ar", "so")),
    Example("naboskab", 58, 21, 300, 0, ("en", "ar", "tr", "fa")),
    Example("frivillige", 23, -7, 150, 0, ("en",), Event.State.CANCELLED),
    Example("byen-staar-sammen", -120, -160, 400, 0, ("ar", "so", "tr", "fa")),
    Example("tryg-i-byen", -40, -80, 300, 0, ("en", "ar", "so", "tr")),
]


def seed() -> int:
    """Create every example that was never created before. Returns how many."""
    texts = {
        language: {"event": {slug: content["common"] | words for slug, words in content["event"].items()}}
        for language, content in seeding.load_texts(Path(__file__).parent / "content").items()
    }
    written = 0
    for example in EXAMPLES:
        rows = Event.objects.filter(slug=example.slug)
        if seeding.seed_once(f"event.{example.slug}", rows, partial(_write, example, texts)):
            fill_seats(rows.get(), example.taken)
            written += 1
    return written


def _write(example: Example, texts: seeding.Texts) -> None:
    starts = _at(example.days, 19)
    event = Event(
        slug=example.slug,
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
        doors_at=starts - timedelta(minutes=30),
        address=ADDRESS,
        interpreters=list(example.interpreters),
        signup_opens_at=_at(example.opens, 9),
        signup_closes_at=starts - timedelta(hours=2),
        state=example.state,
        public_from=_at(min(example.opens, 0) - 1, 8),
        is_example=True,
    )
    seeding.fill_texts(event, texts, "event", example.slug)
    set_capacity(event, example.capacity)


def fill_seats(event: Event, seats: int) -> None:
    """Take `seats` seats with real sign-ups, without name or address, so that the counters are consistent."""
    if seats:
        create_key(event.seats)
    for _ in range(seats // MAX_SEATS):
        form_context = FormContext(secrets.token_urlsafe(), version=1, accepts_waiting=True, hold=False)
        result = sign_up(event, SignupRequest(seats=MAX_SEATS, language="da"), form_context)
        with transaction.atomic():
            signup = Signup.objects.get(token_hash=token_hash(result.token))
            apply_change(signup, state=Signup.State.CONFIRMED, verified=True)


def _at(days: int, hour: int) -> datetime:
    """`hour` o'clock Danish time, `days` from today, independent of summer time."""
    day = timezone.localdate() + timedelta(days=days)
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour))  # noqa: DTZ001 - made aware here
