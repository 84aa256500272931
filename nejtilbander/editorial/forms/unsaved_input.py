"""Input that can no longer be saved, listed so that its author can copy it: the object or its row was deleted."""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import BooleanField, Field
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

from nejtilbander.editorial.forms.translation import field_label
from nejtilbander.i18n.languages import SOURCE, direction
from nejtilbander.i18n.models import Translated
from nejtilbander.text import prose

PART_FIELD = re.compile(r"(\w+)-(\d{1,4})-(\w+)")  # the name of a field in an inline row, as "updates-0-title_da"


class UnsavedInput(NamedTuple):
    """The text sent for one field."""

    label: str
    text: str
    language: str
    direction: str
    is_prose: bool

    @property
    def html(self) -> SafeString:
        """Prose, rendered: copied from here, it keeps its headings and links when pasted in the editor."""
        return mark_safe(prose.sanitize(self.text))  # noqa: S308 - cleaned as in every save


def unsaved_input(model: type[Translated], sent: Iterable[tuple[str, list[str]]]) -> list[UnsavedInput]:
    """Labels and texts of what a form of `model` sends, as `QueryDict.lists()` gives it; no checkboxes or relations."""
    inputs: list[UnsavedInput] = []
    for key, values in sent:
        owner: type[Translated] = model
        name, label_prefix = key, ""
        if (place := PART_FIELD.fullmatch(key)) and place[1] in model.part_names:
            relation: Any = model._meta.get_field(place[1])
            owner, name = relation.related_model, place[3]
            label_prefix = f"{capfirst(str(owner._meta.verbose_name))} {int(place[2]) + 1}: "
        column = _column(owner, name)
        if column is None or not any(values):
            continue
        text = ", ".join(str(dict(column.flatchoices).get(value, value)) for value in values)
        is_prose = isinstance(getattr(column, "translated_field", column), prose.ProseField)
        label = label_prefix + field_label(column)
        if inputs and inputs[-1].label == label:  # the second half of a date with a time
            text = f"{inputs.pop().text} {text}"
        language = getattr(column, "language", SOURCE)
        inputs.append(UnsavedInput(label, text, language, direction(language), is_prose))
    return inputs


def _column(model: type[Translated], name: str) -> Field | None:
    """The column behind a form field's name. A date with a time is sent as "starts_at_0" and "starts_at_1"."""
    columns = {
        field.name: field for field in model._meta.concrete_fields
        if field.editable and not (field.is_relation or field.primary_key or isinstance(field, BooleanField))
    }  # fmt: skip
    return columns.get(name) or columns.get(re.sub(r"_[01]\Z", "", name))
