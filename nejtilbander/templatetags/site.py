"""Template tags and filters: a text's language, dates in words, contact facts, rendered prose."""

import json
import re
from collections.abc import Mapping
from datetime import date, datetime

from django import template
from django.template import Context
from django.utils import translation
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from nejtilbander.i18n import dates
from nejtilbander.i18n.languages import SOURCE, path_in_language
from nejtilbander.i18n.models import Translated
from nejtilbander.text import prose
from nejtilbander.text.contact_facts import FACTS
from nejtilbander.text.headlines import headline_size
from nejtilbander.web import posters, rendering

register = template.Library()
register.filter("day", dates.format_day)
register.filter("short_day", dates.format_short_day)
register.filter("day_number", dates.day_number)
register.filter("short_month", dates.format_short_month)
register.filter("plain", prose.to_plain_text)
register.filter("headings", prose.headings)
register.filter("anchored", prose.anchor_headings)
register.simple_tag(posters.qr_svg, name="qr_code")

_OWN_LINK = re.compile(r'href="(/(?!/)[^"]*)"')
_JSON_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@register.filter
def clock(moment: datetime) -> SafeString:
    """Hours and minutes, kept left-to-right."""
    return format_html('<bdi dir="ltr">{}</bdi>', dates.format_time(moment))


@register.filter
def unbroken(html: str) -> SafeString:
    """`html` with no line break before a `clock`: "kl. 19.00" stays together in every language."""
    return mark_safe(html.replace(' <bdi dir="ltr">', '\N{NO-BREAK SPACE}<bdi dir="ltr">'))  # noqa: S308 - of a template


@register.filter
def iso(moment: date | datetime) -> str:
    """ISO 8601, to the second: HTML allows no more."""
    return moment.isoformat(timespec="seconds") if isinstance(moment, datetime) else moment.isoformat()


@register.filter
def as_date(value: str) -> date:
    return date.fromisoformat(value)


@register.simple_tag
def lang(obj: Translated, field: str) -> str:
    """` lang="da" dir="ltr"` where `field` falls back to Danish; "" where it is translated."""
    falls_back = obj.falls_back(field, translation.get_language() or SOURCE)
    return mark_safe(' lang="da" dir="ltr"') if falls_back else ""


@register.filter
def marked(obj: Translated, field: str) -> SafeString:
    """The text of `field` in a <span>, which says so where the text falls back to Danish."""
    return format_html("<span{}>{}</span>", lang(obj, field), getattr(obj, field))


@register.filter(name="prose")
def render_prose(html: str) -> SafeString:
    """Sanitised HTML with contact facts as links, and internal links to pages in the reader's language."""
    language = translation.get_language() or SOURCE
    return mark_safe(  # noqa: S308 - sanitised on save
        _OWN_LINK.sub(lambda link: f'href="{path_in_language(link[1], language)}"', prose.render_facts(html or ""))
    )


@register.filter
def linked(text: str) -> SafeString:
    """Plain text in which each {fact} is a link."""
    return prose.render_facts(escape(text))


@register.simple_tag
def fact(name: str, css_class: str = "") -> SafeString:
    """A contact fact as a link: {% fact "politi" %}. Raises KeyError for an unknown name."""
    return FACTS[name].link(css_class)


@register.filter
def headline(text: str, height: float) -> str:
    """The class of the largest size in which `text` is no higher than `height` points across a poster."""
    return f"pt{headline_size(text, height)}"


@register.simple_tag(takes_context=True)
def language_links(context: Context) -> list[dict[str, object]]:
    return rendering.language_links(context["request"], context.get("exists_in") or ())


@register.filter
def json_ld(data: Mapping[str, object]) -> SafeString:
    """Structured data for search engines, escaped so that it cannot end the script element it is in."""
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(_JSON_ESCAPES))  # noqa: S308 - escaped above
