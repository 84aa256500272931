"""The waiting list: seats that come free are offered to the next group that fits; a larger group keeps its place."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from events.models import Event, Letter, Seats, Signup
from events.signups.seats import ConcurrentChange, NoRoom, adjust_seats, apply_change

OFFER = timedelta(hours=12)
LAST_OFFER = timedelta(hours=2)  # before the meeting; what nobody took by then is free for anyone
BATCH_SIZE = 100  # groups looked at while everybody else waits for the row of seats; the worker goes on
MIN_OFFER = timedelta(minutes=30)
HOLD = timedelta(minutes=60)
HOLD_STEP = 300  # seconds; a hold's end is rounded up to this, so it does not tell the second of the sign-up
MIN_HOLD = timedelta(minutes=30)  # left when the letter leaves
MAX_HOLD = timedelta(hours=6)  # however long the mail server is away


def offer_deadline(event: Event, now: datetime) -> datetime | None:
    """When an offer made now runs out, or None when it is too late for one."""
    deadline = min(now + OFFER, event.starts_at - LAST_OFFER)
    is_on = event.state == Event.State.CONFIRMED and deadline - now >= MIN_OFFER
    return deadline if is_on else None


def offer_seats(event_id: int) -> int:
    """Offer what is free, in order. Returns the number of offers made. Call it inside a transaction.

    Its first statement takes the event's row of seats, so nobody else counts meanwhile.
    """
    adjust_seats(event_id, 0)
    seats = Seats.objects.select_related("event").get(pk=event_id)
    deadline = offer_deadline(seats.event, timezone.now())
    free = seats.capacity - seats.taken
    if deadline is None or free <= 0:
        return 0
    offered = 0
    line = Signup.objects.in_queue().filter(event_id=event_id, seats__lte=free).defer("sealed")
    for signup in line[:BATCH_SIZE]:
        if free <= 0:
            break
        if signup.seats > free:
            continue
        try:
            apply_change(signup, state=Signup.State.OFFERED, until=deadline)
        except NoRoom:  # too many unverified seats are held: a group without an address waits for those
            continue
        write_letter(signup, Letter.Kind.OFFER, number=signup.position)
        free -= signup.seats
        offered += 1
    return offered


def offer_seats_now(event_id: int) -> int:
    """`offer_places` in a transaction of its own."""
    with transaction.atomic(durable=True):
        return offer_seats(event_id)


def write_letter(signup: Signup, kind: Letter.Kind, number: int = 0) -> None:
    """A letter to the sign-up, if it has an address. One of each kind and number, however often it is asked for."""
    if signup.has_address:
        letter = Letter(
            kind=kind, event_id=signup.event_id, signup_id=signup.pk, number=number, language=signup.language
        )
        Letter.objects.bulk_create([letter], ignore_conflicts=True)


def anonymise(signup: Signup, state: Signup.State, last_words: Letter.Kind | None = None) -> None:
    """Give the seats back and keep only a mark and a word; offer what came free. Call it first in a transaction.

    A last letter carries the sealed box itself, because the sign-up no longer has it.
    """
    had_seats, had_address = signup.is_live, signup.has_address
    farewell = Letter(event_id=signup.event_id, language=signup.language, sealed=signup.sealed)
    apply_change(signup, state=state, **Signup.ANONYMISED)
    Letter.objects.filter(signup=signup).delete()
    if last_words and had_address:
        farewell.kind = last_words
        farewell.save()
    if had_seats:
        offer_seats(signup.event_id)


def hold_until() -> datetime:
    """When a hold made now runs out."""
    end = timezone.now() + HOLD
    return end + timedelta(seconds=-end.timestamp() % HOLD_STEP)


def prolong_holds() -> int:
    """A hold whose letter cannot leave, because the mail server is away, goes on: nobody could have confirmed it."""
    now = timezone.now()
    stuck = Letter.objects.waiting().filter(
        kind=Letter.Kind.CONFIRM, created_at__range=(now - MAX_HOLD, now - MIN_HOLD)
    )
    held = Signup.objects.filter(state=Signup.State.HELD, until__lte=now + MIN_HOLD)
    return held.filter(pk__in=stuck.values("signup")).update(until=hold_until())


def lapse_holds() -> int:
    """Give back seats that were held for an hour and not confirmed. The sign-up stays, and may still be confirmed."""

    def lapse(signup: Signup) -> None:
        apply_change(signup, state=Signup.State.LAPSED, until=None)
        offer_seats(signup.event_id)

    return _each(Signup.objects.expired().filter(state=Signup.State.HELD), lapse)


def expire_offers() -> int:
    """Offers that nobody took go on to the next."""

    def expire(signup: Signup) -> None:
        is_on = signup.event.state == Event.State.CONFIRMED  # a cancelled meeting has told them already
        anonymise(signup, Signup.State.EXPIRED, last_words=Letter.Kind.OFFER_EXPIRED if is_on else None)

    return _each(Signup.objects.expired().filter(state=Signup.State.OFFERED).select_related("event"), expire)


def _each(signups: Iterable[Signup], change: Callable[[Signup], None]) -> int:
    """Do `change` to each in a transaction of its own. One that its visitor changed meanwhile is left alone."""
    done = 0
    for signup in signups:
        with suppress(ConcurrentChange), transaction.atomic(durable=True):
            change(signup)
            done += 1
    return done
