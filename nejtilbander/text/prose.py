"""Prose: HTML of a few tags, sanitised when it is saved. Contact facts become links when it is shown."""

import re
from html import unescape
from itertools import count

import nh3
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe

from nejtilbander.text.contact_facts import FACTS
from nejtilbander.text.invisible import strip_invisible

TAGS = {"p", "h2", "h3", "ul", "ol", "li", "a", "strong", "em", "blockquote", "br", "span", "bdi"}
ATTRIBUTES = {"a": {"href"}, "span": {"lang", "dir"}, "bdi": {"lang", "dir"}, "blockquote": {"lang", "dir"}}
MAX_LENGTH = 100_000  # characters, tags too: some thirty printed pages
SCHEMES = {"https", "mailto", "tel"}
_FACT = re.compile(r"\{([a-z.]+)\}")
# No pattern looks further than the next "<" from where it began, or a text of nothing else would take half a minute.
_LINK_OR_TAG = re.compile(r"(<a\b[^<]*+(?:<(?!a\b|/a>)[^<]*+)*+</a>|<[^<>]+>)")
_TEXT_IN_LINK = re.compile(r"(?<=>)[^<]+")
_HEADING = re.compile(r"<h2>([^<]*+(?:<(?!/?h2>)[^<]*+)*+)</h2>")
_BLOCK_END = re.compile(r"</(?:p|h2|h3|li|blockquote)>|<br ?/?>")
# The elements that HTML's parser opens again after a wrong end tag, in quadratic time unless they are alike.
_FORMATTING_WITH_ATTRIBUTES = re.compile(
    r"<(b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s/])"
    r"""(?:[^<>"']++|"[^"]*+"|'[^']*+')*+>""",
    re.IGNORECASE,
)


def sanitize(html: str) -> str:
    """`html` with only the tags, attributes and URL schemes above; "" when no word is left."""
    cleaned = nh3.clean(
        _FORMATTING_WITH_ATTRIBUTES.sub(r"<\1>", html).replace('href="http://', 'href="https://'),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noreferrer",
        attribute_filter=_clean_attribute,
    )
    # Word leaves invisible signs where a word was deleted.
    return cleaned.strip() if strip_invisible(strip_tags(cleaned).replace("&nbsp;", " ")).strip() else ""


def _clean_attribute(tag: str, name: str, value: str) -> str:
    """Links come from a paste, with signs that nobody sees: the address would lead nowhere."""
    return strip_invisible(value).strip() if name == "href" else value


def render_facts(html: str) -> SafeString:
    """Sanitised `html` with each {fact} replaced by its link. Unknown names stay as they are.

    Inside a link, a fact is replaced by its text; inside a tag it is left alone.
    """

    def as_link(match: re.Match[str]) -> str:
        return FACTS[match[1]].link() if match[1] in FACTS else match[0]

    def as_text(match: re.Match[str]) -> str:
        return FACTS[match[1]].shown if match[1] in FACTS else match[0]

    pieces = _LINK_OR_TAG.split(html)  # every other piece is a link or a tag
    pieces[::2] = [_FACT.sub(as_link, text) for text in pieces[::2]]
    pieces[1::2] = [_TEXT_IN_LINK.sub(lambda text: _FACT.sub(as_text, str(text[0])), link) for link in pieces[1::2]]
    return mark_safe("".join(pieces))  # noqa: S308 - ProseField has sanitised it


def headings(html: str) -> list[tuple[str, str]]:
    """The <h2> headings of sanitised `html` as (anchor, plain text); `anchor_headings` gives them these anchors."""
    return [(_anchor(number), to_plain_text(text)) for number, text in enumerate(_HEADING.findall(html), 1)]


def anchor_headings(html: str) -> SafeString:
    """Sanitised `html` in which each <h2> can be linked to. By number: the address is the same in every language."""
    numbers = count(1)
    anchored = _HEADING.sub(lambda heading: f'<h2 id="{_anchor(next(numbers))}">{heading[1]}</h2>', html)
    return mark_safe(anchored)  # noqa: S308 - ProseField has sanitised it


def _anchor(number: int) -> str:
    return f"afsnit-{number}"


def to_plain_text(html: str) -> str:
    """`html` as plain text, one line a block, facts written out; for search, feeds, LIX and descriptions."""
    lines = strip_tags(_BLOCK_END.sub("\n", str(render_facts(html))))
    lines = unescape(lines).replace("\xa0", " ")
    return "\n".join(line.strip() for line in lines.splitlines() if line.strip())


def validate_length(html: str) -> None:
    """Raises ValidationError: a longer text could be stored, but not compared or searched in time."""
    if len(html) > MAX_LENGTH:
        size, limit = (f"{number:,}".replace(",", ".") for number in (len(html), MAX_LENGTH))
        raise ValidationError(
            f"Teksten er for lang. Den fylder {size} tegn og må højst fylde {limit}. "
            "Kort den ned, eller del den over flere sider.",
            code="max_length",
        )


class ProseField(models.TextField):
    """A text column of sanitised HTML: every save sanitises it, by staff, seed or import."""

    default_validators = [validate_length]  # not `max_length`: browsers cut pasted text silently

    def get_prep_value(self, value: object) -> object:
        prepared = super().get_prep_value(value)
        return sanitize(prepared) if isinstance(prepared, str) else prepared
