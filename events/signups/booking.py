"""Signing up: one durable transaction whose first statement locks the seats (docs/decisions/0008).

The sign-up and its letter are committed together, before the response is sent. Whose address it is, the worker finds
out (recognition.py): this process can only seal.
"""

import hmac
from dataclasses import dataclass, field

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from events.models import Event, Letter, Question, Signup
from events.models.signup import BOX_SIZE, QUESTION_BOX_SIZE
from events.signups import prepared_sql
from events.signups.seats import Closed, NoRoom, Reservation, TicketUsed, reserve
from events.signups.waiting_list import hold_until
from nejtilbander.security.sealed_boxes import keyed_hash, normalise_address, seal, token_hash

MAX_TRIES = 5  # of one change, when others change the same sign-up meanwhile
_ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # without characters that look alike


@dataclass(frozen=True)
class SignupRequest:
    """A submitted form. `needs` are counted by the worker; they stay with the person only when `contact` is True."""

    seats: int
    language: str
    name: str = ""
    email: str = ""
    needs: list[str] = field(default_factory=list)
    contact: bool = False
    question: str = ""


@dataclass(frozen=True)
class FormContext:
    """The conditions of a submitted form: its random part, the event version it showed, consent to the waiting list.

    `hold` False: the rate limit was reached, and no seats are held until the address is confirmed. `network`: the
    visitor's, or ""; it goes into the sealed box and nowhere else.
    """

    nonce: str
    version: int
    accepts_waiting: bool = False
    hold: bool = True
    network: str = ""


@dataclass(frozen=True)
class SignupResult:
    """The manage token, and the sign-up's state when the form came in first."""

    token: str
    state: str


def manage_token(nonce: str, email: str = "") -> str:
    """The manage token of the sign-up that a form makes. Deterministic, so a form that is sent twice signs up once.

    Only the form knows `nonce`; the token cannot be computed from the database and the keys without it. The address is
    part of it: else the same form sent again without an address would lead to the first one's page, and confirm there.
    """
    return keyed_hash(settings.SECRET_KEY, "token", f"{nonce}\0{normalise_address(email)}")


def door_code(token: str) -> str:
    """The code to say at the door, as in "K7MP-2XQR": about 39 bits, made from the token alone and never stored."""
    number = int.from_bytes(hmac.digest(token.encode(), b"code", "sha256")[:8])
    code = ""
    for _ in range(8):
        number, index = divmod(number, len(_ALPHABET))
        code += _ALPHABET[index]
    return f"{code[:4]}-{code[4:]}"


def sign_up(event: Event, signup_request: SignupRequest, form_context: FormContext) -> SignupResult:
    """Sign a group up and queue the letter about it. Known and unknown addresses are the same to it: it asks for none.

    Raises Closed, EventChanged, NoRoom when the seats are taken and the visitor has not accepted the waiting list, or
    TicketUsed when the form was sent before with another address.
    """
    _raise_unless_open(event)
    token = manage_token(form_context.nonce, signup_request.email)
    for _ in range(MAX_TRIES):
        try:
            with transaction.atomic(durable=True):
                return SignupResult(token, _sign_up(event, signup_request, form_context, token))
        except (NoRoom, IntegrityError) as error:
            # The token is unique: this form was sent before. Sent twice for the last seats, it finds no room.
            if state := _state(token):
                return SignupResult(token, state)
            if isinstance(error, NoRoom):
                raise
            if Signup.objects.filter(nonce_hash=token_hash(form_context.nonce)).exists():
                raise TicketUsed from None
            # Neither is there: the other sign-up was deleted at this very moment.
    raise Closed


def _raise_unless_open(event: Event) -> None:
    if not event.takes_signups or not event.seats.key:
        raise Closed


def _state(token: str) -> str:
    signups = Signup.objects.filter(token_hash=token_hash(token))
    return signups.values_list("state", flat=True).first() or ""


def _sign_up(event: Event, signup_request: SignupRequest, form_context: FormContext, token: str) -> str:
    """Write the sign-up, its letter and its question. Returns the state to tell the visitor."""
    reservation = reserve(event.pk, signup_request.seats, version=form_context.version, hold=form_context.hold)
    if not (reservation.has_seats or form_context.accepts_waiting or _has_free_seats(event, signup_request.seats)):
        raise NoRoom
    row = _build_signup(event, signup_request, form_context, token, reservation)
    prepared_sql.insert(row)
    if row.has_address:  # to itself, or to the sign-up that has the address: the worker sees to that (recognition.py)
        prepared_sql.insert(
            Letter(kind=Letter.Kind.CONFIRM, event=event, signup_id=row.pk, language=signup_request.language)
        )
    if signup_request.question:
        content = {"event": event.pk, "question": signup_request.question}
        prepared_sql.insert(Question(event=event, sealed=seal(event.seats.key, content, QUESTION_BOX_SIZE)))
    return row.state


def _has_free_seats(event: Event, seats: int) -> bool:
    """True when only the cap on unverified holds is in the way: then the group waits and nobody is turned away."""
    event.seats.refresh_from_db(fields=["taken", "capacity"])
    return event.seats.taken + seats <= event.seats.capacity


def _build_signup(
    event: Event, signup_request: SignupRequest, form_context: FormContext, token: str, reservation: Reservation
) -> Signup:
    """A new, unsaved sign-up. Its sealed box contains the row's id, so that boxes cannot be swapped."""
    has_address = bool(signup_request.email)
    row = Signup(
        event=event, position=reservation.position, seats=signup_request.seats, language=signup_request.language,
        has_address=has_address, token_hash=token_hash(token), nonce_hash=token_hash(form_context.nonce),
        day=timezone.localdate(), state=Signup.State.WAITING,
    )  # fmt: skip
    if reservation.has_seats:
        row.state = Signup.State.HELD if has_address else Signup.State.CONFIRMED
        row.until = hold_until() if has_address else None
    content = {
        "id": row.pk, "token": token, "name": signup_request.name, "email": signup_request.email,
        "needs": signup_request.needs, "contact": signup_request.contact, "network": form_context.network,
    }  # fmt: skip
    row.sealed = seal(event.seats.key, content, BOX_SIZE)
    return row
