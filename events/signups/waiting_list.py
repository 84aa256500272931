"""The waiting list: free seats are offered to the next group that fits; a larger group keeps its position."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from events.models import Event, Letter, Recognition, Seats, Signup
from events.models.letter import farewell_id
from events.models.signup import SignupChange
from events.signups.seats import ConcurrentChange, NoRoom, adjust_seats, apply_change

OFFER = timedelta(hours=12)
LAST_OFFER = timedelta(hours=2)  # before the meeting; seats that nobody took by then are free for anyone
BATCH_SIZE = 100  # groups looked at under one lock on the seats; the worker does the rest
MIN_OFFER = timedelta(minutes=30)
HOLD = timedelta(minutes=60)
HOLD_STEP = 300  # seconds; a hold's end is rounded up to this, so it does not tell the second of the sign-up
MIN_HOLD = timedelta(minutes=30)  # left of a hold when its letter is sent
MAX_HOLD = timedelta(hours=6)  # however long the mail server is down


def offer_deadline(event: Event, now: datetime) -> datetime | None:
    """The time an offer made now expires; None when the meeting is cancelled or it is too late for an offer."""
    deadline = min(now + OFFER, event.starts_at - LAST_OFFER)
    may_offer = event.state == Event.State.CONFIRMED and deadline - now >= MIN_OFFER
    return deadline if may_offer else None


def offer_seats(event_id: int) -> int:
    """Offer the free seats, in order. Returns the number of offers made. Call it inside a transaction.

    Its first statement locks the event's row of seats.
    """
    adjust_seats(event_id, 0)
    seats = Seats.objects.select_related("event").get(pk=event_id)
    deadline = offer_deadline(seats.event, timezone.now())
    free = seats.capacity - seats.taken
    if deadline is None or free <= 0:
        return 0
    offered = 0
    queue = Signup.objects.in_queue().filter(event_id=event_id, seats__lte=free).defer("sealed")
    for signup in queue[:BATCH_SIZE]:
        if free <= 0:
            break
        if signup.seats > free:
            continue
        try:
            apply_change(signup, state=Signup.State.OFFERED, until=deadline)
        except NoRoom:  # the cap on unverified holds: a group without an address waits for those
            continue
        write_letter(signup, Letter.Kind.OFFER, number=signup.position)
        free -= signup.seats
        offered += 1
    return offered


def offer_seats_now(event_id: int) -> int:
    """`offer_seats` in a transaction of its own."""
    with transaction.atomic(durable=True):
        return offer_seats(event_id)


def write_letter(signup: Signup, kind: Letter.Kind, number: int = 0) -> None:
    """Queue a letter to the sign-up, if it has an address. Idempotent for one kind and number."""
    if signup.has_address:
        letter = Letter(
            kind=kind, event_id=signup.event_id, signup_id=signup.pk, number=number, language=signup.language
        )
        Letter.objects.bulk_create([letter], ignore_conflicts=True)


def anonymise(signup: Signup, state: Signup.State, farewell: Letter.Kind | None = None) -> None:
    """Give the seats back, keep only the token's hash and `state`, and offer the seats. Call it first in a transaction.

    A `farewell` letter carries the sealed box itself, because the sign-up no longer has it; its id fits no other box.
    """
    had_seats, had_address = signup.is_live, signup.has_address
    letter = Letter(event_id=signup.event_id, language=signup.language, sealed=signup.sealed)
    changes: SignupChange = {**Signup.ANONYMISED, "state": state}
    apply_change(signup, **changes)
    Recognition.objects.filter(signup=signup).delete()
    Letter.objects.filter(signup=signup).delete()
    if farewell and had_address:
        letter.kind, letter.pk = farewell, farewell_id(signup.event_id, farewell, signup.pk)
        letter.save(force_insert=True)
    if had_seats:
        offer_seats(signup.event_id)


def hold_until() -> datetime:
    """The time a hold made now runs out."""
    end = timezone.now() + HOLD
    return end + timedelta(seconds=-end.timestamp() % HOLD_STEP)


def prolong_holds() -> int:
    """Prolong holds whose letter is still unsent, because the mail server is down: nobody could have confirmed them."""
    now = timezone.now()
    stuck = Letter.objects.waiting().filter(
        kind=Letter.Kind.CONFIRM, created_at__range=(now - MAX_HOLD, now - MIN_HOLD)
    )
    held = Signup.objects.filter(state=Signup.State.HELD, until__lte=now + MIN_HOLD)
    return held.filter(pk__in=stuck.values("signup")).update(until=hold_until())


def lapse_holds() -> int:
    """Give back seats held for an hour without confirmation. The sign-up stays, and may still be confirmed."""

    def lapse(signup: Signup) -> None:
        apply_change(signup, state=Signup.State.LAPSED, until=None)
        offer_seats(signup.event_id)

    return _each(Signup.objects.expired().filter(state=Signup.State.HELD), lapse)


def expire_offers() -> int:
    """Expire offers past their deadline; the seats are offered to the next."""

    def expire(signup: Signup) -> None:
        is_on = signup.event.state == Event.State.CONFIRMED  # a cancelled meeting has told them already
        anonymise(signup, Signup.State.EXPIRED, farewell=Letter.Kind.OFFER_EXPIRED if is_on else None)

    return _each(Signup.objects.expired().filter(state=Signup.State.OFFERED).select_related("event"), expire)


def _each(signups: Iterable[Signup], change: Callable[[Signup], None]) -> int:
    """Run `change` on each in a transaction of its own; skip those changed meanwhile. Returns how many were changed."""
    done = 0
    for signup in signups:
        with suppress(ConcurrentChange), transaction.atomic(durable=True):
            change(signup)
            done += 1
    return done
