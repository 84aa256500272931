"""Example meetings, so that a fresh site shows every state. Dates are relative to the day of seeding."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.utils import timezone

from events.models import Event, Seats
from nejtilbander import seeding

ADDRESS = "Flakhaven 2, 5000 Odense C"


@dataclass(frozen=True)
class Example:
    """One meeting: days from today to the meeting and to the opening of sign-up, and how full it is (seats)."""

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
    Example("frivillige", 23, -7, 150, 40, ("en",), Event.State.CANCELLED),
    Example("byen-staar-sammen", -120, -160, 400, 400, ("ar", "so", "tr", "fa")),
    Example("tryg-i-byen", -40, -80, 300, 210, ("en", "ar", "so", "tr")),
]


def seed() -> int:
    """Write every example that was never written before. Returns how many were written."""
    texts = {
        language: {"event": {slug: content["common"] | words for slug, words in content["event"].items()}}
        for language, content in seeding.load(Path(__file__).parent / "content").items()
    }
    return sum(
        seeding.once(f"event.{e.slug}", Event.objects.filter(slug=e.slug), partial(_write, e, texts)) for e in EXAMPLES
    )


def _write(example: Example, texts: seeding.Texts) -> None:
    starts = _at(example.days, 19)
    event = Event(
        slug=example.slug,
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
        doors_at=starts - timedelta(minutes=30),
        address=ADDRESS,
        interpreters=list(example.interpreters),
        capacity=example.capacity,
        signup_opens_at=_at(example.opens, 9),
        signup_closes_at=starts - timedelta(hours=2),
        state=example.state,
        public_from=_at(min(example.opens, 0) - 1, 8),
        is_example=True,
    )
    seeding.fill(event, texts, "event", example.slug)
    Seats.objects.create(event=event, taken=example.taken)


def _at(days: int, hour: int) -> datetime:
    """`hour` o'clock Danish time, `days` from today; local arithmetic, so summer time cannot shift it."""
    day = timezone.localdate() + timedelta(days=days)
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour))  # noqa: DTZ001 - made aware here
