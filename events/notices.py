"""What our meetings have to say on every page: that one soon to come is cancelled. Worked out, never stored.

A meeting that is moved raises nothing: the rows do not know from when or where (`Seats.version` only counts).
"""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy

from events.models import Event
from nejtilbander.models import Notice
from nejtilbander.notices import Said

SOON = timedelta(days=14)


def raised() -> list[Said]:
    """The cancelled meetings that somebody may be about to go to, soonest first. One query."""
    soon = Event.objects.upcoming().filter(state=Event.State.CANCELLED, starts_at__lte=timezone.now() + SOON)
    return [Said(Notice.Level.WARNING, gettext_lazy("Aflyst"), event, event.starts_at) for event in soon]
