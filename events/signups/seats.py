"""Counting seats. The only code that changes the counter, and it does so by one conditional UPDATE.

That UPDATE comes first in every transaction, so it is also the lock: whoever holds an event's row of seats is alone
with the event until the transaction ends, on PostgreSQL and SQLite alike. A read followed by a write would overbook on
PostgreSQL and lose sign-ups on SQLite (docs/decisions/0008).
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, F, IntegerField, Sum, Value, When
from django.utils import timezone

from events.models import Event, Letter, Seats, Signup
from events.models.signup import MAX_SEATS

UNVERIFIED_SHARE = 4  # a quarter of the capacity may be held by sign-ups nobody has confirmed
_EVENT = Seats._meta.get_field("event").column


class SignupRefused(Exception):
    """Why a sign-up could not be done. Nothing was changed."""


class NoRoom(SignupRefused):
    """Not that many seats are free."""


class Closed(SignupRefused):
    """Sign-up is not open: closed, cancelled, over, or not begun."""


class EventChanged(SignupRefused):
    """Time or place was changed after the form was shown."""


class ConcurrentChange(Exception):
    """Somebody else changed the same sign-up at the same moment. Look again."""


@dataclass(frozen=True)
class Reservation:
    """A number in the event's order, and whether seats were taken with it."""

    position: int
    has_seats: bool


def reserve(event_id: int, seats: int, *, version: int, hold: bool) -> Reservation:
    """The next place in the event's order, and `seats` with it where they are free. Two statements at most.

    Raises Moved or Closed when the row no longer says what the visitor saw.
    """
    where = f"WHERE {_EVENT} = %s AND version = %s AND NOT is_closed"
    with connection.cursor() as cursor:
        if hold:
            cursor.execute(
                f"UPDATE {Seats._meta.db_table} SET last_position = last_position + 1,"  # noqa: S608 - our own names
                f" taken = taken + %s, unverified = unverified + %s"
                f" {where} AND taken + %s <= capacity AND unverified + %s <= unverified_cap"
                f" RETURNING last_position",
                [seats, seats, event_id, version, seats, seats],
            )
            if row := cursor.fetchone():
                return Reservation(row[0], has_seats=True)
        cursor.execute(
            f"UPDATE {Seats._meta.db_table} SET last_position = last_position + 1 {where} RETURNING last_position",  # noqa: S608
            [event_id, version],
        )
        if row := cursor.fetchone():
            return Reservation(row[0], has_seats=False)
    raise Closed if Seats.objects.filter(event_id=event_id, version=version).exists() else EventChanged


def adjust_seats(event_id: int, taken: int, unverified: int = 0) -> bool:
    """Take (or, below zero, give back) seats. False when they are not free, or not taken; nothing is changed then."""
    rows = Seats.objects.filter(event_id=event_id, taken__gte=-taken, unverified__gte=-unverified)
    if taken > 0:
        rows = rows.filter(taken__lte=F("capacity") - taken)
    if unverified > 0:
        rows = rows.filter(unverified__lte=F("unverified_cap") - unverified)
    return rows.update(taken=F("taken") + taken, unverified=F("unverified") + unverified) == 1


def apply_change(signup: Signup, **after: Any) -> None:
    """Change a sign-up and the seats it counts for, together. Call it inside a transaction, first thing.

    Raises NoRoom, or Stale when the sign-up is no longer as `signup` says; both undo the caller's transaction.
    """
    taken, unverified = signup.seat_counts()
    new_taken, new_unverified = signup.seat_counts(**after)
    same = Signup.objects.filter(
        pk=signup.pk, state=signup.state, seats=signup.seats, verified=signup.verified,
        address_index=signup.address_index,
    )  # fmt: skip
    if not adjust_seats(signup.event_id, new_taken - taken, new_unverified - unverified):
        grows = new_taken > taken or new_unverified > unverified
        raise NoRoom if grows and same.exists() else ConcurrentChange
    if same.update(**after) != 1:
        raise ConcurrentChange
    for name, value in after.items():
        setattr(signup, name, value)


def set_capacity(event: Event, capacity: int) -> bool:
    """The only way to change how many seats there are. Below what is taken, sign-up is closed: returns False then."""
    cap = max(MAX_SEATS, capacity // UNVERIFIED_SHARE)
    fits = When(taken__lte=capacity, then=F("is_closed"))
    with transaction.atomic():
        Seats.objects.filter(event=event).update(
            capacity=capacity, unverified_cap=cap, is_closed=Case(fits, default=Value(value=True))
        )
        event.seats.refresh_from_db()
    return event.seats.taken <= capacity


def set_closed(event: Event, *, closed: bool = True) -> None:
    Seats.objects.filter(event=event).update(is_closed=closed)


def new_version(event: Event) -> int:
    """The meeting was moved or cancelled: a form filled in before no longer counts."""
    Seats.objects.filter(event=event).update(version=F("version") + 1)
    event.seats.refresh_from_db()
    return event.seats.version


def discrepancy(event_id: int) -> tuple[int, int]:
    """(taken, unverified) as counted minus as they should be. (0, 0) unless something is wrong."""
    live = Signup.objects.live().filter(event_id=event_id)
    unverified = Case(When(verified=False, then=F("seats")), default=0, output_field=IntegerField())
    true = live.aggregate(taken=Sum("seats", default=0), unverified=Sum(unverified, default=0))
    seats = Seats.objects.get(event_id=event_id)
    return seats.taken - true["taken"], seats.unverified - true["unverified"]


def reconcile(event_id: int) -> tuple[int, int]:
    """Set the counter to the sum of the live sign-ups. Returns the drift that was mended."""
    with transaction.atomic(durable=True):
        adjust_seats(event_id, 0)  # takes the row, so that nobody signs up while we count
        taken, unverified = discrepancy(event_id)
        if taken or unverified:
            Seats.objects.filter(event_id=event_id).update(
                taken=F("taken") - taken, unverified=F("unverified") - unverified
            )
    return taken, unverified


def counts(event_id: int) -> dict[str, int]:
    """Seats by state, in seats; waiting in groups' seats too. What is held for nobody counts while it is held."""
    sums = dict.fromkeys(Signup.State.values, 0)
    people = Signup.objects.filter(event_id=event_id).exclude(address_index=None, state=Signup.State.LAPSED)
    rows = people.values_list("state").annotate(Sum("seats"))
    return sums | dict(rows)


def oldest_unsent(event_id: int) -> Any:
    """When the longest-waiting letter was written, or None when all have left."""
    letters = Letter.objects.waiting().filter(event_id=event_id)
    return letters.order_by("created_at").values_list("created_at", flat=True).first()


def overview() -> list[dict[str, Any]]:
    """Every meeting that is not over, as `manage.py seats --json` prints it. Seats are seats; times are ISO 8601."""
    rows = []
    for seats in Seats.objects.filter(event__ends_at__gt=timezone.now()).select_related("event").order_by("pk"):
        by_state = counts(seats.pk)
        oldest = oldest_unsent(seats.pk)
        rows.append(
            {
                "slug": seats.event.slug,
                "capacity": seats.capacity,
                "taken": seats.taken,
                "confirmed": by_state[Signup.State.CONFIRMED],
                "held": by_state[Signup.State.HELD] + by_state[Signup.State.OFFERED],
                "waiting": by_state[Signup.State.WAITING],
                "oldest_unsent_letter": oldest.isoformat() if oldest else None,
            }
        )
    return rows
