"""Admission of a submitted form: protection against robots, floods and seats held by nobody (docs/decisions/0009).

Nobody is refused for good. Above the rate limits a sign-up holds no seats until its address is confirmed; a form that
looks automatic is shown again.
"""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from events.models import Event, Letter
from events.signups import booking, form_tokens
from events.signups.booking import FormContext, SignupRequest, SignupResult
from events.signups.form_tokens import Ticket
from nejtilbander.security.rate_limits import client_network, client_site, rate_counters

PER_NETWORK_BARE = 6  # sign-ups without an address from one network an hour; more are asked for one
PER_NETWORK = 30  # sign-ups from one network an hour; more hold no seats until they are confirmed
SLOW_LANE = 10  # forms a minute that may pass unsolved because they were open for UNSOLVED_AGE
BURST_MINUTES = 10


@dataclass(frozen=True)
class Verdict:
    """`notice`: why the form is shown again, "" when it is admitted. `ticket`: the one it then carries."""

    notice: str = ""
    ticket: str = ""


def check_form(request: HttpRequest, event: Event, *, is_valid: bool) -> tuple[Ticket, Verdict]:
    """(the form's ticket, verdict). Only a form without errors (`is_valid`) is held against the rate limits."""
    text = request.POST.get("ticket", "")
    try:
        ticket = form_tokens.read(text, event)
    except form_tokens.InvalidTicket:
        expired = Ticket("", 0, accepts_waiting=False, age=0)
        return expired, Verdict(_("Siden havde stået åben for længe. Se efter, at alt er rigtigt, og send igen."))
    notice = ""
    if ticket.age < settings.SIGNUP_MIN_SECONDS:
        notice = _("Det gik meget hurtigt. Se efter, at alt er rigtigt, og send igen.")
    elif is_valid:
        notice = _rate_limit_notice(request, ticket, text)
    return ticket, Verdict(notice, text)


def _rate_limit_notice(request: HttpRequest, ticket: Ticket, text: str) -> str:
    if not request.POST.get("email") and rate_counters.count("bare", client_network(request)) >= PER_NETWORK_BARE:
        return _("Der er kommet mange tilmeldinger uden mailadresse fra dit net. Skriv en, eller prøv igen om en time.")
    proof = request.POST.get("proof", "")
    if is_under_attack() and not form_tokens.is_solved(text, proof) and not _passes_slow_lane(ticket):
        return _(
            "Der er mange, der melder sig til lige nu. Vent et minut, og send igen. "
            "Det, du har skrevet, står her stadig."
        )
    return ""


def _passes_slow_lane(ticket: Ticket) -> bool:
    return ticket.age >= form_tokens.UNSOLVED_AGE and rate_counters.add("slow lane", minutes=1) <= SLOW_LANE


def is_under_attack() -> bool:
    """True after more than SIGNUP_BURST sign-ups in BURST_MINUTES: each form then needs proof of work."""
    return rate_counters.count("sign-ups", minutes=BURST_MINUTES) > settings.SIGNUP_BURST


def sign_up(request: HttpRequest, event: Event, signup_request: SignupRequest, ticket: Ticket) -> SignupResult:
    """`booking.sign_up` within the rate limits of the visitor's network. Raises what it raises.

    Nothing is counted by address: who tries one would see whether others used it.
    """
    if rate_counters.add("sign-ups", minutes=BURST_MINUTES) == settings.SIGNUP_BURST + 1:
        Letter.objects.create(kind=Letter.Kind.ALARM, event=event, language="da")
    hold = rate_counters.add("network", client_network(request)) <= PER_NETWORK
    form_context = FormContext(ticket.nonce, ticket.version, ticket.accepts_waiting, hold, client_site(request))
    result = booking.sign_up(event, signup_request, form_context)
    if not signup_request.email:  # counted only now: a visitor who was refused or cut off may go on trying
        rate_counters.add("bare", client_network(request))
    return result
