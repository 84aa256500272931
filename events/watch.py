"""What of a meeting changes for readers without anybody writing a word: where its sign-up stands."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from events.models import Event

LONG_OVER = timedelta(days=2)


def signup_states() -> dict[Any, tuple[str]]:
    """Where sign-up stands at each meeting that is not long over. One query."""
    now = timezone.now()
    meetings = Event.objects.filter(ends_at__gt=now - LONG_OVER).bare()
    return {("events.event", meeting.pk): (meeting.signup_state(now),) for meeting in meetings}
