"""What a thing and the rows inside it say, in the words of JSON, and back into the database.

By the names of columns: one the model no longer has is left out when it comes back, and a new one keeps what it holds.
"""

import json
import secrets
from collections.abc import Iterable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model

from nejtilbander.i18n.languages import CODES

# What publishing decides; it belongs to the row and is not a part of any version.
ROW_ONLY_FIELDS = {
    "id", "public_from", "withdrawn_at", "withdrawn_to", "public_until", "public_version", "updated_at", "owner_id",
    "review_by", "is_current", "moved_at",
    *(f"withdrawn_reason{tail}" for tail in ("", *(f"_{code}" for code in CODES))),
}  # fmt: skip
Content = dict[str, Any]


def versioned_fields(model: type[Model]) -> list[Any]:
    """The fields a version keeps: neither publishing's own, nor what is worked out, nor modeltranslation's shadows."""
    shadows = {"search_text", *getattr(model, "content_fields", ())}
    return [
        field for field in model._meta.concrete_fields
        if field.attname not in ROW_ONLY_FIELDS
        and field.name not in shadows
        and not field.name.startswith("search_text_")
    ]  # fmt: skip


def part_managers(obj: Any) -> list[tuple[str, Any]]:
    """(name, manager) of the rows inside, as in an initiative's updates."""
    return [(name, getattr(obj, name)) for name in obj.part_names]


def serialize(obj: Any) -> Content:
    """`thing` and its rows as they stand in the database, in the words of JSON: dates as text."""
    content: Content = {"fields": _fields_of(obj)}
    for name, rows in part_managers(obj):
        back = rows.field.attname
        content[name] = [
            {"id": row.pk, **{key: value for key, value in _fields_of(row).items() if key != back}}
            for row in rows.all()
        ]
    return dict(json.loads(json.dumps(content, cls=DjangoJSONEncoder)))


def assign_permanent_ids(content: Content, known: Iterable[int]) -> Content:
    """`content` with a number of its own for each row that is not in the database yet (`known`).

    The number the database gave it is taken back with the rest, and will be given to another row.
    """
    old = set(known)
    for name in content.keys() - {"fields"}:
        for entry in content[name]:
            if entry["id"] not in old:
                entry["id"] = secrets.randbits(53)
    return content


def part_ids(content: Content) -> set[int]:
    return {entry["id"] for name in content.keys() - {"fields"} for entry in content[name]}


def _fields_of(row: Model) -> Content:
    return {field.attname: field.value_from_object(row) for field in versioned_fields(type(row))}


def restore(obj: Any, content: Content) -> None:
    """Make `thing` and its rows say what `content` says, in the database. Call it inside a transaction.

    A field the model no longer has is left out, and one it has got since keeps what it holds.
    """
    set_fields(obj, content["fields"])
    clear_deleted_relations(obj)
    obj.save()
    for name, rows in part_managers(obj):
        kept = {row.pk: row for row in rows.all()}
        for entry in content.get(name, []):
            row = kept.pop(entry["id"], None) or rows.model(pk=entry["id"], **{rows.field.name: obj})
            set_fields(row, entry)
            row.save()
        for row in kept.values():
            row.delete()


def set_fields(row: Model, content: Content) -> None:
    for field in versioned_fields(type(row)):
        if field.attname in content:
            setattr(row, field.attname, field.to_python(content[field.attname]))


def clear_deleted_relations(obj: Any) -> None:
    """A picture may have been deleted since the version was saved: then there is none."""
    for field in versioned_fields(type(obj)):
        chosen = getattr(obj, field.attname) if field.is_relation else None
        if chosen is not None and not field.related_model._default_manager.filter(pk=chosen).exists():
            setattr(obj, field.attname, None)


def deserialize(obj: Any, content: Content) -> list[Any]:
    """Let `thing` say what `content` says without asking the database. Returns its rows, likewise."""
    set_fields(obj, content["fields"])
    rows = []
    for name in obj.part_names:
        model = obj._meta.get_field(name).related_model
        for entry in content.get(name, []):
            rows.append(model(pk=entry["id"]))
            set_fields(rows[-1], entry)
    return rows
