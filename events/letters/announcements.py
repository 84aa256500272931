"""Letters to many sign-ups: changes and cancellation of a meeting, reminders, bulk letters from staff."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from events.models import BulkLetter, Event, Letter, Seats, Signup
from events.models.event import LIST_WOULD_BE_LOST
from events.models.signup import SignupQuerySet
from events.signups.seats import new_version, set_closed
from nejtilbander.background.outbox import OutgoingMail
from nejtilbander.publishing.versions import PublicationRefused

REMIND_BEFORE = timedelta(days=2)
REMIND_UNTIL = timedelta(hours=12)  # before the meeting; a later reminder only disturbs
MOVED_FIELDS = ("starts_at", "address", "place_da")  # a change of these is also a notice on the site (hooks.py)
NOTIFIED_FIELDS = (*MOVED_FIELDS, "ends_at", "state")  # a change of these is a letter to everyone signed up


def _write_letters(
    signups: Iterable[Signup], kind: Letter.Kind, number: int, bulk_letter: BulkLetter | None = None
) -> int:
    """Queue one letter to each sign-up, in its language. Idempotent for one `number`. Returns how many sign-ups."""
    letters = [
        Letter(
            kind=kind, event_id=signup.event_id, signup_id=signup.pk, number=number, language=signup.language,
            bulk_letter=bulk_letter, is_urgent=False,
        )
        for signup in signups
    ]  # fmt: skip
    Letter.objects.bulk_create(letters, ignore_conflicts=True, batch_size=500)
    return len(letters)


def _differs(event: Event, previous: Event, fields: Iterable[str]) -> bool:
    return any(getattr(event, field) != getattr(previous, field) for field in fields)


def is_announced(event: Event, previous: Event) -> bool:
    """True when a change from `previous` to `event` is a letter to everyone signed up: moved, cancelled, reinstated."""
    return _differs(event, previous, NOTIFIED_FIELDS)


def kind_of_news(event: Event) -> Letter.Kind:
    """The kind of letter that tells of a change to `event`, as it is now."""
    return Letter.Kind.CANCELLED if event.state == Event.State.CANCELLED else Letter.Kind.CHANGED


def to_be_told(event: Event) -> SignupQuerySet:
    """The sign-ups that a letter about a change goes to, without their boxes."""
    return Signup.objects.filter(event=event).to_notify().reachable().defer("sealed")


def announce_changes(event: Event, previous: Event, *, except_to: Collection[int] = ()) -> int:
    """Write to everyone signed up if the meeting was moved, cancelled or reinstated. Returns the number of letters.

    `except_to`: primary keys of sign-ups that need no letter.

    Call it in the transaction that saved the change. The new version comes first and locks the row of seats: a visitor
    who signs up at this moment is either written to, or refused with a form that shows the change.
    """
    if not is_announced(event, previous):
        return 0
    version = new_version(event)
    if event.state == Event.State.CANCELLED:
        set_closed(event)  # staff open it again by hand, if the meeting takes place after all
    return _write_letters(to_be_told(event).exclude(pk__in=except_to), kind_of_news(event), version)


def on_published(sender: type[Event], obj: Event, before: Event, **kwargs: object) -> dict[str, int]:
    """Receiver of `actions.published`: queue letters about the change, and leave messages for staff.

    Returns what events/letters/undoing.py needs. Raises PublicationRefused when the list of sign-ups would be lost.
    """
    now = timezone.now()
    if before.would_lose_list(obj.ends_at):
        raise PublicationRefused(LIST_WOULD_BE_LOST)
    was_closed = Seats.objects.filter(event=obj, is_closed=True).exists()
    if is_moved(obj, before, now):
        Event.objects.filter(pk=obj.pk).update(moved_at=now)
    announce_changes(obj, before)
    is_told = is_announced(obj, before)
    obj.staff_messages = ["Er nogen tilmeldt, er en mail om ændringen på vej til dem."] if is_told else []
    if before.state != obj.state == Event.State.CONFIRMED:
        obj.staff_messages.append("Mødet holdes igen. Tilmeldingen er lukket, til du åbner den under Tilmelding.")
    return {"number": obj.seats.version if is_told else 0, "was_closed": was_closed}


def is_moved(event: Event, previous: Event, now: datetime) -> bool:
    """True when time or place changed after the meeting was public and open for sign-up: people may rely on it."""
    was_public = previous.public_from is not None and previous.public_from <= now < previous.ends_at
    was_open = previous.signup_opens_at is not None and previous.signup_opens_at <= now
    return was_public and was_open and _differs(event, previous, MOVED_FIELDS)


def _coming(event: Event) -> SignupQuerySet:
    """Confirmed sign-ups with an address, without their boxes."""
    return Signup.objects.reachable().filter(event=event, state=Signup.State.CONFIRMED).defer("sealed")


def write_reminders() -> int:
    """Queue reminders two days before, once for each date of a meeting; not to sign-ups of today."""
    now = timezone.now()
    soon = Event.objects.filter(
        state=Event.State.CONFIRMED, starts_at__gt=now + REMIND_UNTIL, starts_at__lte=now + REMIND_BEFORE
    )
    written = 0
    for event in soon.without_texts():
        number = event.seats.version  # a moved meeting is another date
        reminded = Letter.objects.filter(event=event, kind=Letter.Kind.REMINDER, number=number).values("signup")
        unreminded = _coming(event).filter(day__lt=timezone.localdate()).exclude(pk__in=reminded)
        written += _write_letters(unreminded, Letter.Kind.REMINDER, number)
    return written


def send_bulk_letter(bulk_letter: BulkLetter) -> int:
    """Sign a bulk letter and queue it to everyone who is coming. Returns how many; 0 when it was sent before."""
    with transaction.atomic():
        now = timezone.now()
        if not BulkLetter.objects.filter(pk=bulk_letter.pk, sent_at=None).update(sent_at=now):
            return 0
        bulk_letter.sent_at = now
        bulk_letter.sign()
        return _write_letters(_coming(bulk_letter.event), Letter.Kind.BULK, bulk_letter.pk, bulk_letter)


def progress(bulk_letter: BulkLetter) -> dict[str, int]:
    """The number of a bulk letter's letters in each outbox state."""
    states = list(bulk_letter.letters.filter(kind=Letter.Kind.BULK).values_list("state", flat=True))
    return {state: states.count(state) for state in OutgoingMail.State.values}
