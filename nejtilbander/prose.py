"""Text with a little form: sanitised when it is kept, finished with contact facts when it is shown."""

import re
from typing import Any

import nh3
from django.db import models
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe

from nejtilbander.contact import FACTS

TAGS = {"p", "h2", "h3", "ul", "ol", "li", "a", "strong", "em", "blockquote", "br", "span", "bdi"}
ATTRIBUTES = {"a": {"href"}, "span": {"lang", "dir"}, "bdi": {"lang", "dir"}, "blockquote": {"lang", "dir"}}
_FACT = re.compile(r"\{([a-z.]+)\}")
_BLOCK_END = re.compile(r"</(?:p|h2|h3|li|blockquote)>|<br ?/?>")


def clean(html: str) -> str:
    """`html` with nothing but the tags and attributes above; text without any words becomes ""."""
    cleaned = nh3.clean(
        html, tags=TAGS, attributes=ATTRIBUTES, url_schemes={"https", "mailto", "tel"}, link_rel="noreferrer"
    )
    return cleaned.strip() if strip_tags(cleaned).replace("&nbsp;", "").strip() else ""


def finished(html: str) -> SafeString:
    """`html`, already clean, with each {fact} replaced by its link. Unknown names stay as they are."""

    def fact(match: re.Match[str]) -> str:
        return FACTS[match[1]].link() if match[1] in FACTS else match[0]

    return mark_safe(_FACT.sub(fact, html))  # noqa: S308 - ProseField cleaned it on the way in


def plain(html: str) -> str:
    """The words alone, one line a block, facts written out; for search, feeds, LIX and descriptions."""
    lines = strip_tags(_BLOCK_END.sub("\n", str(finished(html))))
    lines = lines.replace("&amp;", "&").replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">")
    return "\n".join(line.strip() for line in lines.splitlines() if line.strip())


class ProseField(models.TextField):
    """A text column that can only hold clean HTML: sanitised in every save, whoever saves (staff, seed, import)."""

    def get_prep_value(self, value: Any) -> Any:
        prepared = super().get_prep_value(value)
        return clean(prepared) if isinstance(prepared, str) else prepared
