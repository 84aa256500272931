"""Meetings on any page: the next one, and the words for where sign-up stands."""

from django import template
from django.utils.translation import gettext as _

from events.models import Event
from nejtilbander.caching.memory import cached_rows

register = template.Library()


@register.inclusion_tag("events/next_meeting.html")
def next_meeting() -> dict[str, Event | None]:
    """The next meeting that will take place. One query."""
    upcoming = Event.objects.upcoming().filter(state=Event.State.CONFIRMED).listed().with_seats()
    return {"event": cached_rows("next meeting", upcoming.first)}


@register.filter
def signup_words(event: Event) -> str:
    """Where sign-up stands, in words and never in numbers: how many are free is nobody's business."""
    return {
        Event.SignupStatus.NOT_OPEN: _("Tilmelding er ikke åbnet endnu"),
        Event.SignupStatus.OPEN: _("Ledige pladser"),
        Event.SignupStatus.FEW: _("Få pladser"),
        Event.SignupStatus.WAITING_LIST: _("Venteliste"),
        Event.SignupStatus.CLOSED: _("Tilmelding er lukket"),
        Event.SignupStatus.CANCELLED: _("Aflyst"),
        Event.SignupStatus.PAST: _("Mødet er holdt"),
    }[event.signup_state()]


@register.filter
def interpreter_names(event: Event) -> list[str]:
    names = {
        "en": _("engelsk"), "ar": _("arabisk"), "so": _("somalisk"), "tr": _("tyrkisk"),
        "fa": _("persisk"), "sgn": _("dansk tegnsprog"),
    }  # fmt: skip
    return [names[code] for code in event.interpreters]
