"""An object and its parts as JSON, and back into the database: the content of a version.

Keys are column names. A column the model no longer has is ignored on the way back, and a new one keeps its value.
"""

import json
import secrets
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple, TypedDict, cast

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Field, ForeignKey, Model

from nejtilbander.i18n.languages import CODES
from nejtilbander.i18n.models import Translated
from nejtilbander.publishing.models import ContentModel

# Set by publishing on the row alone, and in no version.
ROW_ONLY_FIELDS = {
    "id", "public_from", "withdrawn_at", "withdrawn_to", "public_until", "public_version", "updated_at", "owner_id",
    "review_by", "is_current", "moved_at", "cancelled_at",
    *(f"withdrawn_reason{tail}" for tail in ("", *(f"_{code}" for code in CODES))),
}  # fmt: skip
# In every version, so that what is deleted and found again is the same to calendars. No import changes them.
PERMANENT_FIELDS = {"uid"}
Columns = dict[str, object]  # the JSON value of each column, by `attname`


class PartEntry(TypedDict):
    """One row of a part: its primary key and, beside it, its columns (as in Columns)."""

    id: int


class Content(TypedDict):
    """A version's content. Beside `fields`, each name in the model's `part_names` holds a list of PartEntry."""

    fields: Columns


class Part(NamedTuple):
    """Rows that are versioned with the object they belong to, as an initiative's updates."""

    name: str  # of the reverse relation
    model: type[Translated]
    foreign_key: ForeignKey


def parts_of(model: type[Translated]) -> list[Part]:
    """The parts of a model, in the order of `part_names`."""
    relations = [(name, getattr(model, name).rel) for name in model.part_names]
    return [Part(name, relation.related_model, relation.field) for name, relation in relations]


def make_content(fields: Columns, parts: Mapping[str, list[Columns]]) -> Content:
    """The content of `fields` and of each part's entries. A TypedDict cannot name the parts of every model."""
    return cast("Content", {"fields": fields, **parts})


def part_entries(content: Content, name: str) -> list[PartEntry]:
    """The rows of one part in `content`; [] without that part. Raises TypeError when they are not a list."""
    entries = content.get(name, [])
    if not isinstance(entries, list):
        raise TypeError(f"{name} is not a list.")
    return entries


def _all_part_entries(content: Content) -> Iterator[PartEntry]:
    for name in content.keys() - {"fields"}:
        yield from part_entries(content, name)


def untranslated_names(model: type[Model]) -> set[str]:
    """Fields without words of their own: modeltranslation shows one language's column under each of these names."""
    return {"search_text", *getattr(model, "content_fields", ())}


def versioned_fields(model: type[Model]) -> list[Field]:
    """The fields that a version keeps: neither publishing's own nor the search columns nor modeltranslation's."""
    untranslated = untranslated_names(model)
    return [
        field for field in model._meta.concrete_fields
        if field.attname not in ROW_ONLY_FIELDS
        and field.name not in untranslated
        and not field.name.startswith("search_text_")
    ]  # fmt: skip


def serialize(obj: ContentModel) -> Content:
    """`obj` and its parts as they stand in the database, in JSON types: dates as text."""
    parts = {
        part.name: [
            {"id": row.pk, **_column_values(row, left_out=part.foreign_key)} for row in getattr(obj, part.name).all()
        ]
        for part in parts_of(type(obj))
    }
    content: Content = json.loads(json.dumps(make_content(_column_values(obj), parts), cls=DjangoJSONEncoder))
    return content


def _column_values(row: Model, left_out: Field | None = None) -> Columns:
    return {
        field.attname: field.value_from_object(row) for field in versioned_fields(type(row)) if field is not left_out
    }


def assign_permanent_ids(content: Content, known: Collection[int]) -> Content:
    """Gives each part entry whose id is not in `known` (those in the database) a random id. Returns `content`.

    The id that the database gave it is rolled back with the row, and will be given to another row.
    """
    for entry in _all_part_entries(content):
        if entry["id"] not in known:
            entry["id"] = secrets.randbits(53)
    return content


def part_ids(content: Content) -> set[int]:
    return {entry["id"] for entry in _all_part_entries(content)}


def restore(obj: ContentModel, content: Content) -> None:
    """Writes `content` to `obj` and its parts in the database. Call it inside a transaction."""
    set_fields(obj, content["fields"])
    clear_deleted_relations(obj)
    obj.save()
    for part in parts_of(type(obj)):
        stored = {row.pk: row for row in getattr(obj, part.name).all()}
        for entry in part_entries(content, part.name):
            if _lacks_relation(part, entry):
                continue
            row = stored.pop(entry["id"], None) or part.model(**{"pk": entry["id"], part.foreign_key.name: obj})
            set_fields(row, entry)
            row.save()
        for row in stored.values():
            row.delete()


def _lacks_relation(part: Part, entry: PartEntry) -> bool:
    """True when a row that `entry` cannot do without has been deleted since: the file of a document, for instance."""
    columns = cast("Columns", entry)
    for field in versioned_fields(part.model):
        relation = None if field.null or field is part.foreign_key else field.remote_field
        if relation and not relation.model._default_manager.filter(pk=columns.get(field.attname)).exists():
            return True
    return False


def set_fields(row: Model, columns: Mapping[str, object]) -> None:
    """Sets the versioned fields of `row` that `columns` names, from their JSON values. Saves nothing."""
    for field in versioned_fields(type(row)):
        if field.attname in columns:
            setattr(row, field.attname, field.to_python(columns[field.attname]))


def clear_deleted_relations(obj: ContentModel) -> None:
    """Empties foreign keys to rows deleted since the version was saved: a picture, for instance."""
    for field in versioned_fields(type(obj)):
        if relation := field.remote_field:
            pk = getattr(obj, field.attname)
            if pk is not None and not relation.model._default_manager.filter(pk=pk).exists():
                setattr(obj, field.attname, None)


def deserialize(obj: ContentModel, content: Content) -> list[Translated]:
    """Sets the fields of `obj` from `content` without a query. Returns its parts, unsaved and set likewise."""
    set_fields(obj, content["fields"])
    rows = []
    for part in parts_of(type(obj)):
        for entry in part_entries(content, part.name):
            row = part.model()
            row.pk = entry["id"]
            set_fields(row, entry)
            rows.append(row)
    return rows
