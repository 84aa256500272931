"""Opening new sign-ups: is the address signed up already? Only the worker can tell (docs/decisions/0018).

Nothing here changes a seat or the state of a new sign-up with an address, so the rows that the internet-facing process
reads are the same whatever the answer: it stands in `Recognition` alone. Also when one place has too many seats
(caps.py): such a sign-up is set aside, and lapses like any that nobody confirms. One without an address has its seats
at once, and is taken out.
"""

from contextlib import suppress

from django.db import transaction
from django.db.models import F

from events.models import Letter, Need, Recognition, Signup
from events.models.needs import NEEDS
from events.models.signup import BOX_SIZE
from events.signups.box_contents import checked
from events.signups.caps import mark_over_cap, set_marks
from events.signups.groups import raise_alarm
from events.signups.seats import adjust_seats
from events.signups.waiting_list import anonymise
from nejtilbander.security import keyring
from nejtilbander.security.keyring import KeyNotFound
from nejtilbander.security.sealed_boxes import (
    DecryptionError,
    JSONObject,
    blind_index,
    mailbox,
    normalise_address,
    seal,
    unseal,
)

MAX_LETTERS = 10  # a sign-up's letters by "send the link again", and as many again by signing up with its address
BATCH_SIZE = 200  # sign-ups of one meeting opened before letters are sent


def recognise_new() -> int:
    """Open new sign-ups in the order they came. Returns how many. A meeting whose key is missing is left for later."""
    opened = 0
    for event_id in Signup.objects.new().order_by().values_list("event_id", flat=True).distinct():
        with suppress(KeyNotFound):  # its letters fail visibly, and the health check tells
            for signup in Signup.objects.new().filter(event=event_id).select_related("event__seats")[:BATCH_SIZE]:
                recognise(signup)
                opened += 1
    return opened


def recognise(signup: Signup) -> None:
    """Open the box of a new sign-up, write down what its address is to the meeting, and seal it anew.

    Idempotent, also for two workers at once: the seats are locked, and only one finds it new. The box is sealed anew
    whether the address is known or not; a duplicate's holds nothing. Raises KeyNotFound.
    """
    content = _content(signup)
    with transaction.atomic(durable=True):
        adjust_seats(signup.event_id, 0)
        row = Signup.objects.filter(pk=signup.pk, is_new=True).first()
        if row is None:
            return
        if not content or not row.sealed:  # not from a form, or left meanwhile
            Signup.objects.filter(pk=row.pk).update(is_new=False)
            return
        _write_down(row, content, signup.event.seats.key)


def _write_down(row: Signup, content: JSONObject, public_key: bytes) -> None:
    recognition = _recognition(row, content)
    recognition.save(force_insert=True)
    is_somebody = recognition.is_somebody
    # One that was set aside may be let in later, and is then opened once more: its box keeps what it had.
    may_be_let_in = recognition.over_index and recognition.original_id is None
    kept = content if may_be_let_in else _kept(content) if is_somebody else {"id": row.pk}
    Signup.objects.filter(pk=row.pk).update(is_new=False, sealed=seal(public_key, kept, BOX_SIZE))
    _count_needs(row.event_id, content["needs"], is_somebody=is_somebody)
    raise_alarm(row.event_id, recognition)
    if recognition.over_index and not row.has_address:  # it has its seats already, and nobody can be written to
        row.refresh_from_db()
        anonymise(row, Signup.State.REFUSED)


def _content(signup: Signup) -> JSONObject | None:
    """What a form put in the box; None when it does not open or no form put it there."""
    key = keyring.private_key(signup.event.seats.key)
    try:
        content = checked(unseal(key, signup.sealed, id=signup.pk))
        normalise_address(content["email"]).encode()
        content.setdefault("network", "").encode()
        content["needs"] = [need for need in dict.fromkeys(content["needs"]) if need in NEEDS]
    except (DecryptionError, LookupError, TypeError, ValueError, AttributeError):
        return None
    return content if bool(content["email"]) == signup.has_address else None


def _kept(content: JSONObject) -> JSONObject:
    """`content` without what was only to be counted: needs stay with those who asked to be contacted about them."""
    names = ("id", "token", "name", "email", *(["needs"] if content.get("contact") else []))
    return {name: content[name] for name in names}


def _recognition(row: Signup, content: JSONObject) -> Recognition:
    """What a sign-up is to its meeting: a new address, a duplicate, or set aside. Not saved yet."""
    recognition, email = Recognition(signup=row, event_id=row.event_id), content["email"]
    set_marks(recognition, email, content.get("network", ""))
    if email:
        recognition.mailbox_index = blind_index(row.event_id, mailbox(email), purpose="mailbox")
        _identify(recognition, row, email)
    else:
        recognition.over_index = mark_over_cap(recognition, row.seats, instead_of=row.pk)
    is_known_as = not row.has_address or recognition.address_index is not None
    recognition.is_somebody = is_known_as and not recognition.over_index
    return recognition


def _identify(recognition: Recognition, row: Signup, email: str) -> None:
    """Find out whether the address is new to the meeting. A duplicate, and what is set aside, get no `address_index`.

    A sign-up that holds no seats and was never confirmed makes way for the new one, and its link stops working. Not
    when as many letters were asked for as are sent: the link in the last of them must go on working. Of one mailbox's
    aliases no more are written to either, nor of those set aside.
    """
    index = blind_index(row.event_id, email)
    known = Recognition.objects.select_related("signup").filter(event=row.event_id, address_index=index).first()
    makes_way = known is not None and known.signup.is_unconfirmed and known.letters_asked < MAX_LETTERS
    # Asked of every form, known or not: else the seats that one network still gets would tell (caps.py).
    recognition.over_index = mark_over_cap(recognition, row.seats, instead_of=known.pk if known and makes_way else 0)
    is_flooded = _is_flooded(recognition)
    if is_flooded and mailbox(email) != normalise_address(email):
        recognition.number = MAX_LETTERS + 1
    elif known is not None and not makes_way:
        recognition.original_id, recognition.number = known.pk, min(known.letters_asked, MAX_LETTERS) + 1
        Recognition.objects.filter(pk=known.pk).update(letters_asked=recognition.number)
    elif recognition.over_index:
        recognition.number = MAX_LETTERS + 1 if is_flooded else 0
    else:
        recognition.address_index = index
        if known is not None:
            recognition.letters_asked = min(known.letters_asked, MAX_LETTERS) + 1
            # The hash of its token stays: else the same form sent once more would sign up again.
            Signup.objects.filter(pk=known.pk).update(state=Signup.State.LAPSED, **Signup.ANONYMISED)
            known.delete()


def _is_flooded(mark: Recognition) -> bool:
    return Recognition.objects.filter(event=mark.event_id, mailbox_index=mark.mailbox_index).count() > MAX_LETTERS


def _count_needs(event_id: int, needs: list[str], *, is_somebody: bool) -> None:
    for need in needs:
        Need.objects.bulk_create([Need(event_id=event_id, kind=need)], ignore_conflicts=True)
        Need.objects.filter(event=event_id, kind=need).update(total=F("total") + int(is_somebody), asked=F("asked") + 1)


def addressee(letter: Letter) -> Signup | None:
    """The sign-up that a letter about one is to be sent to; None when it is not to be sent.

    That is the letter's own, but for the first letter of a duplicate: it is about the sign-up that has the address.
    Of one that was set aside only the first letter is sent, and says so.
    Raises DecryptionError when the worker never recognised the sign-up, KeyNotFound when it cannot.
    """
    signup = letter.signup
    if signup is None or not signup.has_address:  # it left, or its address was signed up again
        return None
    if signup.is_new:
        recognise(signup)
        signup.refresh_from_db()
    mark = Recognition.objects.filter(signup=signup).first()
    if mark is None:
        if not Signup.objects.reachable().filter(pk=signup.pk).exists():  # it left meanwhile
            return None
        raise DecryptionError("The sign-up was never recognised.")
    if mark.address_index:
        return signup
    if letter.kind != Letter.Kind.CONFIRM or mark.number > MAX_LETTERS:
        return None
    if mark.over_index and mark.original_id is None:
        return signup
    marks = Recognition.objects.exclude(address_index=None).select_related("signup__event__seats")
    original = marks.filter(signup=mark.original_id or 0).first()
    return original.signup if original and original.signup.has_address else None


def is_set_aside(signup: Signup) -> bool:
    """True when one place had as many seats as it may have when `signup` came."""
    return Recognition.objects.filter(signup=signup).exclude(over_index="").exists()
