"""The summary of what is wrong on a change form, with a link to each field."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.contrib.admin.helpers import AdminForm, InlineAdminFormSet
from django.forms import BaseForm
from django.utils.html import strip_tags


class ErrorLink(NamedTuple):
    """`field_id` is the id of the element that the field begins with."""

    field_id: str
    label: str
    sentence: str


def error_links(admin_form: AdminForm, inlines: Iterable[InlineAdminFormSet]) -> list[ErrorLink]:
    """The errors at fields, in the order of the form. Those of no field stand on top of it already."""
    rows = [form for inline in inlines for form in inline.formset.forms]
    return [link for form in (admin_form.form, *rows) for link in _links(form)]


def _links(form: BaseForm) -> Iterator[ErrorLink]:
    for bound in form:
        if bound.errors:
            field_id = bound.id_for_label or f"{bound.auto_id}_0"  # of a day and a time, and of boxes to tick
            yield ErrorLink(field_id, str(bound.label), strip_tags(str(bound.errors[0])))
