"""Versions of content: the newest is the working copy of staff, and the row holds what readers see.

Saving adds a version and leaves the rows alone. Publishing writes a version to the rows in one transaction: readers
get the old text or the new one, never a mixture (docs/decisions/0010).
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Protocol

from django.apps import apps
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Exists, Model, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from nejtilbander.i18n.models import Translated
from nejtilbander.publishing.models import ContentModel, ContentT, PublicationStatus, Version
from nejtilbander.publishing.serialization import (
    Columns,
    Content,
    assign_permanent_ids,
    deserialize,
    part_ids,
    restore,
    serialize,
)

UNIQUE_FIELDS = {"slug", "number"}

IS_PLANNED = Q(due_at__isnull=False, published_at=None)
_previewing: ContextVar[bool] = ContextVar("previewing", default=False)


class PublicationRefused(Exception):
    """Something cannot be published. The sentence says why; `field` is the form field to correct, if there is one."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


def kind_of(obj: Model) -> str:
    """The model of `obj` as Version.kind has it: "pages.page"."""
    return obj._meta.label_lower


def versions_of(obj: Model) -> QuerySet[Version]:
    """The versions of `obj`, newest first."""
    return Version.objects.filter(kind=kind_of(obj), object_id=obj.pk)


def newest_version(obj: Model) -> Version | None:
    return versions_of(obj).first()


def working_copy(obj: ContentModel, newest: Version | None) -> list[Translated]:
    """`obj` and its parts as the working copy has them, without a query where the parts are prefetched.

    Leaves the fields of `obj` as the working copy has them; the database keeps what readers see. For lists of many;
    `newest` is its newest version, None without one.
    """
    is_newer = newest is not None and newest.number != obj.public_version
    return [obj, *(deserialize(obj, newest.content) if newest and is_newer else obj.parts())]


@contextmanager
def as_working_copy(obj: ContentModel) -> Iterator[Columns]:
    """Context manager. Inside, the rows hold the working copy; at the end they are rolled back.

    Anything made of it (a form, a page) must be finished inside. Yields the unique columns of the working copy (an
    address, a number) that another object has taken since; there the row keeps its own.
    """
    version = newest_version(obj)
    token = _previewing.set(True)
    try:
        with transaction.atomic():
            yield follow_working_copy(obj, version.content) if version else {}
            transaction.set_rollback(True)
    finally:
        _previewing.reset(token)


def is_previewing() -> bool:
    """True inside `as_working_copy`: the rows will be rolled back, so nothing read may be cached or shown to others."""
    return _previewing.get()


def follow_working_copy(obj: ContentModel, content: Content) -> Columns:
    """`restore`; where that breaks a unique constraint, without the unique columns, which are returned."""
    try:
        with transaction.atomic():
            restore(obj, content)
    except IntegrityError:
        unique = {name: value for name, value in content["fields"].items() if name in UNIQUE_FIELDS}
        others = {name: value for name, value in content["fields"].items() if name not in UNIQUE_FIELDS}
        obj.refresh_from_db()
        restore(obj, {**content, "fields": others})
        return unique
    return {}


def ensure_first_version(obj: ContentModel) -> None:
    """Saves what readers see now as version 1, unless `obj` has versions. Call it before the first edit of a copy."""
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
        type(row)._default_manager.filter(pk=row.pk).update(public_version=1)
    obj.public_version = 1


def save_version(obj: ContentModel, content: Content, by: User | None, note: str = "") -> Version | None:
    """Adds a version, after any save under way. Returns None when `content` is that of the newest version.

    The row of a draft follows: readers see nothing of it, lists of staff show it, and an address it had is free again.
    """
    with transaction.atomic():
        row = lock(obj)
        last = newest_version(obj)
        if last and last.content == content:
            return None
        if row.public_from is None:
            follow_working_copy(row, content)
        return Version.objects.create(
            kind=kind_of(obj), object_id=obj.pk, number=(last.number if last else 0) + 1, title=str(obj)[:200],
            content=content, saved_by=by, note=note,
        )  # fmt: skip


def with_content(model: type[ContentT], pk: int, public_ids: set[int]) -> tuple[ContentT, Content]:
    """The object as a form has just saved it, and its content, with permanent ids for new rows."""
    obj = model._default_manager.get(pk=pk)
    newest = newest_version(obj)
    known = public_ids | (part_ids(newest.content) if newest else set())
    return obj, assign_permanent_ids(serialize(obj), known)


def lock(obj: ContentT) -> ContentT:
    """The stored `obj`, locked until the transaction ends. Sign-ups are not held up: FOR NO KEY UPDATE."""
    return type(obj)._default_manager.select_for_update(no_key=True, of=("self",)).get(pk=obj.pk)


def object_of(version: Version) -> ContentModel:
    """The object that `version` is of. Raises PublicationRefused when it is deleted."""
    obj: ContentModel | None = apps.get_model(version.kind)._default_manager.filter(pk=version.object_id).first()
    if obj is None:
        raise PublicationRefused("It is deleted.")
    return obj


class Publication(Protocol):
    """What decides the status of an object: a ContentModel has it, and so has a row of the overview."""

    @property
    def public_from(self) -> datetime | None: ...
    @property
    def withdrawn_at(self) -> datetime | None: ...
    @property
    def public_version(self) -> int | None: ...
    @property
    def is_withdrawn(self) -> bool: ...


def publication_status(obj: Publication, number: int | None, *, has_plan: bool = False) -> PublicationStatus:
    """The status of `obj`. `number`: its newest version's, None without one. `has_plan`: a version of it is planned."""
    now = timezone.now()
    if obj.public_from is None:
        return PublicationStatus.DRAFT
    if obj.is_withdrawn:
        by_staff = obj.withdrawn_at is not None and obj.withdrawn_at <= now
        return PublicationStatus.WITHDRAWN if by_staff else PublicationStatus.EXPIRED
    if obj.public_from > now:
        return PublicationStatus.SCHEDULED
    if has_plan:
        return PublicationStatus.PLANNED
    return PublicationStatus.CHANGED if number not in {None, obj.public_version} else PublicationStatus.PUBLIC


def newest_versions(kinds: Iterable[str]) -> QuerySet[Version]:
    """The newest version of each object of these kinds. `has_plan`: a version of that object is planned."""
    same = Version.objects.filter(kind=OuterRef("kind"), object_id=OuterRef("object_id"))
    newest = Version.objects.filter(kind__in=kinds, number=Subquery(same.order_by("-number").values("number")[:1]))
    return newest.annotate(has_plan=Exists(same.filter(IS_PLANNED)))


def coming_versions(kinds: Iterable[str]) -> QuerySet[Version]:
    """All that readers may get next of the objects of these kinds: the newest versions, and those planned before.

    The newest first.
    """
    same = Version.objects.filter(kind=OuterRef("kind"), object_id=OuterRef("object_id"))
    is_newest = Q(number=Subquery(same.order_by("-number").values("number")[:1]))
    return Version.objects.filter(is_newest | IS_PLANNED, kind__in=kinds)
