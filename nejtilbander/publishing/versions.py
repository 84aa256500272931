"""Versions of what staff write: the newest is the working copy, and a row holds what readers see.

Saving adds a version and leaves the rows alone. Publishing puts a version into the rows, in one transaction: readers
get the old text or the new one, never a mixture (docs/decisions/0010).
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.apps import apps
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Exists, Model, OuterRef, Q, Subquery
from django.utils import timezone

from nejtilbander.publishing.models import Standing, Version
from nejtilbander.publishing.serialization import Content, content_of, put

UNIQUE = {"slug", "number"}  # what somebody else may have taken meanwhile

IS_PLANNED = Q(due_at__isnull=False, published_at=None)
_rehearsing: ContextVar[bool] = ContextVar("rehearsing", default=False)


class Refused(Exception):
    """A text that cannot be published. The sentence says why, and `field` where on the form it is mended, if there."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


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


def thing_of(version: Version) -> Any:
    """What it is a version of. Raises Refused when that is deleted."""
    thing = apps.get_model(version.kind)._default_manager.filter(pk=version.object_id).first()
    if thing is None:
        raise Refused("It is deleted.")
    return thing


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
