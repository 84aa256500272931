"""Keys and bulk letters in the database that staff did not sign: somebody else wrote them (docs/decisions/0023)."""

import logging
from collections.abc import Iterable

from django.utils import timezone

from events.models import BulkLetter, Letter, Seats
from nejtilbander.background.models import Heartbeat

FOREIGN_KEYS, FORGED_LETTERS = "foreign keys", "forged letters"

logger = logging.getLogger(__name__)


def report_tampering() -> None:
    """Tell the health check of keys and bulk letters that staff did not sign, and write to staff, once each time.

    Nothing is mended: which key was the right one, and who could write in the database, people must find out. Until
    then the form of the meeting is closed (`Seats.key`) and the letters do not leave (letters/rendering.py).
    """
    with_key = Seats.objects.filter(erased_at=None).exclude(public_key=None)
    _report(FOREIGN_KEYS, {seats.pk for seats in with_key if seats.has_foreign_key})
    unsent = BulkLetter.objects.filter(letters__state__in=[Letter.State.WAITING, Letter.State.FAILED]).distinct()
    _report(FORGED_LETTERS, {letter.event_id for letter in unsent if not letter.is_signed})


def _report(name: str, event_ids: Iterable[int]) -> None:
    if not event_ids:
        Heartbeat.objects.filter(name=name).delete()
        return
    _beat, is_new = Heartbeat.objects.get_or_create(name=name, defaults={"at": timezone.now()})
    if is_new:
        logger.error("Not signed by staff: %s. See docs/operate.md.", name)
        letters = [Letter(kind=Letter.Kind.TAMPERED, event_id=event_id, language="da") for event_id in event_ids]
        Letter.objects.bulk_create(letters)


def reports() -> list[str]:
    """What `report_tampering` has found and nobody has mended yet, one sentence each."""
    sentences = {
        FOREIGN_KEYS: "keyring: a meeting's key was not made by staff",
        FORGED_LETTERS: "letters: a letter to all was not written by staff",
    }
    found = Heartbeat.objects.filter(name__in=sentences).order_by("name").values_list("name", flat=True)
    return [sentences[name] for name in found]
