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

from nejtilbander.publishing.models import PublicationStatus, Version
from nejtilbander.publishing.serialization import Content, restore, serialize

UNIQUE_FIELDS = {"slug", "number"}  # what somebody else may have taken meanwhile

IS_PLANNED = Q(due_at__isnull=False, published_at=None)
_previewing: ContextVar[bool] = ContextVar("rehearsing", default=False)


class PublicationRefused(Exception):
    """A text that cannot be published. The sentence says why, and `field` where on the form it is mended, if there."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


def kind_of(obj: Model) -> str:
    return obj._meta.label_lower


def versions_of(obj: Model) -> Any:
    """The versions of `thing`, newest first."""
    return Version.objects.filter(kind=kind_of(obj), object_id=obj.pk)


def newest_version(obj: Model) -> Version | None:
    return versions_of(obj).first()


@contextmanager
def as_working_copy(obj: Any) -> Iterator[Content]:
    """Inside, the database says what the working copy says; afterwards nothing has happened.

    Whatever is made of it (a form, a page) must be finished inside. Gives what of it somebody else has taken since, by
    field: an address, a number. The row's own stands there instead.
    """
    version = newest_version(obj)
    token = _previewing.set(True)
    try:
        with transaction.atomic():
            yield _restore_what_fits(obj, version.content) if version else {}
            transaction.set_rollback(True)
    finally:
        _previewing.reset(token)


def is_previewing() -> bool:
    """Whether the rows say what will be undone, so that nobody else may get to see it and nothing may depend on it."""
    return _previewing.get()


def _restore_what_fits(obj: Any, content: Content) -> Content:
    """`put`, but an address that somebody else has taken since stays what it is on the row, and is given back."""
    try:
        with transaction.atomic():
            restore(obj, content)
    except IntegrityError:
        fields = content["fields"]
        obj.refresh_from_db()
        restore(obj, content | {"fields": {name: value for name, value in fields.items() if name not in UNIQUE_FIELDS}})
        return {name: value for name, value in fields.items() if name in UNIQUE_FIELDS}
    return {}


def ensure_first_version(obj: Any) -> None:
    """Make sure what readers see now is the first version, before anybody works on a copy of it."""
    if versions_of(obj).exists():
        return
    with transaction.atomic():
        row = lock(obj)
        if versions_of(row).exists():
            return  # another process was first
        Version.objects.create(
            kind=kind_of(row), object_id=row.pk, number=1, title=str(row)[:200], content=serialize(row),
            saved_at=row.updated_at, note="Sådan stod den i forvejen", published_at=row.public_from,
        )  # fmt: skip
        type(row).objects.filter(pk=row.pk).update(public_version=1)
    obj.public_version = 1


def save_version(obj: Any, content: Content, by: User | None, note: str = "") -> Version | None:
    """Add a version, after whatever is being saved at this moment. None when it says the same as the newest."""
    with transaction.atomic():
        lock(obj)
        last = newest_version(obj)
        if last and last.content == content:
            return None
        return Version.objects.create(
            kind=kind_of(obj), object_id=obj.pk, number=(last.number if last else 0) + 1, title=str(obj)[:200],
            content=content, saved_by=by, note=note,
        )  # fmt: skip


def lock(obj: Any) -> Any:
    """`thing` as it is now, with nobody else changing it until the transaction ends. Sign-ups go on meanwhile."""
    return type(obj).objects.select_for_update(no_key=True, of=("self",)).get(pk=obj.pk)


def object_of(version: Version) -> Any:
    """What it is a version of. Raises Refused when that is deleted."""
    obj = apps.get_model(version.kind)._default_manager.filter(pk=version.object_id).first()
    if obj is None:
        raise PublicationRefused("It is deleted.")
    return obj


def publication_status(obj: Any, number: int | None, *, has_plan: bool = False) -> PublicationStatus:
    """Where `thing` stands, when `number` is its newest version's (None: nobody has saved one).

    `has_plan`: one of its versions takes over at a moment to come.
    """
    now = timezone.now()
    if obj.public_from is None:
        return PublicationStatus.DRAFT
    if obj.is_withdrawn:
        is_taken = obj.withdrawn_at is not None and obj.withdrawn_at <= now
        return PublicationStatus.WITHDRAWN if is_taken else PublicationStatus.EXPIRED
    if obj.public_from > now:
        return PublicationStatus.SCHEDULED
    if has_plan:
        return PublicationStatus.PLANNED
    return PublicationStatus.CHANGED if number not in {None, obj.public_version} else PublicationStatus.PUBLIC


def newest_versions(kinds: Iterable[str]) -> Any:
    """The newest version of each thing of these kinds; `has_plan` where a version of it takes over by itself."""
    same = Version.objects.filter(kind=OuterRef("kind"), object_id=OuterRef("object_id"))
    newest = Version.objects.filter(kind__in=kinds, number=Subquery(same.order_by("-number").values("number")[:1]))
    return newest.annotate(has_plan=Exists(same.filter(IS_PLANNED)))
