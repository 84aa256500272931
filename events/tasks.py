"""Worker tasks for meetings: letters, holds, offers, reminders, keys and retention."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from events.letters import announcements
from events.letters.rendering import render_letter
from events.models import Letter, Seats
from events.privacy import keys, retention, scrubbing, tampering
from events.signups import groups, more_seats, recognition, staff_counts, waiting_list
from nejtilbander.background.models import Heartbeat
from nejtilbander.background.outbox import MAX_TRIES, deliver

LATE_LETTER = timedelta(minutes=30)


def offer_everywhere() -> int:
    """Make offers that no departure triggered: after more seats, or fewer unverified holds. Returns how many."""
    offered = 0
    upcoming = Seats.objects.filter(event__starts_at__gt=timezone.now(), event__signups__state="waiting").distinct()
    for event_id in upcoming.values_list("pk", flat=True):
        offered += waiting_list.offer_seats_now(event_id)
    return offered


TASKS: list[Callable[[], object]] = [
    Seats.objects.record_first_ends, tampering.report_tampering, keys.replace_lost_keys, keys.create_missing_keys,
    waiting_list.prolong_holds, waiting_list.lapse_holds,
    waiting_list.expire_offers, announcements.write_reminders, retention.erase_unconfirmed, retention.shuffle_questions,
    retention.delete_sent_letters, retention.erase_expired, groups.carry_out_decisions, offer_everywhere,
    scrubbing.scrub_soon, staff_counts.refresh_counts,
]  # fmt: skip


def send_letters() -> int:
    """Open the new sign-ups, give more seats where asked for, then send due letters. Returns how many were claimed."""
    recognition.recognise_new()
    more_seats.grant_wanted()
    letters = Letter.objects.select_related("event__seats", "signup__event", "bulk_letter", "staff")
    return deliver(letters.defer("staff__password"), render_letter)  # which the worker may not read


def late_work() -> list[str]:
    """The late work of all meetings, one sentence each."""
    late = []
    if Letter.objects.waiting().filter(created_at__lt=timezone.now() - LATE_LETTER).exists():
        late.append("letters: some have waited more than 30 minutes")
    if Letter.objects.failed().filter(tries__gte=MAX_TRIES).exists():
        late.append("letters: some were given up")
    if Heartbeat.objects.filter(name="lost keys").exists():
        late.append("keyring: a meeting's key is missing")
    if retention.overdue_lists(late=retention.LATE):
        late.append("retention: a list should have been erased")
    return late + tampering.reports()
