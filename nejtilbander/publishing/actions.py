"""Publishing, planning and withdrawing: the only code that changes what readers see of an object."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Q
from django.dispatch import Signal
from django.utils import timezone

from nejtilbander.audit import chain
from nejtilbander.audit.models import AuditLine
from nejtilbander.caching.summaries import Microseconds, Moment, Summary, summarise
from nejtilbander.caching.tracking import ObjectRef
from nejtilbander.caching.watcher import States
from nejtilbander.i18n.languages import CODES
from nejtilbander.publishing import redirects, snapshots, validation
from nejtilbander.publishing.models import ContentModel, Version, content_models
from nejtilbander.publishing.serialization import restore
from nejtilbander.publishing.versions import (
    IS_PLANNED,
    PublicationRefused,
    ensure_first_version,
    lock,
    object_of,
    versions_of,
)

DUE_SOON = timedelta(seconds=60)  # a page that is about to change is cached no longer than until it does

logger = logging.getLogger(__name__)
# Sent inside the transaction that changes what readers see, with `obj` (as it is now) and `before` (as it was).
published = Signal()  # a receiver may return a dict of numbers: `undone` brings them back as `effects`
undone = Signal()


class Plan(NamedTuple):
    """A publication in the future. `number` is its version's; None when no version was ever saved."""

    number: int | None
    at: datetime


def publish(obj: ContentModel, version: Version, at: datetime | None = None, until: datetime | None = None) -> Version:
    """Makes `version` what readers see, now or from `at`, until `until` (None: for good). Replaces any other plan.

    What readers have seen before stays as it is until `at` (see `publish_due`), also when that is a withdrawal page.
    Raises PublicationRefused when the content is not valid, its address is taken or the period is not allowed.
    """
    now = timezone.now()
    begins = at if at and at > now else now
    _check_period(obj, begins, until)
    try:
        with transaction.atomic():
            row = lock(obj)
            cancel_plans(row)
            if begins > now and row.has_been_public:
                _plan(version, begins, until)
            else:
                _apply(row, version, begins, until)
    except IntegrityError:
        raise PublicationRefused(
            "Adressen eller nummeret bruges allerede af en anden. Ret det, og prøv igen."
        ) from None
    return version


def _check_period(obj: ContentModel, begins: datetime, until: datetime | None) -> None:
    if error := obj.end_error(begins, until):
        raise PublicationRefused(error, "until")


def _plan(version: Version, begins: datetime, until: datetime | None) -> None:
    version.due_at, version.until, version.published_at = begins, until, None
    version.save(update_fields=["due_at", "until", "published_at"])


def cancel_plans(obj: ContentModel) -> None:
    """Cancels the planned version of `obj`. A first publication in the future is not one: see `cancel_plan`."""
    versions_of(obj).filter(published_at=None).update(due_at=None, until=None)


def plan_of(obj: ContentModel) -> Plan | None:
    """The publication of `obj` in the future. The first is stored on the row alone, as a future `public_from`."""
    if obj.public_from and obj.public_from > timezone.now():
        return Plan(obj.public_version, obj.public_from)
    planned = versions_of(obj).filter(IS_PLANNED).values_list("number", "due_at").first()
    return Plan(planned[0], planned[1]) if planned and planned[1] else None


def cancel_plan(obj: ContentModel) -> Plan | None:
    """Cancels the publication of `obj` in the future, and returns it.

    Readers keep what they have; an object they have never seen is a draft again.
    """
    with transaction.atomic():
        row = lock(obj)
        plan = plan_of(row)
        cancel_plans(row)
        if plan and plan.at == row.public_from:
            if plan.number is not None:
                versions_of(row).filter(number=plan.number).update(published_at=None)
            row.public_from = row.public_until = row.public_version = None
            row.save()
            snapshots.forget(row)
    return plan


def _apply(row: ContentModel, version: Version, begins: datetime, until: datetime | None) -> None:
    """Writes `version` to the locked `row`, public from `begins` unless readers see an older version already."""
    previous = type(row)._default_manager.get(pk=row.pk)
    seen = snapshots.take(previous)
    is_public = previous.has_been_public and not previous.is_withdrawn
    restore(row, version.content)
    if errors := validation.validate(row):
        raise PublicationRefused(errors[0].sentence)
    row.public_from = row.public_from if is_public else begins
    row.public_until, row.public_version = until, version.number
    _set_withdrawal(row, None, "", {})
    row.save()
    version.due_at, version.until, version.published_at = None, None, begins
    version.save(update_fields=["due_at", "until", "published_at"])
    moves = _update_redirects(previous, row)
    effects: dict[str, int] = {}
    for _, answer in published.send(type(row), obj=row, before=previous):
        effects |= answer or {}  # type: ignore[arg-type]  # the stubs take answers for strings
    snapshots.keep(row, version.number, seen, moves, effects)
    version.staff_messages = row.staff_messages


def _set_withdrawal(row: ContentModel, at: datetime | None, to: str, reasons: Mapping[str, str]) -> None:
    row.withdrawn_at, row.withdrawn_to = at, to
    for code in CODES:
        setattr(row, f"withdrawn_reason_{code}", reasons.get(code, ""))


def _update_redirects(previous: ContentModel, row: ContentModel) -> redirects.Moves:
    """Redirects the previous address of `row`, if readers know it, and frees the present one of old redirects.

    Returns what became of each redirect.
    """
    if not (hasattr(row, "get_absolute_url") and hasattr(previous, "get_absolute_url")):
        return {}
    old, new = previous.get_absolute_url(), row.get_absolute_url()
    before = redirects.leading_to_or_from(old, new)
    if previous.has_been_public:
        redirects.add_redirect(old, new)
    elif row.has_been_public:
        redirects.flatten_chains("", new)
    return redirects.moves_between(before, redirects.leading_to_or_from(old, new))


def next_due() -> datetime | None:
    """When the next planned version is due; in the past, while nobody has published it."""
    return Version.objects.filter(IS_PLANNED).order_by("due_at").values_list("due_at", flat=True).first()


def publish_due() -> int:
    """Publishes the planned versions that are due. Returns how many; 0 in the `public` role, which may not.

    Called each second by the worker and by staff's processes, so readers depend on neither alone; with SITE_ROLE=all by
    the first request after a plan is due, too.
    """
    if settings.SITE_ROLE == "public":
        return 0
    due = Version.objects.filter(due_at__lte=timezone.now(), published_at=None).order_by("due_at")
    return sum(_publish_planned(version) for version in due)


def _publish_planned(version: Version) -> bool:
    """Publishes one planned version. Returns True when this process did, False when another did or it failed.

    Raises OperationalError when the database is away: then it is tried again. After any other error readers keep what
    they had, and staff see a change that is not published.
    """
    unpublished = Version.objects.filter(pk=version.pk, published_at=None, due_at=version.due_at)
    try:
        with transaction.atomic():
            row = lock(object_of(version))  # first the row, as in `publish`: two orders would wait for each other
            if unpublished.update(published_at=version.due_at) != 1:
                return False  # another process was first
            begins = version.due_at or timezone.now()
            _check_period(row, begins, version.until)
            _apply(row, version, begins, version.until)
            chain.append(AuditLine.Kind.PUBLISHED, None, row, f"Version {version.number}.")
    except OperationalError:
        raise
    except Exception as error:  # noqa: BLE001 - one bad plan must not take the pages of all readers down
        unpublished.update(due_at=None, until=None)
        logger.warning(
            "A planned version of %s %s was not published: %s", version.kind, version.object_id, type(error).__name__
        )
        return False
    return True


def public_states() -> States:
    """The state of each object for readers: (was ever public, is gone, updated_at). Publishes first.

    "soon": True when a planned version is due within DUE_SOON. A source of caching.watcher.
    """
    due, now = next_due(), timezone.now()
    if due and due <= now:
        publish_due()
    states: dict[ObjectRef | str, tuple[object, ...]] = {"soon": (bool(due and due <= now + DUE_SOON),)}
    for model in content_models():
        rows = model._default_manager.values_list("pk", "updated_at", "public_from", "withdrawn_at", "public_until")
        for pk, updated_at, begins, *ends in rows:
            was_public = begins is not None and begins <= now
            is_gone = any(end is not None and end <= now for end in ends)
            states[model._meta.label_lower, pk] = (was_public, is_gone, updated_at)
    return states


def summaries() -> list[Summary]:
    """Of all that `public_states` is made of."""
    past = [Q(**{f"{moment}__lte": Moment()}) for moment in ("public_from", "withdrawn_at", "public_until")]
    due = [Q(due_at__lte=Moment()), Q(due_at__lte=Moment(DUE_SOON))]
    return [
        *(summarise(model, [Microseconds("updated_at")], past) for model in content_models()),
        summarise(Version, [Microseconds("due_at")], due, among=IS_PLANNED, key=Microseconds("due_at")),
    ]


def withdraw(obj: ContentModel, reasons: Mapping[str, str], to: str = "") -> None:
    """Takes `obj` from readers at once: they get the reason (by language; Danish always), or a redirect to `to`."""
    with transaction.atomic():
        row = lock(obj)
        ensure_first_version(row)
        cancel_plans(row)
        _set_withdrawal(row, timezone.now(), to, reasons)
        row.save()
        snapshots.forget(row)
