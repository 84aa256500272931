"""Template tags for meetings: the next one, the state of sign-up in words, interpreters."""

from django import template
from django.utils.translation import gettext as _

from events.models import Event
from events.models.event import INTERPRETERS
from nejtilbander.caching.memory import cached_rows

register = template.Library()


@register.inclusion_tag("events/next_meeting.html")
def next_meeting() -> dict[str, Event | None]:
    """The next meeting that is not cancelled. One query."""
    upcoming = Event.objects.upcoming().filter(state=Event.State.CONFIRMED).listed().with_seats()
    return {"event": cached_rows("next meeting", upcoming.first)}


@register.filter
def signup_words(event: Event) -> str:
    """The state of sign-up in words, never in numbers: the number of free seats is not public."""
    return {
        Event.SignupStatus.NOT_OPEN: _("Tilmelding er ikke åbnet endnu"),
        Event.SignupStatus.OPEN: _("Ledige pladser"),
        Event.SignupStatus.FEW: _("Kun få pladser tilbage"),
        Event.SignupStatus.WAITING_LIST: _("Venteliste"),
        Event.SignupStatus.CLOSED: _("Tilmelding er lukket"),
        Event.SignupStatus.CANCELLED: _("Aflyst"),
        Event.SignupStatus.PAST: _("Mødet er slut"),
    }[event.signup_state()]


@register.filter
def interpreter_names(event: Event) -> list[str]:
    return [str(INTERPRETERS[code]) for code in event.interpreters]
