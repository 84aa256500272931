"""What staff see of a meeting's counts. Exact numbers are for those who may open the list (docs/decisions/0022).

Others see words that tell of no single sign-up: rounded, and as they were when the worker counted, once an hour.
"""

from datetime import timedelta

from django.db.models import Count, Q
from django.utils import timezone

from events.models import Event, KeptCounts, Letter, Need, Signup
from events.models.needs import NEEDS
from events.signups import seats
from nejtilbander.security.sealed_boxes import blind_index

STEP = 10
KEPT = timedelta(hours=1)
LOOKED_AT = timedelta(days=40)  # after a meeting; its list is erased by then
UNCOUNTED = "tælles hver time"


def count_words(event: Event, *, is_exact: bool) -> dict[str, str]:
    """Name to words, for one meeting: "37" when `is_exact`, else "ca. 40". Names: see `_numbers`."""
    if is_exact:
        return {name: str(number) for name, number in _numbers(event, needs="total").items()}
    kept = KeptCounts.objects.filter(event=event).first()
    return {name: rounded_words(kept.numbers.get(name) if kept else None) for name in _names()}


def rounded_words(number: int | None) -> str:
    """The words for a rounded number; None was never counted."""
    if number is None:
        return UNCOUNTED
    return f"ca. {number}" if number else f"under {STEP}"


def refresh_counts() -> int:
    """Count each meeting anew whose counts are an hour old. Returns how many. The worker's task."""
    now, done = timezone.now(), 0
    stale = Q(kept_counts=None) | Q(kept_counts__at__lte=now - KEPT)
    meetings = Event.objects.with_seats().select_related("kept_counts")
    for event in meetings.filter(stale, seats__erased_at=None, ends_at__gt=now - LOOKED_AT):
        numbers = {name: _rounded(event, name, number) for name, number in _numbers(event, needs="asked").items()}
        kept: KeptCounts | None = getattr(event, "kept_counts", None)
        days = {**(kept.days if kept else {}), timezone.localdate(now).isoformat(): numbers["taken"]}
        KeptCounts.objects.update_or_create(event=event, defaults={"at": now, "numbers": numbers, "days": days})
        done += 1
    return done


def _rounded(event: Event, name: str, number: int) -> int:
    """`number` as a multiple of STEP, at most STEP - 1 too small and half of STEP too large.

    Where one step ends and the next begins, only the worker's key tells: else whoever adds sign-ups of their own up to
    the edge would see the next person come.
    """
    step = number // STEP
    width = int.from_bytes(blind_index(event.pk, f"{name} {step}", purpose="rounding").encode()) % (STEP // 2 + 1)
    return (step + (number >= (step + 1) * STEP - width)) * STEP


def _names() -> list[str]:
    return [
        "taken", "unverified", "recipients", "notified", "questions", *Signup.State.values,
        *(f"letters {state}" for state in Letter.State.values), *(f"need {kind}" for kind in NEEDS),
    ]  # fmt: skip


def _numbers(event: Event, *, needs: str) -> dict[str, int]:
    """Every count of a meeting by name. `needs`: which of the two totals of a need ("total" or "asked")."""
    letters = dict(Letter.objects.filter(event=event).order_by().values_list("state").annotate(Count("pk")))
    asked = dict(Need.objects.filter(event=event).values_list("kind", needs))
    return {
        "taken": event.seats.taken,
        "unverified": event.seats.unverified,
        "recipients": Signup.objects.reachable().filter(event=event, state=Signup.State.CONFIRMED).count(),
        "notified": Signup.objects.filter(event=event).to_notify().reachable().count(),
        "questions": event.questions.count(),
        **seats.counts(event.pk),
        **{f"letters {state}": letters.get(state, 0) for state in Letter.State.values},
        **{f"need {kind}": asked.get(kind, 0) for kind in NEEDS},
    }
