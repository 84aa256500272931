"""What the worker does for meetings: letters, holds, offers, reminders, keys and retention."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from events.letters import announcements
from events.letters.rendering import render_letter
from events.models import Letter, Seats
from events.privacy import keys, retention
from events.signups import waiting_list
from nejtilbander.background.models import Heartbeat
from nejtilbander.background.outbox import MAX_TRIES, deliver

LATE_LETTER = timedelta(minutes=30)


def offer_everywhere() -> int:
    """Offers that became possible without anyone leaving: more seats, or fewer unverified holds."""
    offered = 0
    upcoming = Seats.objects.filter(event__starts_at__gt=timezone.now(), event__signups__state="waiting").distinct()
    for event_id in upcoming.values_list("pk", flat=True):
        offered += waiting_list.offer_seats_now(event_id)
    return offered


TASKS: list[Callable[[], object]] = [
    keys.replace_lost_keys, keys.create_missing_keys, waiting_list.prolong_holds, waiting_list.lapse_holds,
    waiting_list.expire_offers, announcements.write_reminders, retention.erase_unconfirmed, retention.shuffle_questions,
    retention.delete_sent_letters, retention.erase_expired, offer_everywhere,
]  # fmt: skip


def send_letters() -> int:
    """Sends a batch of due letters. Returns how many were taken in hand."""
    return deliver(
        Letter.objects.select_related("event__seats", "signup__event", "bulk_letter", "staff"), render_letter
    )


def late_work() -> list[str]:
    """What of a meeting's work is late, one sentence each."""
    found = []
    if Letter.objects.waiting().filter(created_at__lt=timezone.now() - LATE_LETTER).exists():
        found.append("letters: some have waited more than 30 minutes")
    if Letter.objects.failed().filter(tries__gte=MAX_TRIES).exists():
        found.append("letters: some were given up")
    if Heartbeat.objects.filter(name="lost keys").exists():
        found.append("keyring: a meeting's key is missing")
    if retention.overdue_lists(late=retention.LATE):
        found.append("retention: a list should have been erased")
    return found
