"""What readers saw before the last publication of each object, kept so that it can be undone (undo.py)."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import Field, QuerySet

from nejtilbander.publishing.models import ContentModel, Publication
from nejtilbander.publishing.redirects import Moves
from nejtilbander.publishing.serialization import ROW_ONLY_FIELDS, Columns, Content, serialize
from nejtilbander.publishing.versions import kind_of

# Of those that no version has, publishing does not change these; "withdrawn_reason" is a name for its languages'.
UNCHANGED_FIELDS = {"id", "updated_at", "owner_id", "review_by", "is_current", "withdrawn_reason"}


class Snapshot(NamedTuple):
    """An object as readers see it: its content, and the columns that publishing alone sets."""

    content: Content
    columns: Columns


def of(obj: ContentModel) -> QuerySet[Publication]:
    return Publication.objects.filter(kind=kind_of(obj), object_id=obj.pk)


def take(row: ContentModel) -> Snapshot:
    """`row` as it is stored. What readers have never seen is a draft in it, also when it was to be public later."""
    columns = {field.attname: _exact(field.value_from_object(row)) for field in _publication_fields(row)}
    if not row.has_been_public:
        columns |= dict.fromkeys(["public_from", "public_until", "public_version"])
    return Snapshot(serialize(row), columns)


def _exact(value: object) -> object:
    """The JSON value of a column. Moments keep their microseconds, which Django's encoder would drop."""
    return value.isoformat() if isinstance(value, datetime) else value


def keep(row: ContentModel, version: int, before: Snapshot, moves: Moves, effects: dict[str, int]) -> None:
    """Keeps how readers saw `row` before `version` of it was published. Call it in that transaction."""
    of(row).delete()
    Publication.objects.create(
        kind=kind_of(row), object_id=row.pk, version=version,
        made_at=max(row.public_from or row.updated_at, row.updated_at),
        content=before.content, columns=before.columns, redirects=moves, effects=effects,
    )  # fmt: skip


def forget(row: ContentModel) -> None:
    """Call it when what readers see changes without a publication: there is nothing to undo any more."""
    of(row).delete()


def set_publication_fields(row: ContentModel, publication: Publication) -> None:
    """Sets the columns that publishing alone sets to what they were before it. Saves nothing."""
    known = [field for field in _publication_fields(row) if field.attname in publication.columns]
    for field in known:
        setattr(row, field.attname, field.to_python(publication.columns[field.attname]))


def _publication_fields(row: ContentModel) -> list[Field]:
    names = ROW_ONLY_FIELDS - UNCHANGED_FIELDS
    return [field for field in row._meta.concrete_fields if field.attname in names]
