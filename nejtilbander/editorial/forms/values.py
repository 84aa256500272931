"""What a browser sends of a field, and what is kept of it: the same value looks different on its way."""

import copy
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from nejtilbander.editorial.forms.prose_editor import ProseWidget
from nejtilbander.text import prose

Values = dict[str, Any]  # by field, as a form starts with them


def editable_fields(form: Any) -> list[tuple[str, Any]]:
    """The fields somebody may write in."""
    return [one for one in form.fields.items() if not one[1].widget.is_hidden and one[0] != "DELETE"]


def initial_value(form: Any, name: str, values: Values) -> Any:
    """What a field of `form` would start with, if the form held `values`."""
    like = copy.copy(form)
    like.initial = values
    return like.get_initial_for_field(form.fields[name], name)


def innermost_widget(widget: Any) -> Any:
    """Without what is drawn around it: the Danish, or the button that adds another."""
    while within := getattr(widget, "inner", None) or getattr(widget, "widget", None):
        widget = within
    return widget


def normalise_value(field: Any, value: Any) -> Any:
    """As it would be kept: browsers send line ends as two signs, and what was never filled in as no text at all."""
    if isinstance(value, str):
        value = value.replace("\r\n", "\n").strip()
        value = prose.sanitize(value) if isinstance(innermost_widget(field.widget), ProseWidget) else value
    return None if value in ("", []) else value


def submitted_data(widget: Any, value: Any) -> dict[str, list[str]]:
    """What a browser sends of a field that holds `value`, by what follows the field's name."""
    widget = innermost_widget(widget)
    if isinstance(widget, forms.CheckboxInput):
        return {"": ["on"] if widget.check_test(value) else []}
    if hasattr(widget, "decompress"):  # in several parts, as a day and a time
        parts = zip(widget.widgets_names, widget.widgets, widget.decompress(value), strict=True)
        return {tail + rest: sent for tail, one, part in parts for rest, sent in submitted_data(one, part).items()}
    if isinstance(widget, forms.widgets.ChoiceWidget):
        return {"": widget.format_value(value)}
    return {"": [widget.format_value(value) or ""]}


def describe_saved(field: Any, saved: Any) -> str:
    """A sentence with what is saved in a field, as staff know it."""
    widget, value = innermost_widget(field.widget), field.prepare_value(saved)
    if isinstance(widget, ProseWidget) and saved:
        return format_html("Her står der nu: {}", mark_safe(prose.sanitize(saved)))  # noqa: S308 - just cleaned
    sent = [one for values in submitted_data(widget, value).values() for one in values if one]
    if isinstance(widget, forms.CheckboxInput):
        shown = "ja" if sent else "nej"
    elif isinstance(widget, forms.widgets.ChoiceWidget):
        shown = ", ".join(str(label) for key, label in field.choices if str(key) in sent)
    else:
        shown = " ".join(sent)
    return f"Her står der nu: „{shown}“" if shown else "Her står der nu ikke noget."
