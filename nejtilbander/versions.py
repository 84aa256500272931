"""Versions of what staff write: the newest is the working copy, and a row holds what readers see.

Saving adds a version and leaves the rows alone. Publishing puts a version into the rows, in one transaction: readers
get the old text or the new one, never a mixture (docs/decisions/0010).
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib.auth.models import User
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Exists, Model, OuterRef, Q, Subquery
from django.dispatch import Signal
from django.utils import timezone

from nejtilbander import fitting, moved
from nejtilbander.contents import Content, content_of, put
from nejtilbander.languages import CODES
from nejtilbander.models import Version
from nejtilbander.publishing import Standing, publishable_models

SOON = timedelta(seconds=60)  # a page that is about to change is kept no longer than until it does
UNIQUE = {"slug", "number"}  # what somebody else may have taken meanwhile

IS_PLANNED = Q(due_at__isnull=False, published_at=None)

logger = logging.getLogger(__name__)
_rehearsing: ContextVar[bool] = ContextVar("rehearsing", default=False)
published = Signal()  # thing, before: inside the transaction, when readers' text has just been changed


class Refused(Exception):
    """A text that cannot be published. The sentence says why, and `field` where on the form it is mended, if there."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class Plan(NamedTuple):
    """A version that takes over at a moment to come. `number` is None where nobody has saved one."""

    number: int | None
    at: datetime


def kind_of(thing: Model) -> str:
    return thing._meta.label_lower


def of(thing: Model) -> Any:
    """The versions of `thing`, newest first."""
    return Version.objects.filter(kind=kind_of(thing), object_id=thing.pk)


def newest(thing: Model) -> Version | None:
    return of(thing).first()


@contextmanager
def as_working_copy(thing: Any) -> Iterator[Content]:
    """Inside, the database says what the working copy says; afterwards nothing has happened.

    Whatever is made of it (a form, a page) must be finished inside. Gives what of it somebody else has taken since, by
    field: an address, a number. The row's own stands there instead.
    """
    version = newest(thing)
    token = _rehearsing.set(True)
    try:
        with transaction.atomic():
            yield _put_as_it_can_be(thing, version.content) if version else {}
            transaction.set_rollback(True)
    finally:
        _rehearsing.reset(token)


def is_rehearsing() -> bool:
    """Whether the rows say what will be undone, so that nobody else may get to see it and nothing may depend on it."""
    return _rehearsing.get()


def _put_as_it_can_be(thing: Any, content: Content) -> Content:
    """`put`, but an address that somebody else has taken since stays what it is on the row, and is given back."""
    try:
        with transaction.atomic():
            put(thing, content)
    except IntegrityError:
        fields = content["fields"]
        thing.refresh_from_db()
        put(thing, content | {"fields": {name: value for name, value in fields.items() if name not in UNIQUE}})
        return {name: value for name, value in fields.items() if name in UNIQUE}
    return {}


def begin(thing: Any) -> None:
    """Make sure what readers see now is the first version, before anybody works on a copy of it."""
    if of(thing).exists():
        return
    with transaction.atomic():
        row = locked(thing)
        if of(row).exists():
            return  # another process was first
        Version.objects.create(
            kind=kind_of(row), object_id=row.pk, number=1, title=str(row)[:200], content=content_of(row),
            saved_at=row.updated_at, note="Sådan stod den i forvejen", published_at=row.public_from,
        )  # fmt: skip
        type(row).objects.filter(pk=row.pk).update(public_version=1)
    thing.public_version = 1


def record(thing: Any, content: Content, by: User | None, note: str = "") -> Version | None:
    """Add a version, after whatever is being saved at this moment. None when it says the same as the newest."""
    with transaction.atomic():
        locked(thing)
        last = newest(thing)
        if last and last.content == content:
            return None
        return Version.objects.create(
            kind=kind_of(thing), object_id=thing.pk, number=(last.number if last else 0) + 1, title=str(thing)[:200],
            content=content, saved_by=by, note=note,
        )  # fmt: skip


def locked(thing: Any) -> Any:
    """`thing` as it is now, with nobody else changing it until the transaction ends. Sign-ups go on meanwhile."""
    return type(thing).objects.select_for_update(no_key=True, of=("self",)).get(pk=thing.pk)


def publish(thing: Any, version: Version, at: datetime | None = None, until: datetime | None = None) -> Version:
    """Make `version` what readers see: now, or from `at`. Time does the rest; see `publish_due`.

    What readers have seen before stays as it is until `at`, also when that is a page that says why it is gone.
    Raises Refused when the address is taken, or it may not be public for just that time.
    """
    now = timezone.now()
    at = at if at and at > now else None
    _refuse_end(thing, at or now, until)
    try:
        with transaction.atomic():
            row = locked(thing)
            forget_plans(row)  # one at a time
            if at and row.has_been_public:
                version.due_at, version.until = at, until
                version.save(update_fields=["due_at", "until"])
            else:
                _publish(row, version, at or now, until)
    except IntegrityError:
        raise Refused("Adressen eller nummeret bruges allerede af en anden. Ret det, og prøv igen.") from None
    return version


def _refuse_end(thing: Any, begins: datetime, until: datetime | None) -> None:
    if fault := thing.fault_of_end(begins, until):
        raise Refused(fault, "until")


def forget_plans(thing: Any) -> None:
    of(thing).filter(published_at=None).update(due_at=None, until=None)


def plan_of(thing: Any) -> Plan | None:
    """What takes over by itself, and when. A first publication is a moment on the row alone."""
    if thing.public_from and thing.public_from > timezone.now():
        return Plan(thing.public_version, thing.public_from)
    found = of(thing).filter(IS_PLANNED).values_list("number", "due_at").first()
    return Plan(*found) if found else None


def drop_plan(thing: Any) -> Plan | None:
    """Nothing takes over by itself any more. Returns what would have.

    Readers keep what they have; what they have never seen is a draft again.
    """
    with transaction.atomic():
        row = locked(thing)
        plan = plan_of(row)
        forget_plans(row)
        if plan and plan.at == row.public_from:
            of(row).filter(number=row.public_version).update(published_at=None)
            row.public_from = row.public_until = row.public_version = None
            row.save()
    return plan


def _publish(row: Any, version: Version, moment: datetime, until: datetime | None) -> None:
    """`version` becomes the row; seen from `moment`, unless readers see an older one already."""
    before = type(row).objects.get(pk=row.pk)
    was_public = before.has_been_public and not before.is_withdrawn
    put(row, version.content)
    if faults := fitting.unfit(row):
        raise Refused(faults[0].sentence)
    row.public_from = row.public_from if was_public else moment
    row.withdrawn_at, row.withdrawn_to, row.public_until, row.public_version = None, "", until, version.number
    for code in CODES:
        setattr(row, f"withdrawn_reason_{code}", "")
    row.save()
    version.due_at, version.until, version.published_at = None, None, moment
    version.save(update_fields=["due_at", "until", "published_at"])
    if before.has_been_public and hasattr(row, "get_absolute_url"):
        moved.remember(before.get_absolute_url(), row.get_absolute_url())
    elif moment <= timezone.now() and hasattr(row, "get_absolute_url"):
        moved.straighten("", row.get_absolute_url())  # an address that is used again is nobody's old one
    published.send(type(row), thing=row, before=before)
    version.told = getattr(row, "told", [])  # what staff should know of it


def next_due() -> datetime | None:
    """When the next planned version takes over."""
    return Version.objects.filter(IS_PLANNED).order_by("due_at").values_list("due_at", flat=True).first()


def publish_due() -> int:
    """Put planned versions whose moment has come where readers see them. Returns how many.

    The worker does this, and so does whoever asks for a page first: nobody waits for a worker that stands still.
    """
    due = Version.objects.filter(due_at__lte=timezone.now(), published_at=None).order_by("due_at")
    return sum(_take_over(version) for version in due)


def public_states() -> dict[Any, tuple[Any, ...]]:
    """What readers see of each published thing: (was ever public, is gone, updated_at); what is due is published first.

    "soon": whether a planned version takes over within `SOON`. For pulse.py.
    """
    due, now = next_due(), timezone.now()
    if due and due <= now:
        publish_due()
    found: dict[Any, tuple[Any, ...]] = {"soon": (bool(due and due <= now + SOON),)}
    for model in publishable_models():
        rows = model._default_manager.values_list("pk", "updated_at", "public_from", "withdrawn_at", "public_until")
        for pk, updated_at, begins, withdrawn, ends in rows:
            is_known = begins is not None and begins <= now
            is_gone = any(moment is not None and moment <= now for moment in (withdrawn, ends))
            found[model._meta.label_lower, pk] = (is_known, is_gone, updated_at)
    return found


def _take_over(version: Version) -> bool:
    """Put one planned version where readers see it. Whether this process did.

    Raises OperationalError when the database is away: then it is tried again. Whatever else is wrong with it, readers
    keep what they had, and staff see a change that is not published.
    """
    mine = Version.objects.filter(pk=version.pk, published_at=None, due_at=version.due_at)
    try:
        with transaction.atomic():
            row = locked(thing_of(version))  # first the row, as in `publish`: two orders would wait for each other
            if mine.update(published_at=version.due_at) != 1:
                return False  # another process was first
            moment = version.due_at or timezone.now()
            _refuse_end(row, moment, version.until)
            _publish(row, version, moment, version.until)
    except OperationalError:
        raise
    except Exception as fault:  # noqa: BLE001 - one bad plan must not take the pages of all readers down
        mine.update(due_at=None, until=None)
        logger.warning(
            "A planned version of %s %s was not published: %s", version.kind, version.object_id, type(fault).__name__
        )
        return False
    return True


def thing_of(version: Version) -> Any:
    """What it is a version of. Raises Refused when that is deleted."""
    thing = apps.get_model(version.kind)._default_manager.filter(pk=version.object_id).first()
    if thing is None:
        raise Refused("It is deleted.")
    return thing


def withdraw(thing: Any, reasons: dict[str, str], to: str = "") -> None:
    """Take `thing` from readers, at once: they get the reason (by language; Danish always), or are sent to `to`."""
    with transaction.atomic():
        row = locked(thing)
        begin(row)
        forget_plans(row)
        row.withdrawn_at, row.withdrawn_to = timezone.now(), to
        for code in CODES:
            setattr(row, f"withdrawn_reason_{code}", reasons.get(code, ""))
        row.save()


def standing(thing: Any, number: int | None, *, has_plan: bool = False) -> Standing:
    """Where `thing` stands, when `number` is its newest version's (None: nobody has saved one).

    `has_plan`: one of its versions takes over at a moment to come.
    """
    now = timezone.now()
    if thing.public_from is None:
        return Standing.DRAFT
    if thing.is_withdrawn:
        is_taken = thing.withdrawn_at is not None and thing.withdrawn_at <= now
        return Standing.WITHDRAWN if is_taken else Standing.OVER
    if thing.public_from > now:
        return Standing.SCHEDULED
    if has_plan:
        return Standing.PLANNED
    return Standing.CHANGED if number not in {None, thing.public_version} else Standing.PUBLIC


def newest_of(kinds: Iterable[str]) -> Any:
    """The newest version of each thing of these kinds; `has_plan` where a version of it takes over by itself."""
    same = Version.objects.filter(kind=OuterRef("kind"), object_id=OuterRef("object_id"))
    newest = Version.objects.filter(kind__in=kinds, number=Subquery(same.order_by("-number").values("number")[:1]))
    return newest.annotate(has_plan=Exists(same.filter(IS_PLANNED)))
