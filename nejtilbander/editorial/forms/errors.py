"""The fields of a change form with an error, to link to from its top: they may be far down, or in a folded row."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.contrib.admin.helpers import AdminForm, InlineAdminFormSet
from django.forms import BaseForm


class ErrorLink(NamedTuple):
    """`field_id` is the id of the element that the field begins with. What is wrong is said at the field."""

    field_id: str
    label: str


def error_links(admin_form: AdminForm, inlines: Iterable[InlineAdminFormSet]) -> list[ErrorLink]:
    """The fields with an error, in the order of the form's fields, then those of the rows in it."""
    rows = [form for inline in inlines for form in inline.formset.forms]
    return [link for form in (admin_form.form, *rows) for link in _links(form)]


def _links(form: BaseForm) -> Iterator[ErrorLink]:
    for bound in form:
        if bound.errors:
            field_id = bound.id_for_label or f"{bound.auto_id}_0"  # of a day and a time, and of boxes to tick
            yield ErrorLink(field_id, str(bound.label))
