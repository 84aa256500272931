"""Form values compared in their three shapes: as saved, as a widget renders them, and as a browser sends them."""

import copy
from collections.abc import MutableMapping
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from nejtilbander.editorial.forms.prose_editor import ProseWidget
from nejtilbander.text import prose

Values = MutableMapping[str, Any]  # by field name, as in `Form.initial`


def editable_fields(form: forms.BaseForm) -> list[tuple[str, forms.Field]]:
    """(name, field) of everything in `form` that a user can write in."""
    return [
        (name, field) for name, field in form.fields.items() if not field.widget.is_hidden and name != "DELETE"
    ]  # fmt: skip


def initial_value(form: forms.BaseForm, name: str, values: Values) -> object:
    """The initial value of one field of `form`, if the form's `initial` were `values`."""
    like = copy.copy(form)
    like.initial = values
    return like.get_initial_for_field(form.fields[name], name)


def innermost_widget(widget: forms.Widget) -> forms.Widget:
    """`widget` without its wrappers: the Danish text beside it, or the button that adds a related object."""
    while inner := getattr(widget, "inner", None) or getattr(widget, "widget", None):
        widget = inner
    return widget


def normalise_value(field: forms.Field, value: object) -> object:
    """`value` as it would be saved: "\\n" for a browser's "\\r\\n", prose sanitised, None for an empty text or list."""
    if isinstance(value, str):
        value = value.replace("\r\n", "\n").strip()
        value = prose.sanitize(value) if isinstance(innermost_widget(field.widget), ProseWidget) else value
    return None if value in ("", []) else value


def submitted_data(widget: forms.Widget, value: object) -> dict[str, list[str]]:
    """The data a browser sends for a field that holds `value`, by the suffix after the field's name."""
    widget = innermost_widget(widget)
    if isinstance(widget, forms.CheckboxInput):
        return {"": ["on"] if widget.check_test(value) else []}
    if isinstance(widget, forms.MultiWidget):  # a day and a time
        multi: Any = widget  # django-stubs has no `widgets_names`
        parts = zip(multi.widgets_names, multi.widgets, multi.decompress(value), strict=True)
        return {name + rest: sent for name, part, one in parts for rest, sent in submitted_data(part, one).items()}
    if isinstance(widget, forms.widgets.ChoiceWidget):
        return {"": widget.format_value(value)}
    return {"": [widget.format_value(value) or ""]}


def describe_saved(field: forms.Field, saved: object) -> str:
    """A Danish sentence that quotes the saved value of a field, with choices by their labels."""
    widget, value = innermost_widget(field.widget), field.prepare_value(saved)
    if isinstance(widget, ProseWidget) and saved:
        return format_html("Her står der nu: {}", mark_safe(prose.sanitize(str(saved))))  # noqa: S308 - just cleaned
    sent = [one for values in submitted_data(widget, value).values() for one in values if one]
    if isinstance(widget, forms.CheckboxInput):
        shown = "ja" if sent else "nej"
    elif isinstance(widget, forms.widgets.ChoiceWidget):
        shown = ", ".join(str(label) for key, label in getattr(field, "choices", ()) if str(key) in sent)
    else:
        shown = " ".join(sent)
    return f"Her står der nu: „{shown}“" if shown else "Her står der nu ikke noget."
