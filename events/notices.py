"""What our meetings have to say on every page: that one soon to come is cancelled, or moved. Nobody writes it."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from events.models import Event
from nejtilbander.models import Notice
from nejtilbander.notices import Said

SOON = timedelta(days=14)


def raised() -> list[Said]:
    """The meetings that somebody may be about to go to in vain, soonest first. One query.

    A cancelled one says so when its day is near. One that was moved says so until it begins, for two weeks at most.
    """
    now = timezone.now()
    cancelled = Q(state=Event.State.CANCELLED, starts_at__lte=now + SOON)
    moved = Q(state=Event.State.CONFIRMED, moved_at__gt=now - SOON, starts_at__gt=now)
    return [_said(event) for event in Event.objects.upcoming().filter(cancelled | moved)]


def _said(event: Event) -> Said:
    if event.state == Event.State.CANCELLED:
        return Said(Notice.Level.WARNING, gettext_lazy("Aflyst"), event, event.starts_at)
    return Said(Notice.Level.WARNING, gettext_lazy("Flyttet"), event, event.starts_at, has_place=True)
