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
from events.signups.booking import Answer, Terms, Wish, refuse, token_from
from events.signups.booking import sign_up as _sign_up
from events.signups.form_tokens import Ticket
from nejtilbander.security.rate_limits import counters, network
from nejtilbander.security.sealed_boxes import normalised

PER_ADDRESS = 5  # sign-ups with one mailbox to one meeting an hour; more hold no seats, and its aliases do nothing
PER_NETWORK_BARE = 6  # sign-ups without an address from one network an hour; more are asked for one
PER_NETWORK = 30  # sign-ups from one network an hour; more hold no seats until they are confirmed
SLOW_LANE = 10  # a minute: patient forms without the riddle's answer
BURST_MINUTES = 10


@dataclass(frozen=True)
class Ruling:
    """Why the form is shown again (`notice`), and the ticket it then carries. Empty: it may come in."""

    notice: str = ""
    ticket: str = ""


def look_at(request: HttpRequest, event: Event, *, is_whole: bool) -> tuple[Ticket, Ruling]:
    """The form's ticket, and whether it may come in. Only a whole form (`is_whole`) uses up patience."""
    text = request.POST.get("ticket", "")
    try:
        ticket = form_tokens.read(text, event)
    except form_tokens.BadTicket:
        old = Ticket("", 0, accepts_waiting=False, age=0)
        return old, Ruling(_("Siden havde stået åben for længe. Se efter, at alt er rigtigt, og send igen."))
    keep = Ruling(ticket=text)
    if ticket.age < settings.SIGNUP_MIN_SECONDS:
        return ticket, Ruling(_("Det gik meget hurtigt. Se efter, at alt er rigtigt, og send igen."), text)
    if not is_whole:
        return ticket, keep
    if not request.POST.get("email") and counters.count("bare", network(request)) >= PER_NETWORK_BARE:
        return ticket, Ruling(
            _("Der er kommet mange tilmeldinger uden mail fra dit net. Skriv en mail, eller prøv igen om en time."),
            text,
        )
    if is_under_attack() and not form_tokens.is_solved(text, request.POST.get("proof", "")) and not _is_patient(ticket):
        return ticket, Ruling(
            _(
                "Der er mange, der melder sig til lige nu. Vent et minut, og send igen. "
                "Det, du har skrevet, står her stadig."
            ),
            text,
        )
    return ticket, keep


def _is_patient(ticket: Ticket) -> bool:
    return ticket.age >= form_tokens.PATIENCE and counters.add("slow lane", minutes=1) <= SLOW_LANE


def is_under_attack() -> bool:
    """Whether so many signed up in the last minutes that each must show a little work. Ends by itself."""
    return counters.count("sign-ups", minutes=BURST_MINUTES) > settings.SIGNUP_BURST


def mailbox(address: str) -> str:
    """Where letters to `address` end up: what stands after a plus sign, and dots at Gmail, change nothing."""
    local, _at, domain = normalised(address).rpartition("@")
    local = local.partition("+")[0]
    return f"{local.replace('.', '') if domain in {'gmail.com', 'googlemail.com'} else local}@{domain}"


def sign_up(request: HttpRequest, event: Event, wish: Wish, ticket: Ticket) -> Answer:
    """`signup.sign_up` on the terms the visitor's network and address have earned. Raises what it raises."""
    if counters.add("sign-ups", minutes=BURST_MINUTES) == settings.SIGNUP_BURST + 1:
        Letter.objects.create(kind=Letter.Kind.ALARM, event=event, language="da")
    hold = counters.add("network", network(request)) <= PER_NETWORK
    name = f"{event.pk}:{mailbox(wish.email)}"
    is_often = bool(wish.email) and counters.count("address", name) >= PER_ADDRESS
    terms = Terms(ticket.nonce, ticket.version, ticket.accepts_waiting, hold and not is_often)
    if is_often and mailbox(wish.email) != normalised(wish.email):
        refuse(event, wish, terms)  # as always, or the answer would tell that somebody used the address
        return Answer(token_from(ticket.nonce, wish.email), "")
    answer = _sign_up(event, wish, terms)
    if not wish.email:
        counters.add("bare", network(request))
    else:  # only now: who was refused, or cut off, may go on trying and must then be signed up
        counters.add("address", name)
    return answer
