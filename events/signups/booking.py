"""Signing up: one durable transaction whose first statement locks the seats (docs/decisions/0008).

The sign-up and its letter are committed together, before the response is sent.
"""

import hmac
from dataclasses import dataclass, field

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from events.models import Event, Letter, Need, Question, Seats, Signup
from events.models.signup import BOX_SIZE, QUESTION_BOX_SIZE
from events.signups import prepared_sql
from events.signups.seats import Closed, EventChanged, NoRoom, Reservation, adjust_seats, reserve
from events.signups.waiting_list import hold_until
from nejtilbander.security.sealed_boxes import blind_index, keyed_hash, normalise_address, seal, token_hash

MAX_TRIES = 5  # of one change, when others change the same sign-up meanwhile
MAX_LETTERS = 10  # a sign-up's letters by "send the link again", and as many again by signing up with its address
_ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # without characters that look alike


@dataclass(frozen=True)
class SignupRequest:
    """A submitted form. `needs` are counted; they are stored with the person only when `contact` is True."""

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

    `hold` False: the rate limit was reached, and no seats are held until the address is confirmed.
    """

    nonce: str
    version: int
    accepts_waiting: bool = False
    hold: bool = True


@dataclass(frozen=True)
class SignupResult:
    """The manage token, and the sign-up's state: of use only without an address, as it may be a decoy's otherwise."""

    token: str
    state: str


def manage_token(nonce: str, email: str = "") -> str:
    """The manage token of the sign-up that a form makes. Deterministic, so a form that is sent twice signs up once.

    Only the form knows `nonce`; the token cannot be computed from the database and the keys without it. The address is
    part of it: else the same form sent again without an address would lead to the first one's page, and confirm there.
    """
    return keyed_hash("token", f"{settings.SECRET_KEY}{nonce}\0{normalise_address(email)}")


def door_code(token: str) -> str:
    """The code to say at the door, as in "K7MP-2XQR": about 39 bits, made from the token and never stored."""
    number = int.from_bytes(hmac.digest(settings.INDEX_KEY.encode(), f"code\0{token}".encode(), "sha256")[:8])
    code = ""
    for _ in range(8):
        number, index = divmod(number, len(_ALPHABET))
        code += _ALPHABET[index]
    return f"{code[:4]}-{code[4:]}"


def sign_up(event: Event, signup_request: SignupRequest, form_context: FormContext) -> SignupResult:
    """Sign a group up and write the letter about it.

    Raises Closed, EventChanged, or NoRoom when the seats are taken and the visitor has not accepted the waiting list.
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
                raise  # an IntegrityError is tried again: the other sign-up was deleted at this very moment
    raise Closed


def _raise_unless_open(event: Event) -> None:
    if not event.takes_signups or not event.seats.key:
        raise Closed


def _state(token: str) -> str:
    signups = Signup.objects.filter(token_hash=token_hash(token))
    return signups.values_list("state", flat=True).first() or ""


def check_open(event: Event, signup_request: SignupRequest, form_context: FormContext) -> None:
    """Raises what `sign_up` would raise now. Changes nothing, but spends a commit so that it takes the same time."""
    _raise_unless_open(event)
    with transaction.atomic(durable=True):
        adjust_seats(event.pk, 0)
        seats = Seats.objects.get(pk=event.pk)
    if seats.version != form_context.version:
        raise EventChanged
    if seats.is_closed:
        raise Closed
    if not form_context.accepts_waiting and seats.taken + signup_request.seats > seats.capacity:
        raise NoRoom


def _sign_up(event: Event, signup_request: SignupRequest, form_context: FormContext, token: str) -> str:
    """Write the sign-up, its letter, needs and question. Returns the state to tell the visitor."""
    index = blind_index(event.pk, signup_request.email) if signup_request.email else None
    reservation = reserve(event.pk, signup_request.seats, version=form_context.version, hold=form_context.hold)
    if not (reservation.has_seats or form_context.accepts_waiting or _has_free_seats(event, signup_request.seats)):
        raise NoRoom
    known_id, asked = _known_address(event, index) if index else (None, 0)
    row = _build_signup(event, signup_request, token, None if known_id else index, reservation)
    row.letters_asked = 0 if known_id else asked
    prepared_sql.insert(row)
    if index:
        # A known address gets one more letter about the sign-up it has; the row just made holds seats for nobody.
        letter = Letter(
            kind=Letter.Kind.ALREADY if known_id else Letter.Kind.CONFIRM,
            event=event, signup_id=known_id or row.pk, number=asked, language=signup_request.language,
        )  # fmt: skip
        prepared_sql.insert(letter, ignore_conflicts=True)
    _store_anonymously(event, signup_request, counted=known_id is None)
    return row.state if reservation.has_seats else Signup.State.WAITING


def _known_address(event: Event, index: str) -> tuple[int | None, int]:
    """(id of the sign-up that has the address or None, number of the letter that signing up again now causes).

    A sign-up that holds no seats and was never confirmed is replaced by the new one, and its link stops working. Not
    when as many letters were asked for as are sent: the link in the last of them must go on working. The same
    statements run whether there is a sign-up or not.
    """
    columns = ("id", "state", "verified", "letters_asked")
    values = prepared_sql.fetch_one(Signup, *columns, event_id=event.pk, address_index=index) or (0, "", True, -1)
    known = Signup(**dict(zip(columns, values, strict=True)))
    is_replaced = known.is_unconfirmed and known.letters_asked < MAX_LETTERS
    asked = min(known.letters_asked, MAX_LETTERS) + 1
    prepared_sql.update(Signup, known.pk, letters_asked=asked)
    # The hash of its token stays: else the same form sent once more would sign up, and so tell.
    prepared_sql.update(Signup, known.pk if is_replaced else 0, state=Signup.State.LAPSED, **Signup.ANONYMISED)
    return None if is_replaced else known.pk or None, asked


def _has_free_seats(event: Event, seats: int) -> bool:
    """True when only the cap on unverified holds is in the way: then the group waits and nobody is turned away."""
    event.seats.refresh_from_db(fields=["taken", "capacity"])
    return event.seats.taken + seats <= event.seats.capacity


def _build_signup(
    event: Event, signup_request: SignupRequest, token: str, index: str | None, reservation: Reservation
) -> Signup:
    """A new, unsaved sign-up. Its sealed box contains the row's id, so that boxes cannot be swapped.

    An address without an `index` is signed up already: the row is then a decoy, a hold for nobody that runs out. It
    takes seats like any other, because seats can be counted from outside; it holds no name and no address.
    """
    is_decoy = bool(signup_request.email) and index is None
    row = Signup(
        event=event, position=reservation.position, seats=signup_request.seats, language=signup_request.language,
        address_index=index, token_hash=token_hash(token), day=timezone.localdate(),
        state=Signup.State.LAPSED if is_decoy else Signup.State.WAITING,
    )  # fmt: skip
    if reservation.has_seats:
        row.state = Signup.State.HELD if signup_request.email else Signup.State.CONFIRMED
        row.until = hold_until() if signup_request.email else None
    content = {"id": row.pk, "token": token, "name": signup_request.name, "email": signup_request.email}
    if signup_request.contact:
        content["needs"] = signup_request.needs
    row.sealed = seal(event.seats.key, {"id": row.pk} if is_decoy else content, BOX_SIZE)
    return row


def _store_anonymously(event: Event, signup_request: SignupRequest, *, counted: bool) -> None:
    """Needs as totals, the question by itself. With `counted` False the same rows are written and nothing is added."""
    for need in signup_request.needs:
        Need.objects.bulk_create([Need(event=event, kind=need)], ignore_conflicts=True)
        Need.objects.filter(event=event, kind=need).update(total=F("total") + int(counted))
    if signup_request.question:
        content = {"event": event.pk, "question": signup_request.question}
        Question.objects.create(event=event, sealed=seal(event.seats.key, content, QUESTION_BOX_SIZE))
