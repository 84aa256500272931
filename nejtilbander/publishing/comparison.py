"""What changed between two versions, field by field, for staff."""

from dataclasses import dataclass
from typing import Any

from django.db.models import DateTimeField
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from nejtilbander.i18n.languages import CODES
from nejtilbander.text.diff import diff_html
from nejtilbander.text.prose import ProseField, to_plain_text


@dataclass(frozen=True)
class FieldChange:
    """What is new in one field, as HTML with <ins> and <del>. `language` is "" for what has no language."""

    label: str
    language: str
    words: SafeString


def compare_content(model: Any, old: dict[str, Any] | None, new: dict[str, Any]) -> list[FieldChange]:
    """What changed from one version's content to another's, by language and then as the fields stand. For staff."""
    changes = _field_changes(model, old["fields"] if old else {}, new["fields"], "")
    for name in model.part_names:
        part = model._meta.get_field(name).related_model
        before = {entry["id"]: entry for entry in (old or {}).get(name, [])}
        for entry in new.get(name, []):
            changes += _field_changes(part, before.pop(entry["id"], {}), entry, f"{part._meta.verbose_name}: ")
        for entry in before.values():
            changes += _field_changes(part, entry, {}, f"{part._meta.verbose_name}, taget væk: ")
    return sorted(changes, key=lambda change: CODES.index(change.language) if change.language else -1)


def _field_changes(model: Any, old: dict[str, Any], new: dict[str, Any], before: str) -> list[FieldChange]:
    changes = []
    for field in model._meta.concrete_fields:
        name = field.attname
        if not field.editable or (name not in old and name not in new) or name == model._meta.pk.attname:
            continue
        if old.get(name) == new.get(name):
            continue
        was, now = _display_value(field, old.get(name)), _display_value(field, new.get(name))
        if was == now and field.is_relation:  # another cut of a picture has the name of the first
            was, now = f"{was} ({old[name]})", f"{now} ({new[name]})"
        if was != now:
            label = f"{before}{getattr(field, 'translated_field', field).verbose_name}"
            changes.append(FieldChange(label, getattr(field, "language", ""), diff_html(was, now)))
    return changes


def _display_value(field: Any, value: Any) -> str:
    """A stored value in words."""
    if value in {None, ""} if not isinstance(value, list | dict) else False:
        return ""
    if field.is_relation:
        return str(field.related_model._default_manager.filter(pk=value).first() or "slettet")
    if isinstance(getattr(field, "translated_field", field), ProseField):
        return to_plain_text(str(value))
    if isinstance(field, DateTimeField):
        moment = field.to_python(value)
        return f"{localtime(moment):%d.%m.%Y %H:%M}"
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        value = "ja" if value else "nej"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
