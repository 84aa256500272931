"""What happens by itself: letters leave, holds and offers run out, reminders are written, lists are erased."""

import logging
import time
from collections.abc import Callable
from datetime import timedelta

from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from events import announcements, retention, waiting
from events.letters import write
from events.models import Seats
from events.register import Letter
from nejtilbander import reviews, versions
from nejtilbander.models import Heartbeat
from nejtilbander.outbox import TRIES, deliver

PAUSE = 1.0  # seconds between looks at the queue when it is empty
ROUND = 15.0  # seconds between rounds of the rest
LATE_LETTER = timedelta(minutes=30)
LATE_BEAT = timedelta(minutes=3)
ROUNDS: list[Callable[[], object]] = [
    retention.renew_lost_keys, retention.give_keys, waiting.prolong_holds, waiting.lapse_holds, waiting.expire_offers,
    announcements.remind, retention.forget_unconfirmed, retention.mix_questions, retention.remove_letters_sent,
    retention.erase_expired, versions.publish_due, reviews.tell,
]  # fmt: skip

logger = logging.getLogger(__name__)


def work(*, forever: bool = True) -> None:
    """Do what is due, over and over. A database that is away is waited for; nothing is lost meanwhile."""
    next_round = 0.0
    while True:
        taken = 0
        try:
            if time.monotonic() >= next_round:
                go_round()
                next_round = time.monotonic() + ROUND
            taken = deliver(Letter.objects.select_related("event__seats", "signup__event", "circular", "staff"), write)
        except DatabaseError as fault:
            logger.warning("The database did not do as asked (%s). Trying again.", type(fault).__name__)
            connection.close()
        if not forever and not taken:
            return
        if not taken:
            close_old_connections()
            time.sleep(PAUSE)


def go_round() -> None:
    """Everything but letters, once. One task that fails is told of and does not stop the others."""
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": timezone.now()})
    for task in [*ROUNDS, offer_everywhere]:
        try:
            task()
        except DatabaseError:
            raise
        except Exception as fault:  # noqa: BLE001 - the next task must still be done
            logger.error("%s failed: %s.", task.__name__, type(fault).__name__)  # noqa: TRY400 - no traceback: it may hold an address


def offer_everywhere() -> int:
    """Offers that became possible without anyone leaving: more seats, or fewer unverified holds."""
    offered = 0
    upcoming = Seats.objects.filter(event__starts_at__gt=timezone.now(), event__signups__state="waiting").distinct()
    for event_id in upcoming.values_list("pk", flat=True):
        offered += waiting.offer_now(event_id)
    return offered


def behind() -> list[str]:
    """What the worker is late with, one sentence each; empty when all is well."""
    now = timezone.now()
    late = []
    beat = Heartbeat.objects.filter(name="worker").first()
    if beat is None or now - beat.at > LATE_BEAT:
        late.append("worker: not seen for a while")
    if Letter.objects.waiting().filter(written_at__lt=now - LATE_LETTER).exists():
        late.append("letters: some have waited more than 30 minutes")
    if Letter.objects.failed().filter(tries__gte=TRIES).exists():
        late.append("letters: some were given up")
    if Heartbeat.objects.filter(name="lost keys").exists():
        late.append("keyring: a meeting's key is missing")
    if retention.due(late=retention.LATE):
        late.append("retention: a list should have been erased")
    return late
