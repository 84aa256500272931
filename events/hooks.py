"""What meetings report to the site: where sign-up stands, and notices that one is cancelled or moved."""

from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from events.models import Event
from nejtilbander.notices.current import ActiveNotice
from nejtilbander.notices.models import Notice

SOON = timedelta(days=14)


def event_notices() -> list[ActiveNotice]:
    """The meetings that somebody may be about to go to in vain, soonest first. One query.

    A cancelled one says so when its day is near. One that was moved says so until it begins, for two weeks at most.
    """
    now = timezone.now()
    cancelled = Q(state=Event.State.CANCELLED, starts_at__lte=now + SOON)
    moved = Q(state=Event.State.CONFIRMED, moved_at__gt=now - SOON, starts_at__gt=now)
    return [_said(event) for event in Event.objects.upcoming().filter(cancelled | moved)]


def _said(event: Event) -> ActiveNotice:
    if event.state == Event.State.CANCELLED:
        return ActiveNotice(Notice.Level.WARNING, gettext_lazy("Aflyst"), event, event.starts_at)
    return ActiveNotice(Notice.Level.WARNING, gettext_lazy("Flyttet"), event, event.starts_at, has_place=True)


LONG_OVER = timedelta(days=2)


def signup_states() -> dict[Any, tuple[str]]:
    """Where sign-up stands at each meeting that is not long over. One query."""
    now = timezone.now()
    meetings = Event.objects.filter(ends_at__gt=now - LONG_OVER).without_texts()
    return {("events.event", meeting.pk): (meeting.signup_state(now),) for meeting in meetings}
