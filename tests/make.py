"""Plain factory functions: each makes one saved object that a test can name by what matters to it."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from events.models import Event, Seats
from pages.models import Initiative, Page, Statement


def a_page(slug: str = "proeve", **fields: Any) -> Page:
    defaults = {
        "title_da": "Prøve",
        "summary_da": "En prøve.",
        "public_from": timezone.now() - timedelta(hours=1),
    }
    return Page.objects.create(slug=slug, **defaults | fields)


def an_initiative(slug: str = "proeve", **fields: Any) -> Initiative:
    defaults = {
        "title_da": "Prøve", "summary_da": "En prøve.", "body_da": "<p>Tekst.</p>", "audience_da": "Alle",
        "carried_out_by_da": "Kommunen", "level": Initiative.Level.PREVENTIVE,
        "public_from": timezone.now() - timedelta(hours=1),
    }  # fmt: skip
    return Initiative.objects.create(slug=slug, **defaults | fields)


def a_statement(number: int, **fields: Any) -> Statement:
    defaults = {
        "title_da": "Vi siger nej", "summary_da": "<p>Kort.</p>", "body_da": "<p>Langt.</p>",
        "public_from": timezone.now() - timedelta(hours=1),
    }  # fmt: skip
    return Statement.objects.create(number=number, **defaults | fields)


def a_meeting(slug: str = "proeve", *, days: float = 10, taken: int = 0, **fields: Any) -> Event:
    """A public meeting of two hours, `days` from now, with `taken` of 100 seats gone and sign-up open."""
    starts_at = timezone.now() + timedelta(days=days)
    defaults = {
        "title_da": "Prøvemøde", "summary_da": "Et møde.", "place_da": "Rådhuset", "address": "Flakhaven 2",
        "starts_at": starts_at, "ends_at": starts_at + timedelta(hours=2), "capacity": 100,
        "signup_opens_at": timezone.now() - timedelta(days=1), "public_from": timezone.now() - timedelta(days=1),
    }  # fmt: skip
    event = Event.objects.create(slug=slug, **defaults | fields)
    Seats.objects.create(event=event, taken=taken)
    return event
