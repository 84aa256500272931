"""Whether a form may come in, and on what terms: against robots, floods and halls filled by nobody.

Nobody is turned away for good. Who comes too often holds no seats until the address is confirmed; who looks like a
program is shown the same form again.
"""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from events.models import Event, Letter
from events.signups import form_tokens
from events.signups.booking import FormContext, SignupRequest, SignupResult, check_open, manage_token
from events.signups.booking import sign_up as _sign_up
from events.signups.form_tokens import Ticket
from nejtilbander.security.rate_limits import client_network, rate_counters
from nejtilbander.security.sealed_boxes import normalise_address

PER_ADDRESS = 5  # sign-ups with one mailbox to one meeting an hour; more hold no seats, and its aliases do nothing
PER_NETWORK_BARE = 6  # sign-ups without an address from one network an hour; more are asked for one
PER_NETWORK = 30  # sign-ups from one network an hour; more hold no seats until they are confirmed
SLOW_LANE = 10  # a minute: patient forms without the challenge's answer
BURST_MINUTES = 10


@dataclass(frozen=True)
class Verdict:
    """Why the form is shown again (`notice`), and the ticket it then carries. Empty: it may come in."""

    notice: str = ""
    ticket: str = ""


def check_form(request: HttpRequest, event: Event, *, is_whole: bool) -> tuple[Ticket, Verdict]:
    """The form's ticket, and whether it may come in. Only a whole form (`is_whole`) uses up patience."""
    text = request.POST.get("ticket", "")
    try:
        ticket = form_tokens.read(text, event)
    except form_tokens.InvalidTicket:
        old = Ticket("", 0, accepts_waiting=False, age=0)
        return old, Verdict(_("Siden havde stået åben for længe. Se efter, at alt er rigtigt, og send igen."))
    keep = Verdict(ticket=text)
    if ticket.age < settings.SIGNUP_MIN_SECONDS:
        return ticket, Verdict(_("Det gik meget hurtigt. Se efter, at alt er rigtigt, og send igen."), text)
    if not is_whole:
        return ticket, keep
    if not request.POST.get("email") and rate_counters.count("bare", client_network(request)) >= PER_NETWORK_BARE:
        return ticket, Verdict(
            _("Der er kommet mange tilmeldinger uden mail fra dit net. Skriv en mail, eller prøv igen om en time."),
            text,
        )
    if is_under_attack() and not form_tokens.is_solved(text, request.POST.get("proof", "")) and not _is_patient(ticket):
        return ticket, Verdict(
            _(
                "Der er mange, der melder sig til lige nu. Vent et minut, og send igen. "
                "Det, du har skrevet, står her stadig."
            ),
            text,
        )
    return ticket, keep


def _is_patient(ticket: Ticket) -> bool:
    return ticket.age >= form_tokens.UNSOLVED_AGE and rate_counters.add("slow lane", minutes=1) <= SLOW_LANE


def is_under_attack() -> bool:
    """Whether so many signed up in the last minutes that each must show a little work. Ends by itself."""
    return rate_counters.count("sign-ups", minutes=BURST_MINUTES) > settings.SIGNUP_BURST


def mailbox(address: str) -> str:
    """Where letters to `address` end up: what stands after a plus sign, and dots at Gmail, change nothing."""
    local, _at, domain = normalise_address(address).rpartition("@")
    local = local.partition("+")[0]
    return f"{local.replace('.', '') if domain in {'gmail.com', 'googlemail.com'} else local}@{domain}"


def sign_up(request: HttpRequest, event: Event, signup_request: SignupRequest, ticket: Ticket) -> SignupResult:
    """`signup.sign_up` on the terms the visitor's network and address have earned. Raises what it raises."""
    if rate_counters.add("sign-ups", minutes=BURST_MINUTES) == settings.SIGNUP_BURST + 1:
        Letter.objects.create(kind=Letter.Kind.ALARM, event=event, language="da")
    hold = rate_counters.add("network", client_network(request)) <= PER_NETWORK
    name = f"{event.pk}:{mailbox(signup_request.email)}"
    is_often = bool(signup_request.email) and rate_counters.count("address", name) >= PER_ADDRESS
    form_context = FormContext(ticket.nonce, ticket.version, ticket.accepts_waiting, hold and not is_often)
    if is_often and mailbox(signup_request.email) != normalise_address(signup_request.email):
        check_open(
            event, signup_request, form_context
        )  # as always, or the answer would tell that somebody used the address
        return SignupResult(manage_token(ticket.nonce, signup_request.email), "")
    answer = _sign_up(event, signup_request, form_context)
    if not signup_request.email:
        rate_counters.add("bare", client_network(request))
    else:  # only now: who was refused, or cut off, may go on trying and must then be signed up
        rate_counters.add("address", name)
    return answer
