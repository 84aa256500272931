"""Publishing, planning and withdrawing: what puts a version where readers see it."""

import logging
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import IntegrityError, OperationalError, transaction
from django.dispatch import Signal
from django.utils import timezone

from nejtilbander.i18n.languages import CODES
from nejtilbander.publishing import redirects, validation
from nejtilbander.publishing.models import Version, content_models
from nejtilbander.publishing.serialization import restore
from nejtilbander.publishing.versions import (
    IS_PLANNED,
    PublicationRefused,
    ensure_first_version,
    lock,
    object_of,
    versions_of,
)

DUE_SOON = timedelta(seconds=60)  # a page that is about to change is kept no longer than until it does

logger = logging.getLogger(__name__)
published = Signal()  # thing, before: inside the transaction, when readers' text has just been changed


class Plan(NamedTuple):
    """A version that takes over at a moment to come. `number` is None where nobody has saved one."""

    number: int | None
    at: datetime


def publish(obj: Any, version: Version, at: datetime | None = None, until: datetime | None = None) -> Version:
    """Make `version` what readers see: now, or from `at`. Time does the rest; see `publish_due`.

    What readers have seen before stays as it is until `at`, also when that is a page that says why it is gone.
    Raises Refused when the address is taken, or it may not be public for just that time.
    """
    now = timezone.now()
    at = at if at and at > now else None
    _check_end(obj, at or now, until)
    try:
        with transaction.atomic():
            row = lock(obj)
            cancel_plans(row)  # one at a time
            if at and row.has_been_public:
                version.due_at, version.until = at, until
                version.save(update_fields=["due_at", "until"])
            else:
                _apply(row, version, at or now, until)
    except IntegrityError:
        raise PublicationRefused(
            "Adressen eller nummeret bruges allerede af en anden. Ret det, og prøv igen."
        ) from None
    return version


def _check_end(obj: Any, begins: datetime, until: datetime | None) -> None:
    if error := obj.end_error(begins, until):
        raise PublicationRefused(error, "until")


def cancel_plans(obj: Any) -> None:
    versions_of(obj).filter(published_at=None).update(due_at=None, until=None)


def plan_of(obj: Any) -> Plan | None:
    """What takes over by itself, and when. A first publication is a moment on the row alone."""
    if obj.public_from and obj.public_from > timezone.now():
        return Plan(obj.public_version, obj.public_from)
    found = versions_of(obj).filter(IS_PLANNED).values_list("number", "due_at").first()
    return Plan(*found) if found else None


def cancel_plan(obj: Any) -> Plan | None:
    """Nothing takes over by itself any more. Returns what would have.

    Readers keep what they have; what they have never seen is a draft again.
    """
    with transaction.atomic():
        row = lock(obj)
        plan = plan_of(row)
        cancel_plans(row)
        if plan and plan.at == row.public_from:
            versions_of(row).filter(number=row.public_version).update(published_at=None)
            row.public_from = row.public_until = row.public_version = None
            row.save()
    return plan


def _apply(row: Any, version: Version, moment: datetime, until: datetime | None) -> None:
    """`version` becomes the row; seen from `moment`, unless readers see an older one already."""
    before = type(row).objects.get(pk=row.pk)
    was_public = before.has_been_public and not before.is_withdrawn
    restore(row, version.content)
    if errors := validation.validate(row):
        raise PublicationRefused(errors[0].sentence)
    row.public_from = row.public_from if was_public else moment
    row.withdrawn_at, row.withdrawn_to, row.public_until, row.public_version = None, "", until, version.number
    for code in CODES:
        setattr(row, f"withdrawn_reason_{code}", "")
    row.save()
    version.due_at, version.until, version.published_at = None, None, moment
    version.save(update_fields=["due_at", "until", "published_at"])
    if before.has_been_public and hasattr(row, "get_absolute_url"):
        redirects.add_redirect(before.get_absolute_url(), row.get_absolute_url())
    elif moment <= timezone.now() and hasattr(row, "get_absolute_url"):
        redirects.flatten_chains("", row.get_absolute_url())  # an address that is used again is nobody's old one
    published.send(type(row), obj=row, before=before)
    version.staff_messages = getattr(row, "staff_messages", [])  # what staff should know of it


def next_due() -> datetime | None:
    """When the next planned version takes over."""
    return Version.objects.filter(IS_PLANNED).order_by("due_at").values_list("due_at", flat=True).first()


def publish_due() -> int:
    """Put planned versions whose moment has come where readers see them. Returns how many.

    The worker does this, and so does whoever asks for a page first: nobody waits for a worker that stands still.
    """
    due = Version.objects.filter(due_at__lte=timezone.now(), published_at=None).order_by("due_at")
    return sum(_publish_planned(version) for version in due)


def public_states() -> dict[Any, tuple[Any, ...]]:
    """What readers see of each published thing: (was ever public, is gone, updated_at); what is due is published first.

    "soon": whether a planned version takes over within `SOON`. For pulse.py.
    """
    due, now = next_due(), timezone.now()
    if due and due <= now:
        publish_due()
    found: dict[Any, tuple[Any, ...]] = {"soon": (bool(due and due <= now + DUE_SOON),)}
    for model in content_models():
        rows = model._default_manager.values_list("pk", "updated_at", "public_from", "withdrawn_at", "public_until")
        for pk, updated_at, begins, withdrawn, ends in rows:
            is_known = begins is not None and begins <= now
            is_gone = any(moment is not None and moment <= now for moment in (withdrawn, ends))
            found[model._meta.label_lower, pk] = (is_known, is_gone, updated_at)
    return found


def _publish_planned(version: Version) -> bool:
    """Put one planned version where readers see it. Whether this process did.

    Raises OperationalError when the database is away: then it is tried again. Whatever else is wrong with it, readers
    keep what they had, and staff see a change that is not published.
    """
    mine = Version.objects.filter(pk=version.pk, published_at=None, due_at=version.due_at)
    try:
        with transaction.atomic():
            row = lock(object_of(version))  # first the row, as in `publish`: two orders would wait for each other
            if mine.update(published_at=version.due_at) != 1:
                return False  # another process was first
            moment = version.due_at or timezone.now()
            _check_end(row, moment, version.until)
            _apply(row, version, moment, version.until)
    except OperationalError:
        raise
    except Exception as error:  # noqa: BLE001 - one bad plan must not take the pages of all readers down
        mine.update(due_at=None, until=None)
        logger.warning(
            "A planned version of %s %s was not published: %s", version.kind, version.object_id, type(error).__name__
        )
        return False
    return True


def withdraw(obj: Any, reasons: dict[str, str], to: str = "") -> None:
    """Take `thing` from readers, at once: they get the reason (by language; Danish always), or are sent to `to`."""
    with transaction.atomic():
        row = lock(obj)
        ensure_first_version(row)
        cancel_plans(row)
        row.withdrawn_at, row.withdrawn_to = timezone.now(), to
        for code in CODES:
            setattr(row, f"withdrawn_reason_{code}", reasons.get(code, ""))
        row.save()
