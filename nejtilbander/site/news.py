"""What is new: updates of initiatives, and meetings announced, cancelled and held, by day, newest first.

The page "Aktuelt" and the Atom feed show the same items.
"""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from django.db.models import F, IntegerField, Model, QuerySet, Value
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from events.models import Event
from pages.models import Initiative, Update


class Kind(IntEnum):
    """What happened. The order is that of items of one day."""

    HELD = 1  # and staff have written what came of it
    CANCELLED = 2
    UPDATE = 3
    ANNOUNCED = 4


@dataclass(frozen=True)
class NewsItem:
    """Something that happened on `day`, in Danish time, with the object that has its words."""

    kind: Kind
    day: date
    obj: Update | Event

    @property
    def title(self) -> str:
        return self.obj.public_title if isinstance(self.obj, Event) else self.obj.title

    def get_absolute_url(self) -> str:
        return f"{self.obj.get_absolute_url()}{'#udbytte' if self.kind == Kind.HELD else ''}"


def latest_news(start: int, count: int) -> list[NewsItem]:
    """At most `count` items, without the `start` newest. Three queries, whatever the number of items there are."""
    rows = [(Kind(kind), pk, day) for kind, pk, day in _all_rows()[start : start + count]]
    updates = Update.objects.select_related("initiative").in_bulk([pk for kind, pk, _ in rows if kind == Kind.UPDATE])
    events = Event.objects.listed().in_bulk([pk for kind, pk, _ in rows if kind != Kind.UPDATE])
    found = ((kind, day, (updates if kind == Kind.UPDATE else events).get(pk)) for kind, pk, day in rows)
    return [NewsItem(kind, day, obj) for kind, day, obj in found if obj]  # deleted since the first query


def _all_rows() -> QuerySet[Model, tuple[int, int, date]]:
    """Kind, primary key and day of every public item, newest first. Each meeting is one item: what happened to it last.

    One that is over is news again once staff have written what came of it.
    """
    updates = Update.objects.filter(initiative__in=Initiative.objects.public(), date__lte=timezone.localdate())
    coming = Event.objects.upcoming().filter(state=Event.State.CONFIRMED)
    cancelled = Event.objects.public().filter(state=Event.State.CANCELLED)
    parts = [
        (Kind.UPDATE, updates, F("date")),
        (Kind.ANNOUNCED, coming, TruncDate("public_from")),
        (Kind.CANCELLED, cancelled, TruncDate(Coalesce("cancelled_at", "public_from"))),
        (Kind.HELD, Event.objects.past().with_outcome(), TruncDate("starts_at")),
    ]
    first, *others = [
        rows.order_by().annotate(kind=Value(kind, IntegerField()), day=day).values_list("kind", "pk", "day")
        for kind, rows, day in parts
    ]
    return first.union(*others, all=True).order_by("-day", "kind", "-pk")
