"""What a visitor does behind the manage link: confirm, change, cancel, erase, ask for the link again.

As in booking.py, each is one durable transaction whose first statement locks the seats.
"""

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from events.models import Event, Letter, Seats, Signup
from events.signups.booking import MAX_TRIES
from events.signups.recognition import MAX_LETTERS
from events.signups.seats import Closed, ConcurrentChange, NoRoom, adjust_seats, apply_change, reconcile
from events.signups.waiting_list import anonymise, offer_seats, write_letter
from nejtilbander.security.sealed_boxes import token_hash


def find_signup(token: str) -> Signup | None:
    """The sign-up that a manage link opens, with its event; None for an unknown token."""
    signups = Signup.objects.with_page().select_related("event__seats")
    return signups.filter(token_hash=token_hash(token)).first()


def _retried(signup: Signup, change: Callable[[Signup], None]) -> None:
    """Run `change` in one durable transaction, again on the reloaded sign-up when it raises ConcurrentChange.

    A sign-up that has been deleted is left alone. Raises ConcurrentChange after MAX_TRIES.
    """
    for number in range(MAX_TRIES):
        try:
            with transaction.atomic(durable=True):
                return change(signup)
        except ConcurrentChange:
            if number == MAX_TRIES - 2:  # not chance any more: the counter is wrong, and leaving must always work
                reconcile(signup.event_id)
            try:
                signup.refresh_from_db()
            except Signup.DoesNotExist:
                return None
    raise ConcurrentChange


def confirm(signup: Signup) -> None:
    """Confirm the address or accept an offer. A lapsed hold takes seats if they are free, else it joins the queue.

    Idempotent. Raises Closed when the meeting is cancelled or has begun.
    """
    _raise_if_over(signup.event)

    def take_seats(signup: Signup) -> None:
        if signup.state == Signup.State.OFFERED:
            apply_change(signup, state=Signup.State.CONFIRMED, until=None)
        elif signup.needs_confirming:
            apply_change(signup, state=Signup.State.CONFIRMED, verified=True, until=None)
        else:
            return
        write_letter(signup, Letter.Kind.CONFIRMED, number=signup.seats)

    def join_queue(signup: Signup) -> None:
        if signup.needs_confirming:
            apply_change(signup, state=Signup.State.WAITING, verified=True, until=None)
            write_letter(signup, Letter.Kind.WAITING)

    try:
        _retried(signup, take_seats)
    except NoRoom:
        _retried(signup, join_queue)


def change_seats(signup: Signup, seats: int) -> bool:
    """Change the number of seats. Returns True when more were asked for: the worker gives them (more_seats.py).

    Only it knows how many one place has. Raises NoRoom when more are not free, Closed when the meeting has begun.
    """
    _raise_if_over(signup.event)

    def change(signup: Signup) -> None:
        if signup.state in Signup.GONE or (signup.seats == seats and not signup.wanted):
            return
        if seats > signup.seats:
            _ask_for_more(signup, seats)
        else:
            apply_change(signup, seats=seats, wanted=0, refused=0)
            offer_seats(signup.event_id)

    _retried(signup, change)
    return signup.wanted == seats


def _ask_for_more(signup: Signup, seats: int) -> None:
    adjust_seats(signup.event_id, 0)  # the lock
    counted = Seats.objects.get(pk=signup.event_id)
    more = seats - signup.seats
    has_room = counted.taken + more <= counted.capacity
    if not signup.verified:
        has_room = has_room and counted.unverified + more <= counted.unverified_cap
    if signup.is_live and not has_room:
        raise NoRoom
    apply_change(signup, wanted=seats, refused=0)


def cancel(signup: Signup) -> None:
    """Give the seats, the position in the queue or the offer back, and anonymise the row at once."""

    def change(signup: Signup) -> None:
        if signup.state not in Signup.GONE:
            anonymise(signup, Signup.State.CANCELLED)

    _retried(signup, change)


def erase(signup: Signup) -> None:
    """Delete the sign-up and its letters. One farewell letter says so, and is deleted when it has been sent."""

    def change(signup: Signup) -> None:
        anonymise(signup, Signup.State.CANCELLED, farewell=Letter.Kind.FORGOTTEN)
        Signup.objects.filter(pk=signup.pk).delete()

    _retried(signup, change)


def resend_link(signup: Signup) -> bool:
    """Write one more letter with the link. Returns False when there is no address, or after MAX_LETTERS.

    These are counted apart from the letters that strangers cause by signing the address up again.
    """
    with transaction.atomic(durable=True):
        adjust_seats(signup.event_id, 0)  # the lock: an erasure at this moment waits, or has been committed
        asked = Letter.objects.filter(signup=signup, kind=Letter.Kind.AGAIN).count()
        is_reachable = Signup.objects.reachable().filter(pk=signup.pk).exists()  # it may have left since it was read
        if not is_reachable or asked >= MAX_LETTERS:
            return False
        write_letter(signup, Letter.Kind.AGAIN, number=asked + 1)
    return True


def queue_position(signup: Signup) -> int:
    """The rank on the waiting list, from 1."""
    queue = Signup.objects.in_queue().filter(event_id=signup.event_id)
    ahead = queue.filter(verified=signup.verified, position__lt=signup.position).count()
    return ahead + 1 + (0 if signup.verified else queue.filter(verified=True).count())


def _raise_if_over(event: Event) -> None:
    if event.state == Event.State.CANCELLED or event.starts_at <= timezone.now():
        raise Closed
