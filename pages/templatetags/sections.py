"""The introduction of a section, for pages that belong to another app."""

from django import template

from nejtilbander.caching.memory import cached_rows
from pages.models import Page

register = template.Library()


@register.simple_tag
def section(slug: str) -> Page | None:
    """The public page of the section, or None. One query."""
    pages = Page.objects.public().listed().select_related("picture").filter(slug=slug)
    return cached_rows(("words", slug), pages.first)
