"""The list's keys, and its end: after the retention date nothing is left to read, in the database or in a backup."""

import logging
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from events.models import AccessLogEntry, Event, Letter, Question, Seats, Signup
from events.signups.seats import adjust_seats
from nejtilbander.security import keyring

logger = logging.getLogger(__name__)
LATE = timedelta(days=1)  # after the retention date; then the health check says so


def overdue_lists(late: timedelta = timedelta()) -> list[Seats]:
    """Meetings whose list should be gone, and is not."""
    rows = Seats.objects.filter(erased_at=None).exclude(public_key=None).select_related("event")
    return [
        seats
        for seats in rows
        if seats.event.ends_at + timedelta(days=seats.event.retention_days) + late < timezone.now()
    ]


def erase_expired() -> int:
    return sum(erase_list(seats.event) for seats in overdue_lists())


def erase_list(event: Event) -> int:
    """Everything about who came to `event`: rows, letters, questions, who opened the list, and the private key.

    Totals stay: seats taken, needs, how often the list was opened. Safe to do twice, and to be killed in.
    """
    seats = Seats.objects.get(pk=event.pk)
    if seats.key and not keyring.has_key(seats.key):
        logger.error("The key of a meeting was not in the keyring when its list was erased. Look for copies of it.")
    if seats.key:
        keyring.destroy_key(seats.key)
    with transaction.atomic():
        Seats.objects.filter(pk=event.pk).update(is_closed=True)
        Letter.objects.filter(event=event).delete()
        Signup.objects.filter(event=event).delete()
        Question.objects.filter(event=event).delete()
        AccessLogEntry.objects.filter(event=event).delete()
        Seats.objects.filter(pk=event.pk).update(erased_at=Now(), public_key=None)
    scrub()
    return 1


def scrub() -> None:
    """Take what was deleted off the disk too: out of SQLite's journal and free pages, out of PostgreSQL's dead rows."""
    if connection.in_atomic_block:  # a test's, or the admin's: the next erasing does it
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            tables = ", ".join(model._meta.db_table for model in (Letter, Signup, Question, AccessLogEntry))
            cursor.execute(f"VACUUM {tables}")


def erase_unconfirmed() -> int:
    """Sign-ups that nobody confirmed in three days, and that hold nothing. Not one that is confirmed this moment."""
    gone = 0
    for signup in Signup.objects.unconfirmed_too_long().defer("sealed"):
        with transaction.atomic():
            adjust_seats(
                signup.event_id, 0
            )  # the seats first, as everywhere: a confirming visitor waits, or was faster
            deleted, _ = Signup.objects.filter(pk=signup.pk, state=signup.state, verified=False).delete()
            gone += bool(deleted)
    return gone


def shuffle_questions() -> int:
    """Write new questions again among the old, in no order and in one transaction.

    A database remembers which rows were written together: else it would tell whose question it is.
    """
    mixed = 0
    for event_id in Question.objects.filter(is_fresh=True).values_list("event_id", flat=True).distinct():
        with transaction.atomic():
            boxes = dict(Question.objects.filter(event_id=event_id).values_list("pk", "sealed"))
            Question.objects.filter(pk__in=boxes).delete()
            again = [Question(event_id=event_id, sealed=box, is_fresh=False) for box in boxes.values()]
            Question.objects.bulk_create(sorted(again, key=lambda question: question.pk))
        mixed += len(boxes)
    return mixed


def delete_sent_letters() -> int:
    """Letters about nobody, once they have left: farewells, and letters to staff."""
    gone = Letter.objects.filter(Q(state=Letter.State.SENT) | Q(state=Letter.State.FAILED), signup=None)
    deleted, _ = gone.exclude(kind=Letter.Kind.TEST).delete()
    return deleted


def count_access(event: Event) -> None:
    Seats.objects.filter(pk=event.pk).update(access_count=F("access_count") + 1)
