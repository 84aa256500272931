"""Metrics for Prometheus: totals over all meetings, which name no meeting, no person and no address."""

import math
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from events.models import Event, KeptCounts, Letter, Signup
from events.privacy import retention
from nejtilbander.background.models import Heartbeat
from nejtilbander.caching.models import Count
from nejtilbander.operations.health import answering_time
from nejtilbander.publishing.models import Version
from nejtilbander.web.decorators import NO_STORE, public_view

EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"  # Prometheus' text format
Numbers = dict[str, float]  # label, as in 'state="held"', to value


@public_view(NO_STORE)
def metrics(request: HttpRequest) -> HttpResponse:
    """The current metrics; `database_up 0` alone when the database does not answer. On the staff process only."""
    try:
        text = "".join(_family(*family) for family in FAMILIES)
    except (DatabaseError, InterfaceError):
        text = _family(*FAMILIES[0][:3], lambda: {"": 0})
    return HttpResponse(text, content_type=EXPOSITION)


def signups() -> Numbers:
    """As staff without the right to the list see them: of each meeting rounded, and counted once an hour."""
    kept = list(KeptCounts.objects.values_list("numbers", flat=True))
    return {f'state="{state}"': sum(numbers.get(state, 0) for numbers in kept) for state in Signup.State.values}


def letters() -> Numbers:
    """Rounded as `signups`. Of those given up only whether there are any: that is worth a warning."""
    kept = list(KeptCounts.objects.values_list("numbers", flat=True))
    found = {state: sum(numbers.get(f"letters {state}", 0) for numbers in kept) for state in Letter.State.values}
    found[Letter.State.FAILED] = int(Letter.objects.failed().exists())
    return {f'state="{state}"': number for state, number in found.items()}


def oldest_letter() -> Numbers:
    oldest = Letter.objects.waiting().aggregate(at=models.Min("created_at"))["at"]
    return {"": (timezone.now() - oldest).total_seconds() if oldest else 0}


def retention_lag() -> Numbers:
    dates = [seats.event.erased_at for seats in retention.overdue_lists()]
    return {"": (timezone.now() - min(dates)).total_seconds() if dates else 0}


def worker_age() -> Numbers:
    run = Heartbeat.objects.filter(name="worker").first()
    return {"": (timezone.now() - run.at).total_seconds() if run else math.inf}


def plans() -> Numbers:
    waiting = Version.objects.filter(due_at__isnull=False, published_at=None)
    due = waiting.filter(due_at__lte=timezone.now()).count()
    return {'when="due"': due, 'when="later"': waiting.count() - due}


def counted(label: str, *names: str) -> Numbers:
    """The counters `names` of the internet-facing processes (caching/watcher.py)."""
    found = dict(Count.objects.values_list("name", "value"))
    return {f'{label}="{name}"': found.get(name, 0) for name in names}


# Name, type, help text, numbers. database_up comes first: without the database it is the only one.
FAMILIES: list[tuple[str, str, str, Callable[[], Numbers]]] = [
    ("database_up", "gauge", "Whether the database answers.", lambda: {"": 1}),
    ("database_seconds", "gauge", "How long it takes to answer SELECT 1.", lambda: {"": answering_time()}),
    ("signups", "gauge", "Seats on all lists, by state, about, as of the last hour.", signups),
    ("letters", "gauge", "Letters, by state, about, as of the last hour; failed: whether any.", letters),
    ("oldest_letter_seconds", "gauge", "Age of the oldest letter that has not left.", oldest_letter),
    ("retention_lag_seconds", "gauge", "How long ago a list should have been erased.", retention_lag),
    ("worker_age_seconds", "gauge", "Since the worker was last seen.", worker_age),
    ("meetings_upcoming", "gauge", "Public meetings to come.", lambda: {"": Event.objects.upcoming().count()}),
    ("plans", "gauge", "Planned versions that are not public yet.", plans),
    (
        "requests_total", "counter", "Readers' requests, by who answered: a kept page, an old one, or Django.",
        lambda: counted("by", "kept", "old", "django"),
    ),
    (
        "pages_total", "counter", "Pages made to be kept, and old ones handed out because no new one could be made.",
        lambda: counted("what", "made", "rescued"),
    ),
]  # fmt: skip


def _family(name: str, kind: str, help_text: str, numbers: Callable[[], Numbers]) -> str:
    full = f"nejtilbander_{name}"
    lines = [f"# HELP {full} {help_text}", f"# TYPE {full} {kind}"]
    for label, number in numbers().items():
        value = "+Inf" if math.isinf(number) else f"{number:.15g}"
        lines.append(f"{full}{{{label}}} {value}" if label else f"{full} {value}")
    return "\n".join(lines) + "\n"
