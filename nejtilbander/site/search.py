"""Site search over all public content, in the reader's language and, where that is missing, in Danish."""

import re
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import CharField, F, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString

from events.models import Event
from nejtilbander.i18n.languages import SOURCE
from nejtilbander.publishing.models import ContentModel
from nejtilbander.text.normalization import fold, query_words
from nejtilbander.text.prose import to_plain_text
from pages import guide
from pages.models import Initiative, Page, Partner, Statement

# Letters and digits, with the accents and vowel marks that may stand between them.
_WORD = re.compile(r"([^\W_]+(?:[\u0300-\u036f\u064b-\u065f\u0670]+[^\W_]*)*)")
MAX_HITS = 50  # shown; a campaign site has fewer pages than that


def excerpt(text: str, words: list[str], width: int = 160) -> SafeString:
    """About `width` characters of `text` around the first hit, escaped, each hit inside <mark>."""
    flat = " ".join(text.split())
    first = min((at for at in (_first_match(flat, word) for word in words) if at >= 0), default=0)
    start = max(0, flat.rfind(" ", 0, max(0, first - width // 3)) + 1)
    piece = flat[start : start + width]
    if start + width < len(flat):
        piece = piece.rsplit(" ", 1)[0]
    return format_html(
        "{}{}{}", "… " if start else "", _marked(piece, words), " …" if start + width < len(flat) else ""
    )


def _first_match(text: str, word: str) -> int:
    """The index in `text` of the first token that contains the folded `word`; -1 when none does."""
    return next((m.start() for m in re.finditer(r"\S+", text) if word in fold(m[0])), -1)


def _marked(text: str, words: list[str]) -> SafeString:
    """`text`, escaped, each word of it that contains one of the folded `words` inside <mark>."""
    pieces = _WORD.split(text)  # every other piece is a word
    return format_html_join(
        "", "{}", ((_marked_word(piece, words) if n % 2 else piece,) for n, piece in enumerate(pieces))
    )


def _marked_word(word: str, words: list[str]) -> SafeString | str:
    folded = fold(word)
    return format_html("<mark>{}</mark>", word) if any(part in folded for part in words) else word


@dataclass(frozen=True)
class Hit:
    """One page found. `is_fallback`: the reader's language has no text, this is the Danish."""

    title: str
    address: str
    excerpt: SafeString
    is_fallback: bool = False


def find_pages(query: str) -> list[Hit]:
    """The pages that contain every word of `query`, those with all in the title first. One database query."""
    words = query_words(query)
    if not words:
        return []
    language = translation.get_language() or SOURCE
    rows = [_matches(source, words, language) for source in _sources()]
    found = rows[0].union(*rows[1:], all=True)[:MAX_HITS]
    hits = [_guide_hit(words, language), *(_hit(row, words) for row in found)]
    return sorted((hit for hit in hits if hit), key=lambda hit: not all(word in fold(hit.title) for word in words))


@dataclass(frozen=True)
class SearchSource:
    """One kind of content: its public rows, the field its address is made of, and those of heading, lead and text."""

    kind: str
    rows: QuerySet[ContentModel]
    key: str = "slug"
    fields: tuple[str, str, str] = ("title", "summary", "body")


def _sources() -> list[SearchSource]:
    return [
        SearchSource("page", Page.objects.public()),
        SearchSource("statement", Statement.objects.public().filter(is_current=True), key="number"),
        SearchSource("initiative", Initiative.objects.public()),
        SearchSource("partner", Partner.objects.public(), fields=("name", "body", "body")),
        SearchSource("event", Event.objects.public().filter(is_example=False)),
        SearchSource("example", Event.objects.public().filter(is_example=True)),
    ]


def _matches(source: SearchSource, words: list[str], language: str) -> QuerySet[ContentModel, tuple[str, ...]]:
    """Kind, key, and heading, lead and text of the rows whose search column contains every word.

    Each text is selected in `language` and in Danish, because queries do not fall back by themselves.
    """
    rows = source.rows
    for word in words:
        rows = rows.filter(**{f"search_text_{language}__contains": word})
    columns = {
        f"{name}_{code}": Cast(F(f"{field}_{column}"), TextField())
        for name, field in zip(("heading", "lead", "text"), source.fields, strict=True)
        for code, column in (("own", language), ("source", SOURCE))
    }
    return (
        rows.order_by()
        .annotate(found_kind=Value(source.kind, CharField()), found_key=Cast(F(source.key), CharField()), **columns)
        .values_list("found_kind", "found_key", *columns)
    )


def _hit(row: tuple[str, ...], words: list[str]) -> Hit:
    """The hit of a row of `_matches`. Each text falls back to Danish; the hit is a fallback when its heading does."""
    kind, key, heading, heading_source, lead, lead_source, text, text_source = row
    lead, text = lead or lead_source or "", text or text_source or ""
    body = to_plain_text(text) if lead == text else f"{to_plain_text(lead)} {to_plain_text(text)}"
    title = heading or heading_source
    if kind == "example":
        titles = {f"title_{translation.get_language() or SOURCE}": heading, f"title_{SOURCE}": heading_source}
        title = Event(is_example=True, **titles).public_title
    return Hit(title, _address(kind, key), excerpt(body, words), is_fallback=not heading)


def _address(kind: str, key: str) -> str:
    match kind:
        case "page":
            return Page(slug=key).get_absolute_url()
        case "statement":
            return reverse("pages:statement")
        case "partner":
            return f"{reverse('pages:partners')}#{key}"
        case "event" | "example":
            return Event(slug=key).get_absolute_url()
        case _:
            return Initiative(slug=key).get_absolute_url()


@lru_cache(maxsize=16)
def _guide_text(language: str) -> str:
    """The guide's text in `language`. It comes from a template, so it changes only with the code."""
    with translation.override(language):
        html = render_to_string("pages/guide_body.html", {"sections": guide.sections(), "questions": guide.questions()})
    return " ".join(strip_tags(html).split())


def _guide_hit(words: list[str], language: str) -> Hit | None:
    text = _guide_text(language)
    if not all(word in fold(text) for word in words):
        return None
    with translation.override(language):
        return Hit(translation.gettext("Råd og hjælp"), reverse("pages:guide"), excerpt(text, words))
