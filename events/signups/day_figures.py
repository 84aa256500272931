"""A meeting's sign-ups day by day, as the bars of a small picture, and how its letters fare (docs/decisions/0034).

Who may open the list sees the sign-ups of each day, a few as "1-2". Others see the rounded number of seats taken, as it
stood at the end of each day: no more than they could have written down (staff_counts).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Count
from django.utils import timezone

from events.models import Event, KeptCounts, Letter, Signup
from events.signups.staff_counts import rounded_words
from nejtilbander.background.mail_errors import is_about_receiver, plain_words

MAX_DAYS = 60  # the latest are shown
FEW = 2  # sign-ups of one day that are not told apart
WIDTH, HEIGHT = 600, 120  # of the picture; a few days take less
MAX_BAR = 40
MIN_PEAK = 10  # the picture of a slow beginning is not made to look like a rush


class Bar(NamedTuple):
    """One day. `words` are its number; the rest are measures in the picture, y from above."""

    day: date
    words: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class DayFigure:
    """`title` says what is counted. `highest` is the number of the highest bar in words."""

    title: str
    bars: list[Bar]
    highest: str
    width: int
    height: int = HEIGHT

    @property
    def rows(self) -> list[Bar]:
        """Newest first, for a table."""
        return self.bars[::-1]


def day_figure(event: Event, *, is_exact: bool) -> DayFigure | None:
    """None before sign-up has opened, and once there is nothing to count any more."""
    if is_exact:
        return _draw("Tilmeldinger, der kom hver dag", _days_of(event), _signups_by_day(event), few_words)
    kept = KeptCounts.objects.filter(event=event).first()
    numbers = {date.fromisoformat(day): number for day, number in kept.days.items()} if kept else {}
    return _draw("Optagne pladser i alt, dag for dag", _days_of(event), numbers, rounded_words)


def few_words(number: int | None) -> str:
    """The words for the sign-ups of one day: no single one stands out."""
    return f"1-{FEW}" if 0 < (number or 0) <= FEW else str(number or 0)


def _signups_by_day(event: Event) -> dict[date, int]:
    standing = Signup.objects.filter(event=event).exclude(state__in=[Signup.State.LAPSED, *Signup.GONE])
    return dict(standing.order_by().values_list("day").annotate(Count("pk")))


def _days_of(event: Event) -> list[date]:
    """From the day sign-up opened until today or the meeting, the latest MAX_DAYS of them."""
    if event.signup_opens_at is None:
        return []
    first = timezone.localdate(event.signup_opens_at)
    last = min(timezone.localdate(), timezone.localdate(event.starts_at))
    number = min((last - first).days + 1, MAX_DAYS)
    return [last - timedelta(days=back) for back in reversed(range(number))]


def _draw(
    title: str, days: list[date], numbers: Mapping[date, int], words: Callable[[int | None], str]
) -> DayFigure | None:
    if not any(day in numbers for day in days):
        return None
    shown = {day: max(number, FEW) if (number := numbers.get(day, 0)) else 0 for day in days}
    highest = max(days, key=lambda day: shown[day])
    step = min(WIDTH / len(days), MAX_BAR)
    scale = HEIGHT / max(shown[highest], MIN_PEAK)
    bars = [
        Bar(
            day, words(numbers.get(day)), round(place * step, 1), round(HEIGHT - shown[day] * scale, 1),
            round(step * 0.8, 1), round(shown[day] * scale, 1),
        )
        for place, day in enumerate(days)
    ]  # fmt: skip
    return DayFigure(title, bars, words(numbers.get(highest)), round(step * len(days)))


def letter_errors(event: Event, *, is_exact: bool) -> list[str]:
    """Why letters of the meeting have not left, in sentences. Errors of one receiver are for those who may count."""
    errors = set(Letter.objects.filter(event=event).exclude(error="").values_list("error", flat=True))
    return sorted({plain_words(error) for error in errors if is_exact or not is_about_receiver(error)})
