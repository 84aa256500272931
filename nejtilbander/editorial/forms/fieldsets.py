"""The fieldsets of the change form: title and text first, then the facts in groups that are folded until asked for."""

from collections.abc import Collection
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.html import format_html

from nejtilbander.editorial.forms.translation import language_label
from nejtilbander.i18n.languages import SOURCE
from nejtilbander.i18n.models import Translated
from nejtilbander.publishing.fields import AddressField

NOT_ON_FORM = {"withdrawn_reason"}  # it is asked for when the object is withdrawn
Groups = tuple[tuple[str | None, tuple[str, ...]], ...]
Fieldsets = list[tuple[Any, dict[str, Any]]]


def translation_fieldsets(model: type[Translated], language: str, *, may_change: bool) -> Fieldsets:
    """The texts in `language`, beside the Danish ones."""
    texts = [f"{name}_{language}" for name in model.content_fields if name not in NOT_ON_FORM]
    own = [*texts, "seen", "is_read"] if may_change else texts
    return [(format_html("{} ved siden af dansk", language_label(language)), {"fields": own})]


def danish_fieldsets(
    model: type[Translated], groups: Groups, *, is_new: bool, may_change: bool, shown: Collection[str]
) -> Fieldsets:
    """The texts that are in no group, then `groups`: (heading, names), a text by its name without a language.

    A group without a heading is never folded; nor is one with a field that is named in `shown`, or that a new object
    cannot do without.
    """
    grouped = {name for _heading, names in groups for name in names}
    texts = tuple(name for name in model.content_fields if name not in grouped | NOT_ON_FORM)
    fieldsets: Fieldsets = [(None, {"fields": [*(["seen"] if may_change else []), *_columns(model, texts)]})]
    for heading, names in groups:
        is_open = heading is None or any(name in shown or (is_new and _is_needed(model, name)) for name in names)
        fieldsets.append((heading, {"fields": _columns(model, names), "classes": [] if is_open else ["collapse"]}))
    return fieldsets if is_new or not may_change else [*fieldsets, ("Til sidst", {"fields": ["is_small"]})]


def _columns(model: type[Translated], names: tuple[str, ...]) -> list[str]:
    return [f"{name}_{SOURCE}" if name in model.content_fields else name for name in names]


def _is_needed(model: type[Translated], name: str) -> bool:
    """True for a field that must be filled in; an address is suggested, and a field of the form alone is shown."""
    try:
        field: Any = model._meta.get_field(name)
    except FieldDoesNotExist:
        return True
    return not (field.blank or field.has_default() or isinstance(field, AddressField))
