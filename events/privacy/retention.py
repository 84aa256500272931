"""Retention: after its date nothing of a meeting's list can be read, neither in the database nor in a backup."""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from events.models import AccessLogEntry, Event, GroupDecision, Letter, Question, Seats, Signup
from events.privacy.scrubbing import scrub
from events.signups.seats import adjust_seats
from nejtilbander.security import keyring

logger = logging.getLogger(__name__)
FAREWELL_DAYS = 3  # that a farewell waits for a mail server
LATE = timedelta(days=1)  # after the retention date; from then on the health check reports it


def overdue_lists(late: timedelta = timedelta()) -> list[Seats]:
    """The seats of meetings whose list should have been erased at least `late` ago, and is not."""
    kept = Seats.objects.filter(erased_at=None).exclude(public_key=None).select_related("event")
    return [seats for seats in kept if seats.event.erased_at + late < timezone.now()]


def erase_expired() -> int:
    return sum(erase_list(seats.event) for seats in overdue_lists())


def erase_list(event: Event) -> int:
    """Erase sign-ups, letters, questions, the access log and the private key of `event`. Returns 1, for counting.

    Totals stay: seats taken, needs, how often the list was opened. Idempotent; a killed run is completed by the next.
    """
    seats = Seats.objects.get(pk=event.pk)
    key = seats.stored_key
    if key and not keyring.has_key(key):
        logger.error("The key of a meeting was not in the keyring when its list was erased. Look for copies of it.")
    if key:
        keyring.destroy_key(key)
    with transaction.atomic():
        # First, for staff's database role may delete only what is of an erased list; it also locks the seats.
        Seats.objects.filter(pk=event.pk).update(is_closed=True, erased_at=Now(), public_key=None, key_signature=None)
        Letter.objects.filter(event=event).delete()
        Signup.objects.filter(event=event).delete()
        Question.objects.filter(event=event).delete()
        GroupDecision.objects.filter(event=event).delete()
        AccessLogEntry.objects.filter(event=event).delete()
    scrub()
    return 1


def erase_unconfirmed() -> int:
    """Delete sign-ups that hold no seats and were not confirmed in three days. Returns how many."""
    erased = 0
    for signup in Signup.objects.unconfirmed_too_long().defer("sealed"):
        with transaction.atomic():
            adjust_seats(signup.event_id, 0)  # the lock: a visitor who confirms at this moment waits, or was faster
            deleted, _ = Signup.objects.filter(pk=signup.pk, state=signup.state, verified=False).delete()
            erased += bool(deleted)
    return erased


def shuffle_questions() -> int:
    """Rewrite a meeting's questions, new and old, in random order and one transaction. Returns how many.

    Else the physical order of rows would tell which sign-up a question was written with.
    """
    shuffled = 0
    for event_id in Question.objects.filter(is_fresh=True).values_list("event_id", flat=True).distinct():
        with transaction.atomic():
            boxes = dict(Question.objects.filter(event_id=event_id).values_list("pk", "sealed"))
            Question.objects.filter(pk__in=boxes).delete()
            rewritten = [Question(event_id=event_id, sealed=box, is_fresh=False) for box in boxes.values()]
            Question.objects.bulk_create(sorted(rewritten, key=lambda question: question.pk))
        shuffled += len(boxes)
    return shuffled


def delete_sent_letters() -> int:
    """Delete sent and failed letters without a sign-up, farewells and letters to staff. Returns how many.

    Also farewells that could not be sent in FAREWELL_DAYS: each holds the box of somebody who asked to be erased.
    """
    done = Q(state__in=[Letter.State.SENT, Letter.State.FAILED])
    is_old = Q(created_at__lt=timezone.now() - timedelta(days=FAREWELL_DAYS)) & ~Q(sealed=b"")
    deleted, _ = Letter.objects.filter(done | is_old, signup=None).exclude(kind=Letter.Kind.TEST).delete()
    return deleted
