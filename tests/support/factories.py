"""Plain factory functions: each makes one saved object that a test can name by what matters to it."""

import secrets
from datetime import timedelta
from typing import Any

from django.utils import timezone

from events.models import Event, Seats, Signup
from events.privacy.keys import create_key
from events.signups.booking import FormContext, SignupRequest, sign_up
from events.signups.recognition import recognise_new
from events.signups.seats import set_capacity
from events.signups.self_service import confirm, find_signup
from nejtilbander.notices.models import Notice
from nejtilbander.publishing import serialization, versions
from pages.models import Initiative, Page, Statement

HOUR = timedelta(hours=1)


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


def a_meeting(
    slug: str = "proeve", *, days: float = 10, capacity: int = 100, taken: int = 0, key: bool = False, **fields: Any
) -> Event:
    """A public meeting of two hours, `days` from now, with `taken` of `capacity` seats gone and sign-up open.

    `key`: with a key pair, so that people can sign up.
    """
    starts_at = timezone.now() + timedelta(days=days)
    defaults = {
        "title_da": "Prøvemøde", "summary_da": "Et møde.", "place_da": "Rådhuset", "address": "Flakhaven 2",
        "starts_at": starts_at, "ends_at": starts_at + timedelta(hours=2),
        "signup_opens_at": timezone.now() - timedelta(days=1), "public_from": timezone.now() - timedelta(days=1),
    }  # fmt: skip
    event = Event.objects.create(slug=slug, **defaults | fields)
    set_capacity(event, capacity)
    if taken:
        Seats.objects.filter(event=event).update(taken=taken)
        event.seats.refresh_from_db()
    if key:
        create_key(event.seats)
    return event


def a_form(event: Event, **form_context: Any) -> FormContext:
    """A sign-up form that was shown a moment ago."""
    return FormContext(**{"nonce": secrets.token_urlsafe(), "version": event.seats.version} | form_context)


def a_signup(event: Event, email: str = "", seats: int = 1, *, hold: bool = True, **signup_request: Any) -> Signup:
    """A group that signed up and takes a place in line too; `token` is what only its visitor knows."""
    wishes = SignupRequest(**{"seats": seats, "language": "da", "email": email} | signup_request)
    token = sign_up(event, wishes, a_form(event, accepts_waiting=True, hold=hold)).token
    recognise_new()
    signup = find_signup(token)
    assert signup
    assert not email or signup.recognition.address_index, "the address was signed up before"
    signup.token = token
    return signup


def a_guest(event: Event, email: str, seats: int = 1, **signup_request: Any) -> Signup:
    """A group that signed up and said yes to the letter: it has seats, or a place in line if there are none."""
    signup = a_signup(event, email, seats, **signup_request)
    confirm(signup)
    return signup


def a_working_copy(page, title="Nyt"):
    """A version of `page` that is saved and not published, with another title."""
    versions.ensure_first_version(page)
    content = serialization.serialize(page)
    content["fields"]["title_da"] = title
    return versions.save_version(page, content, None)


def a_notice(title="Rådhuset er lukket", *, level=Notice.Level.WARNING, begins=-HOUR, lasts=2 * HOUR, **fields):
    public_from = timezone.now() + begins
    return Notice.objects.create(
        title_da=title, level=level, public_from=public_from, public_until=public_from + lasts, **fields
    )  # fmt: skip
