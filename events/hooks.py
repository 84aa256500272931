"""Callbacks registered in apps.py: notices of cancelled and moved meetings, sign-up states for the page cache."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from events.models import Event, Seats
from nejtilbander.caching.summaries import Moment, Summary, summarise
from nejtilbander.caching.watcher import States
from nejtilbander.notices.current import ActiveNotice
from nejtilbander.notices.models import Notice

SOON = timedelta(days=14)


def event_notices() -> list[ActiveNotice]:
    """Notices of meetings that are cancelled or moved, soonest first. One query.

    A cancelled one is shown when its day is within SOON; a moved one until it begins, for SOON at most.
    """
    now = timezone.now()
    cancelled = Q(state=Event.State.CANCELLED, starts_at__lte=now + SOON)
    moved = Q(state=Event.State.CONFIRMED, moved_at__gt=now - SOON, starts_at__gt=now)
    return [_notice(event) for event in Event.objects.upcoming().filter(cancelled | moved)]


def _notice(event: Event) -> ActiveNotice:
    is_cancelled = event.state == Event.State.CANCELLED
    label: str | Promise = gettext_lazy("Aflyst") if is_cancelled else gettext_lazy("Flyttet")
    if event.is_example:
        label = format_lazy("{}: {}", gettext_lazy("Eksempel"), label)
    return ActiveNotice(Notice.Level.WARNING, label, event, event.starts_at, has_place=not is_cancelled)


LONG_OVER = timedelta(days=2)


def signup_states() -> States:
    """(model label, pk) to sign-up state, for each meeting that is not LONG_OVER: pages follow it. One query."""
    now = timezone.now()
    meetings = Event.objects.filter(ends_at__gt=now - LONG_OVER).without_texts()
    return {("events.event", meeting.pk): (meeting.signup_state(now),) for meeting in meetings}


def summaries() -> list[Summary]:
    """Of what time and visitors change of meetings. What staff change is among the summaries of what is published."""
    begun = [Q(**{f"{moment}__lte": Moment()}) for moment in ("starts_at", "signup_opens_at", "signup_closes_at")]
    ended = [Q(ends_at__lt=Moment()), Q(ends_at__lte=Moment(-LONG_OVER))]
    noticed = [Q(starts_at__lte=Moment(SOON)), Q(moved_at__lte=Moment(-SOON))]
    return [
        summarise(Event, [], [*begun, *ended, *noticed]),
        summarise(Seats, ["capacity", "taken"], [Q(is_closed=True)]),
    ]
