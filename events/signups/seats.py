"""The seat counter: the only code that changes it, always by one conditional UPDATE.

That UPDATE comes first in every transaction, so it is also the lock: the transaction that has updated an event's row of
seats is alone with the event until it ends, on PostgreSQL and SQLite alike. A read followed by a write would overbook
on PostgreSQL and lose sign-ups on SQLite (docs/decisions/0008).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Unpack

from django.db import connection, transaction
from django.db.models import Case, F, IntegerField, Sum, Value, When
from django.utils import timezone

from events.models import Event, Letter, Seats, Signup
from events.models.signup import MAX_SEATS, SignupChange

UNVERIFIED_SHARE = 4  # a quarter of the capacity may be held by sign-ups nobody has confirmed
_EVENT = Seats._meta.get_field("event").column


class SignupRefused(Exception):
    """Base of the reasons to refuse a sign-up. Nothing was changed."""


class NoRoom(SignupRefused):
    """Fewer seats are free than were asked for."""


class Closed(SignupRefused):
    """Sign-up is not open: closed, cancelled, over, or not begun."""


class EventChanged(SignupRefused):
    """Time or place was changed after the form was shown."""


class TicketUsed(SignupRefused):
    """The form was sent before, with another address: its ticket and its proof of work count once."""


class ConcurrentChange(Exception):
    """Another transaction changed the same sign-up meanwhile. Reload it and try again."""


@dataclass(frozen=True)
class Reservation:
    """A position in the event's order, from 1; `has_seats` when seats were taken with it."""

    position: int
    has_seats: bool


def reserve(event_id: int, seats: int, *, version: int, hold: bool) -> Reservation:
    """Take the next position in the event's order, with `seats` seats if they are free and `hold` is True.

    Two statements at most. Raises EventChanged when `version`, which the visitor's form showed, is no longer the
    event's; Closed when sign-up is closed.
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
    """Take seats; negative numbers give them back. Returns False, with nothing changed, when they are not there."""
    rows = Seats.objects.filter(event_id=event_id, taken__gte=-taken, unverified__gte=-unverified)
    if taken > 0:
        rows = rows.filter(taken__lte=F("capacity") - taken)
    if unverified > 0:
        rows = rows.filter(unverified__lte=F("unverified_cap") - unverified)
    return rows.update(taken=F("taken") + taken, unverified=F("unverified") + unverified) == 1


def apply_change(signup: Signup, **changes: Unpack[SignupChange]) -> None:
    """Change a sign-up and the seats it counts for, together. Call it as the first thing in a transaction.

    Raises NoRoom, or ConcurrentChange when the stored row differs from `signup`; both undo the caller's transaction.
    """
    taken, unverified = signup.seat_counts()
    new_taken, new_unverified = signup.seat_counts(**changes)
    unchanged = Signup.objects.filter(
        pk=signup.pk, state=signup.state, seats=signup.seats, verified=signup.verified,
        has_address=signup.has_address,
    )  # fmt: skip
    if not adjust_seats(signup.event_id, new_taken - taken, new_unverified - unverified):
        grows = new_taken > taken or new_unverified > unverified
        raise NoRoom if grows and unchanged.exists() else ConcurrentChange
    if unchanged.update(**changes) != 1:
        raise ConcurrentChange
    for name, value in changes.items():
        setattr(signup, name, value)


def set_capacity(event: Event, capacity: int) -> bool:
    """Set the number of seats. Returns False, and closes sign-up, when more than `capacity` are taken already."""
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
    """Count the version up, as the meeting was moved or cancelled: forms shown before are refused. Returns it."""
    Seats.objects.filter(event=event).update(version=F("version") + 1)
    event.seats.refresh_from_db()
    return event.seats.version


def discrepancy(event_id: int) -> tuple[int, int]:
    """(taken, unverified) as counted minus the sums of the live sign-ups: (0, 0) unless something is wrong."""
    live = Signup.objects.live().filter(event_id=event_id)
    unverified = Case(When(verified=False, then=F("seats")), default=0, output_field=IntegerField())
    sums = live.aggregate(taken=Sum("seats", default=0), unverified=Sum(unverified, default=0))
    seats = Seats.objects.get(event_id=event_id)
    return seats.taken - sums["taken"], seats.unverified - sums["unverified"]


def reconcile(event_id: int) -> tuple[int, int]:
    """Set the counter to the sum of the live sign-ups. Returns the discrepancy there was."""
    with transaction.atomic(durable=True):
        adjust_seats(event_id, 0)  # takes the row, so that nobody signs up while we count
        taken, unverified = discrepancy(event_id)
        if taken or unverified:
            Seats.objects.filter(event_id=event_id).update(
                taken=F("taken") - taken, unverified=F("unverified") - unverified
            )
    return taken, unverified


def counts(event_id: int) -> dict[str, int]:
    """Seats by sign-up state, 0 where there are none. Duplicates count like any other that nobody confirmed."""
    signups = Signup.objects.filter(event_id=event_id).exclude(has_address=False, state=Signup.State.LAPSED)
    return dict.fromkeys(Signup.State.values, 0) | dict(signups.values_list("state").annotate(Sum("seats")))


def oldest_unsent(event_id: int) -> datetime | None:
    """The time the oldest unsent letter was written; None when all are sent."""
    letters = Letter.objects.waiting().filter(event_id=event_id)
    return letters.order_by("created_at").values_list("created_at", flat=True).first()


def overview() -> list[dict[str, str | int | None]]:
    """Every meeting that is not over, as `manage.py seats --json` prints it. Numbers are seats; times are ISO 8601."""
    rows: list[dict[str, str | int | None]] = []
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
