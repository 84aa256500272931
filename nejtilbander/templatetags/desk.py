"""Template tags and filters of the pages of staff: the words for states, and small lists."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from nejtilbander.i18n.languages import DANISH_NAMES, TranslationState, state_label
from nejtilbander.publishing.models import PublicationStatus

register = template.Library()


@register.filter(name="state_label")
def label_of_state(state: TranslationState, is_machine_translated: bool) -> str:
    return state_label(state, is_machine_translated=is_machine_translated)


@register.filter
def danish_name(language: str) -> str:
    """What staff call a language, by its code: "arabisk"."""
    return DANISH_NAMES[language]


@register.simple_tag
def status_chip(status: str) -> SafeString:
    """The word for a publication status, in a field of its colour: {% status_chip "public" %}."""
    found = PublicationStatus(status)
    return format_html('<span class="desk-chip desk-{}">{}</span>', found.value, found.label)


@register.filter
def without(counts: Iterable[tuple[str, int]], name: str) -> list[tuple[str, int]]:
    """`counts` but for that of `name`: what is deleted along with an object, without the object itself."""
    return [(other, number) for other, number in counts if other != name]
