"""Opening new sign-ups: is the address signed up already? Only the worker can tell (docs/decisions/0018).

Nothing here changes a seat or the state of the new sign-up, so the rows that the internet-facing process reads are the
same whatever the answer: it stands in `Recognition` alone.
"""

from contextlib import suppress

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from events.models import Letter, Need, Recognition, Signup
from events.models.needs import NEEDS
from events.models.signup import BOX_SIZE
from events.signups.seats import adjust_seats
from nejtilbander.background.models import Heartbeat
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
        is_first = not row.has_address or _is_first(row, content["email"])
        kept = _kept(content) if is_first else {"id": row.pk}
        Signup.objects.filter(pk=row.pk).update(is_new=False, sealed=seal(signup.event.seats.key, kept, BOX_SIZE))
        if is_first:
            _count_needs(row.event_id, content["needs"])


def _content(signup: Signup) -> JSONObject | None:
    """What a form put in the box; None when it does not open or no form put it there."""
    key = keyring.private_key(signup.event.seats.key)
    try:
        content = unseal(key, signup.sealed, id=signup.pk)
        normalise_address(content["email"]).encode()
        content["needs"] = [need for need in content["needs"] if need in NEEDS]
    except (DecryptionError, LookupError, TypeError, ValueError, AttributeError):
        return None
    return content if bool(content["email"]) == signup.has_address else None


def _kept(content: JSONObject) -> JSONObject:
    """`content` without what was only to be counted: needs stay with those who asked to be contacted about them."""
    names = ("id", "token", "name", "email", *(["needs"] if content.get("contact") else []))
    return {name: content[name] for name in names}


def _is_first(row: Signup, email: str) -> bool:
    """Write down what the address of `row` is. True unless the row stands for nobody.

    A sign-up that holds no seats and was never confirmed makes way for the new one, and its link stops working. Not
    when as many letters were asked for as are sent: the link in the last of them must go on working. Of one mailbox's
    aliases no more are written to either.
    """
    event_id = row.event_id
    mark = Recognition(
        signup=row, event_id=event_id, mailbox_index=blind_index(event_id, mailbox(email), purpose="mailbox")
    )
    index = blind_index(event_id, email)
    known = Recognition.objects.select_related("signup").filter(event=event_id, address_index=index).first()
    if mailbox(email) != normalise_address(email) and _is_flooded(mark):
        pass
    elif known is None:
        mark.address_index = index
    else:
        asked = min(known.letters_asked, MAX_LETTERS) + 1
        if known.signup.is_unconfirmed and known.letters_asked < MAX_LETTERS:
            # The hash of its token stays: else the same form sent once more would sign up again.
            Signup.objects.filter(pk=known.pk).update(state=Signup.State.LAPSED, **Signup.ANONYMISED)
            known.delete()
            mark.address_index, mark.letters_asked = index, asked
        else:
            Recognition.objects.filter(pk=known.pk).update(letters_asked=asked)
            mark.original_id, mark.number = known.pk, asked
    mark.save(force_insert=True)
    return mark.address_index is not None


def _is_flooded(mark: Recognition) -> bool:
    return Recognition.objects.filter(event=mark.event_id, mailbox_index=mark.mailbox_index).count() > MAX_LETTERS


def _count_needs(event_id: int, needs: list[str]) -> None:
    for need in needs:
        Need.objects.bulk_create([Need(event_id=event_id, kind=need)], ignore_conflicts=True)
        Need.objects.filter(event=event_id, kind=need).update(total=F("total") + 1)


def addressee(letter: Letter) -> Signup | None:
    """The sign-up that a letter about one is to be sent to; None when it is not to be sent.

    That is the letter's own, but for the first letter of a duplicate: it is about the sign-up that has the address.
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
    marks = Recognition.objects.exclude(address_index=None).select_related("signup__event__seats")
    original = marks.filter(signup=mark.original_id or 0).first()
    return original.signup if original and original.signup.has_address else None


def publish_counts() -> int:
    """Once a day, copy the letters asked for to the sign-ups, for their own pages. Returns how many were changed.

    Not at once: else a sign-up's count would tell the internet-facing process that the address just typed is its.
    """
    now = timezone.now()
    beat, _created = Heartbeat.objects.get_or_create(name="letter counts", defaults={"at": now})
    if timezone.localdate(beat.at) == timezone.localdate(now):
        return 0
    counts = Recognition.objects.exclude(letters_asked=F("signup__letters_asked")).values_list("pk", "letters_asked")
    changed = sum(Signup.objects.filter(pk=pk).update(letters_asked=asked) for pk, asked in counts)
    Heartbeat.objects.filter(pk=beat.pk).update(at=now)
    return changed
