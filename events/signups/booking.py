"""A visitor signs up, confirms, changes, leaves. Every rule is one durable transaction that begins with the seats.

Whoever gets an answer is on the disk: the sign-up and the letter that tells of it are written together or not at all.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from events.models import Event, Letter, Need, Question, Seats, Signup
from events.models.signup import BOX_SIZE, QUESTION_BOX_SIZE
from events.signups import prepared_sql
from events.signups.seats import (
    Closed,
    ConcurrentChange,
    EventChanged,
    NoRoom,
    Reservation,
    adjust_seats,
    apply_change,
    reconcile,
    reserve,
)
from events.signups.waiting_list import anonymise, hold_until, offer_seats, write_letter
from nejtilbander.security import sealed_boxes

MAX_TRIES = 5  # at the same sign-up, when others change it meanwhile
MAX_LETTERS = 10  # by "send the link again"; and as many by signing up again, until it is forgotten
_ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # none that look alike


@dataclass(frozen=True)
class SignupRequest:
    """What a visitor asks for. `needs` are counted; they are kept with the person only for `contact`."""

    seats: int
    language: str
    name: str = ""
    email: str = ""
    needs: list[str] = field(default_factory=list)
    contact: bool = False
    question: str = ""


@dataclass(frozen=True)
class FormContext:
    """What the form said: its random part, the meeting's version it showed, whether a place in line will do.

    `hold` False: too many come from there, and no seats are held until the address is confirmed.
    """

    nonce: str
    version: int
    accepts_waiting: bool = False
    hold: bool = True


@dataclass(frozen=True)
class SignupResult:
    """What `sign_up` did. `state` is only for visitors without an address: for others it says nothing of theirs."""

    token: str
    state: str


def manage_token(nonce: str, email: str = "") -> str:
    """The manage token of the sign-up a form makes: always the same, so that a form sent twice signs up once.

    The form alone knows `nonce`; neither the database nor the keys give the token without it. The address is in it
    too: else the same form sent again without an address would lead to the first one's page, and confirm it there.
    """
    return sealed_boxes.keyed_hash("token", f"{settings.SECRET_KEY}{nonce}\0{sealed_boxes.normalise_address(email)}")


def door_code(token: str) -> str:
    """The code to say at the door, as in "K7MP-2XQR": about 39 bits, made from the token and never stored."""
    number = int.from_bytes(hmac.digest(settings.INDEX_KEY.encode(), f"code\0{token}".encode(), "sha256")[:8])
    letters = []
    for _ in range(8):
        number, which = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[which])
    return f"{''.join(letters[:4])}-{''.join(letters[4:])}"


def sign_up(event: Event, signup_request: SignupRequest, form_context: FormContext) -> SignupResult:
    """Sign a group up and write the letter about it.

    Raises Closed, Moved, or NoRoom when all is taken and the visitor has not said yes to the waiting list.
    """
    if not event.takes_signups or not event.seats.key:
        raise Closed
    token = manage_token(form_context.nonce, signup_request.email)
    for _ in range(MAX_TRIES):
        try:
            with transaction.atomic(durable=True):
                return SignupResult(token, _sign_up(event, signup_request, form_context, token))
        except (NoRoom, IntegrityError) as error:
            # The token is unique: this form has signed up before. Sent twice for the last seats, it finds no room.
            if state := _state(token):
                return SignupResult(token, state)
            if isinstance(error, NoRoom):
                raise  # and otherwise again: its twin was forgotten at this very moment
    raise Closed


def _state(token: str) -> str:
    return (
        Signup.objects.filter(token_hash=sealed_boxes.token_hash(token)).values_list("state", flat=True).first() or ""
    )


def check_open(event: Event, signup_request: SignupRequest, form_context: FormContext) -> None:
    """Raises what `sign_up` would raise at this moment, and changes nothing; but it takes a commit's time to do so."""
    if not event.takes_signups or not event.seats.key:
        raise Closed
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
    index = sealed_boxes.blind_index(event.pk, signup_request.email) if signup_request.email else None
    reservation = reserve(event.pk, signup_request.seats, version=form_context.version, hold=form_context.hold)
    if not (reservation.has_seats or form_context.accepts_waiting or _is_room(event, signup_request.seats)):
        raise NoRoom
    known_id, asked = _known_address(event, index) if index else (None, 0)
    row = _build_signup(event, signup_request, token, None if known_id else index, reservation)
    row.letters_asked = 0 if known_id else asked
    prepared_sql.insert(row)
    if index:
        # A known address gets one more letter about the sign-up it has; the row just made holds seats for nobody.
        kind = Letter.Kind.ALREADY if known_id else Letter.Kind.CONFIRM
        letter = Letter(
            kind=kind, event=event, signup_id=known_id or row.pk, number=asked, language=signup_request.language
        )
        prepared_sql.insert(letter, or_leave=True)
    _store_anonymously(event, signup_request, counted=known_id is None)
    return row.state if reservation.has_seats else Signup.State.WAITING


def _known_address(event: Event, index: str) -> tuple[int | None, int]:
    """The sign-up that has the address, if any, and which of the letters asked for by signing up again this is.

    One that holds nothing and was never confirmed makes way for the new one, and its link leads nowhere from now on.
    Not when as many letters were asked for as are sent: the link in the last of them must go on working. The same
    statements are made whether there is a sign-up or not.
    """
    names = ("id", "state", "verified", "letters_asked")
    found = prepared_sql.fetch_one(Signup, *names, event_id=event.pk, address_index=index) or (0, "", True, -1)
    one = Signup(**dict(zip(names, found, strict=True)))
    makes_way = one.is_unconfirmed and one.letters_asked < MAX_LETTERS
    asked = min(one.letters_asked, MAX_LETTERS) + 1
    prepared_sql.update(Signup, one.pk, letters_asked=asked)
    # The mark of its token stays: else the same form sent once more would sign up, and so tell.
    prepared_sql.update(Signup, one.pk if makes_way else 0, state=Signup.State.LAPSED, **Signup.ANONYMISED)
    return None if makes_way else one.pk or None, asked


def _is_room(event: Event, seats: int) -> bool:
    """Whether the seats are there and only the cap on unverified holds is in the way: then no one is turned away."""
    event.seats.refresh_from_db(fields=["taken", "capacity"])
    return event.seats.taken + seats <= event.seats.capacity


def _build_signup(
    event: Event, signup_request: SignupRequest, token: str, index: str | None, reservation: Reservation
) -> Signup:
    """A new sign-up. Its sealed box names the row, so that boxes cannot be swapped.

    With an address but no `index`, because the address is signed up already: a hold for nobody, which runs out. It
    takes seats like any other, or whoever counts them could tell; it knows no name and no address.
    """
    is_for_nobody = bool(signup_request.email) and index is None
    row = Signup(
        event=event, position=reservation.position, seats=signup_request.seats, language=signup_request.language,
        address_index=index,
        token_hash=sealed_boxes.token_hash(token),
        day=timezone.localdate(),
        state=Signup.State.LAPSED if is_for_nobody else Signup.State.WAITING,
    )  # fmt: skip
    if reservation.has_seats:
        row.state = Signup.State.HELD if signup_request.email else Signup.State.CONFIRMED
        row.until = hold_until() if signup_request.email else None
    content = {"id": row.pk, "token": token, "name": signup_request.name, "email": signup_request.email}
    if signup_request.contact:
        content["needs"] = signup_request.needs
    row.sealed = sealed_boxes.seal(event.seats.key, {"id": row.pk} if is_for_nobody else content, BOX_SIZE)
    return row


def _store_anonymously(event: Event, signup_request: SignupRequest, *, counted: bool) -> None:
    """Needs as totals, the question by itself. A known address writes the same rows, and adds nothing."""
    for need in signup_request.needs:
        Need.objects.bulk_create([Need(event=event, kind=need)], ignore_conflicts=True)
        Need.objects.filter(event=event, kind=need).update(total=F("total") + int(counted))
    if signup_request.question:
        box = sealed_boxes.seal(
            event.seats.key, {"event": event.pk, "question": signup_request.question}, QUESTION_BOX_SIZE
        )
        Question.objects.create(event=event, sealed=box)


def find_signup(token: str) -> Signup | None:
    """The sign-up a manage link leads to, with its event."""
    someones = Signup.objects.excluding_decoys().select_related("event__seats")
    return someones.filter(token_hash=sealed_boxes.token_hash(token)).first()


def _retried(signup: Signup, change: Callable[[Signup], None]) -> None:
    """Do `change` in one durable transaction, on the sign-up as it is now. One that is gone is left alone."""
    for number in range(MAX_TRIES):
        try:
            with transaction.atomic(durable=True):
                return change(signup)
        except ConcurrentChange:
            if number == MAX_TRIES - 2:  # nobody is that unlucky: the counter is wrong, and leaving must always work
                reconcile(signup.event_id)
            try:
                signup.refresh_from_db()
            except Signup.DoesNotExist:
                return None
    raise ConcurrentChange


def confirm(signup: Signup) -> None:
    """Yes to the letter, or to an offer. A hold that ran out takes seats if there are any, else a place in line.

    Doing it twice is no fault. Raises Closed when the meeting is cancelled or has begun.
    """
    _refuse_if_over(signup.event)

    def change(one: Signup) -> None:
        if one.state == Signup.State.OFFERED:
            apply_change(one, state=Signup.State.CONFIRMED, until=None)
        elif one.needs_confirming:
            apply_change(one, state=Signup.State.CONFIRMED, verified=True, until=None)
        else:
            return
        write_letter(one, Letter.Kind.CONFIRMED, number=one.seats)

    def wait(one: Signup) -> None:
        if one.needs_confirming:
            apply_change(one, state=Signup.State.WAITING, verified=True, until=None)
            write_letter(one, Letter.Kind.WAITING)

    try:
        _retried(signup, change)
    except NoRoom:
        _retried(signup, wait)


def change_seats(signup: Signup, seats: int) -> None:
    """Fewer at any time; more only if they are free. Raises NoRoom, or Closed when it is too late."""
    _refuse_if_over(signup.event)

    def change(one: Signup) -> None:
        if one.state in Signup.GONE or one.seats == seats:
            return
        apply_change(one, seats=seats)
        offer_seats(one.event_id)

    _retried(signup, change)


def cancel(signup: Signup) -> None:
    """Give the seats, the place in line or the offer back. What could point to the person is wiped at once."""

    def change(one: Signup) -> None:
        if one.state not in Signup.GONE:
            anonymise(one, Signup.State.CANCELLED)

    _retried(signup, change)


def erase(signup: Signup) -> None:
    """Delete the sign-up, its letters and its place in line. One farewell letter says so, and goes when it is sent."""

    def change(one: Signup) -> None:
        anonymise(one, Signup.State.CANCELLED, last_words=Letter.Kind.FORGOTTEN)
        Signup.objects.filter(pk=one.pk).delete()

    _retried(signup, change)


def resend_link(signup: Signup) -> bool:
    """One more letter with the link. False when there is no address, or enough were asked for.

    These are counted apart from what strangers cause who sign the address up again.
    """
    with transaction.atomic(durable=True):
        adjust_seats(
            signup.event_id, 0
        )  # the seats first: whoever is being forgotten at this moment waits, or was faster
        asked = Letter.objects.filter(signup=signup, kind=Letter.Kind.AGAIN).count()
        is_there = Signup.objects.reachable().filter(pk=signup.pk).exists()  # not as it was when the page was opened
        if not is_there or asked >= MAX_LETTERS:
            return False
        write_letter(signup, Letter.Kind.AGAIN, number=asked + 1)
    return True


def queue_position(signup: Signup) -> int:
    """1 for the next in line."""
    line = Signup.objects.in_queue().filter(event_id=signup.event_id)
    ahead = line.filter(verified=signup.verified, position__lt=signup.position).count()
    return ahead + 1 + (0 if signup.verified else line.filter(verified=True).count())


def _refuse_if_over(event: Event) -> None:
    if event.state == Event.State.CANCELLED or event.starts_at <= timezone.now():
        raise Closed
