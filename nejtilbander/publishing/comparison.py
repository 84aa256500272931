"""The changes between two versions, field by field, for staff."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import DateTimeField, Field
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from nejtilbander.i18n.languages import CODES
from nejtilbander.i18n.models import Translated
from nejtilbander.publishing.models import ContentModel
from nejtilbander.publishing.serialization import Content, part_entries, parts_of
from nejtilbander.text.diff import diff_html
from nejtilbander.text.prose import ProseField, to_plain_text


@dataclass(frozen=True)
class FieldChange:
    """The change in one field, as HTML with <ins> and <del>. `language` is "" for a field without a language."""

    label: str
    language: str
    words: SafeString


def compare_content(model: type[ContentModel], old: Content | None, new: Content) -> list[FieldChange]:
    """The changes from one version's content to another's, by language and then in the order of the fields."""
    old = old or {"fields": {}}
    changes = _field_changes(model, old["fields"], new["fields"], "")
    for part in parts_of(model):
        label = str(part.model._meta.verbose_name)
        removed = {entry["id"]: entry for entry in part_entries(old, part.name)}
        for entry in part_entries(new, part.name):
            changes += _field_changes(part.model, removed.pop(entry["id"], {}), entry, f"{label}: ")
        for entry in removed.values():
            changes += _field_changes(part.model, entry, {}, f"{label}, taget væk: ")
    return sorted(changes, key=lambda change: CODES.index(change.language) if change.language else -1)


def _field_changes(
    model: type[Translated], old: Mapping[str, object], new: Mapping[str, object], prefix: str
) -> list[FieldChange]:
    changes = []
    for field in model._meta.concrete_fields:
        name = field.attname
        if not field.editable or field.primary_key or old.get(name) == new.get(name):
            continue
        was, now = _display_value(field, old.get(name)), _display_value(field, new.get(name))
        if was == now and field.is_relation:  # another crop of a picture has the name of the first
            was, now = f"{was} ({old[name]})", f"{now} ({new[name]})"
        if was != now:
            label = f"{prefix}{getattr(field, 'translated_field', field).verbose_name}"
            changes.append(FieldChange(label, getattr(field, "language", ""), diff_html(was, now)))
    return changes


def _display_value(field: Field, value: object) -> str:
    """The JSON value of a column in words."""
    if value is None or value == "":
        return ""
    if relation := field.remote_field:
        return str(relation.model._default_manager.filter(pk=value).first() or "slettet")
    if isinstance(getattr(field, "translated_field", field), ProseField):
        return to_plain_text(str(value))
    if isinstance(field, DateTimeField):
        return f"{localtime(field.to_python(value)):%d.%m.%Y %H:%M}"
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        value = "ja" if value else "nej"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
