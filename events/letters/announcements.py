"""Letters to many: the meeting was changed or cancelled, a reminder, a letter from staff."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from events.models import BulkLetter, Event, Letter, Signup
from events.models.event import LIST_WOULD_BE_LOST
from events.signups.seats import new_version, set_closed
from nejtilbander.background.outbox import OutgoingMail
from nejtilbander.publishing.versions import PublicationRefused

REMIND_BEFORE = timedelta(days=2)
REMIND_UNTIL = timedelta(hours=12)  # later than that a reminder only disturbs
NOTIFIED_FIELDS = (
    "starts_at",
    "ends_at",
    "address",
    "place_da",
    "state",
)  # whoever signed up is told when one of these changes
MOVED_FIELDS = ("starts_at", "address", "place_da")  # and everybody (notices.py), when one of these does


def _write_letters(
    signups: Iterable[Signup], kind: Letter.Kind, number: int, bulk_letter: BulkLetter | None = None
) -> int:
    """One letter each, in their own languages, however often this is called with the same number."""
    letters = [
        Letter(
            kind=kind, event_id=signup.event_id, signup_id=signup.pk, number=number, language=signup.language,
            bulk_letter=bulk_letter, is_urgent=False,
        )
        for signup in signups
    ]  # fmt: skip
    Letter.objects.bulk_create(letters, ignore_conflicts=True, batch_size=500)
    return len(letters)


def announce_changes(event: Event, before: Event) -> int:
    """Write to everyone signed up if the meeting was moved, cancelled or reinstated. Returns the number of letters.

    Call it in the transaction that saved the change. The new version comes first and takes the row of seats: whoever
    signs up at this moment is either written to, or refused with a form that shows the change.
    """
    if all(getattr(event, field) == getattr(before, field) for field in NOTIFIED_FIELDS):
        return 0
    version = new_version(event)
    if event.state == Event.State.CANCELLED:
        set_closed(event)  # staff open it again by hand, if the meeting is held after all
    kind = Letter.Kind.CANCELLED if event.state == Event.State.CANCELLED else Letter.Kind.CHANGED
    signups = Signup.objects.filter(event=event).to_notify().reachable()
    return _write_letters(signups.defer("sealed"), kind, version)


def on_published(sender: type[Event], obj: Event, before: Event, **kwargs: object) -> None:
    """What readers see of a meeting has changed: tell whoever signed up. Raises Refused when a list would be lost."""
    now = timezone.now()
    if before.would_lose_list(obj.ends_at):
        raise PublicationRefused(LIST_WOULD_BE_LOST)
    if _is_moved(obj, before, now):
        Event.objects.filter(pk=obj.pk).update(moved_at=now)
    letters = announce_changes(obj, before)
    told = [f"{letters} breve om ændringen er på vej til de tilmeldte."] if letters else []
    if before.state != obj.state == Event.State.CONFIRMED:
        told.append("Mødet holdes igen. Tilmeldingen er lukket, til du åbner den under Tilmelding.")
    obj.staff_messages = told


def _is_moved(obj: Event, before: Event, now: datetime) -> bool:
    """Whether people may be on their way to where or when it no longer is: they could read of it, and sign up."""
    was_read = before.public_from is not None and before.public_from <= now < before.ends_at
    was_open = before.signup_opens_at is not None and before.signup_opens_at <= now
    return was_read and was_open and any(getattr(obj, field) != getattr(before, field) for field in MOVED_FIELDS)


def write_reminders() -> int:
    """Those who are coming, two days before, once for each date; not those who signed up today."""
    now = timezone.now()
    soon = Event.objects.filter(
        state=Event.State.CONFIRMED, starts_at__gt=now + REMIND_UNTIL, starts_at__lte=now + REMIND_BEFORE
    )
    written = 0
    for event in soon.without_texts():
        number = event.seats.version  # a moved meeting is another date
        reminded = Letter.objects.filter(event=event, kind=Letter.Kind.REMINDER, number=number).values("signup")
        coming = Signup.objects.reachable().filter(event=event, state=Signup.State.CONFIRMED)
        unreminded = coming.filter(day__lt=timezone.localdate()).exclude(pk__in=reminded)
        written += _write_letters(unreminded.defer("sealed"), Letter.Kind.REMINDER, number)
    return written


def send_bulk_letter(bulk_letter: BulkLetter) -> int:
    """To everyone who is coming, once. Returns the number of letters; 0 when it was sent before."""
    with transaction.atomic():
        if not BulkLetter.objects.filter(pk=bulk_letter.pk, sent_at=None).update(sent_at=timezone.now()):
            return 0
        coming = Signup.objects.reachable().filter(event=bulk_letter.event, state=Signup.State.CONFIRMED)
        return _write_letters(coming.defer("sealed"), Letter.Kind.BULK, bulk_letter.pk, bulk_letter)


def progress(bulk_letter: BulkLetter) -> dict[str, int]:
    """How many of a circular's letters wait, have left, were given up."""
    states = list(bulk_letter.letters.filter(kind=Letter.Kind.BULK).values_list("state", flat=True))
    return {state: states.count(state) for state in OutgoingMail.State.values}
