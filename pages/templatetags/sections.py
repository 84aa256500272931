"""Template tags of the campaign's content: the introduction of a section, the two levels in words."""

from django import template
from django.utils.translation import gettext as _

from nejtilbander.caching.memory import cached_rows
from pages.models import Initiative, Page

register = template.Library()


@register.simple_tag
def section(slug: str) -> Page | None:
    """The public page of the section, or None. One query."""
    pages = Page.objects.public().listed().select_related("picture").filter(slug=slug)
    return cached_rows(("words", slug), pages.first)


@register.filter
def level_words(level: str) -> str:
    """The level of an initiative as its heading says it."""
    return _("Vi forebygger") if level == Initiative.Level.PREVENTIVE else _("Vi griber ind")
