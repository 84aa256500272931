"""Site search over all public content, in the reader's language and, where that is missing, in Danish."""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.db.models import CharField, F, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString

from events.models import Event
from nejtilbander.i18n.languages import SOURCE
from nejtilbander.publishing import search_index
from nejtilbander.publishing.models import ContentModel
from nejtilbander.site.suggestions import closest
from nejtilbander.text.normalization import fold, index_text, query_words
from nejtilbander.text.prose import to_plain_text
from pages import guide
from pages.models import Initiative, Page, Partner, Statement

# Letters and digits, with the accents, vowel marks and joiners that may stand between them.
_WORD = re.compile(r"([^\W_]+(?:[\u0300-\u036f\u064b-\u065f\u0670\u00ad\u200b-\u200d'’]+[^\W_]+)*[\u064b-\u065f]*)")
MAX_HITS = 20  # shown; a page of fifty took three times as long to make, and nobody reads the last ones
MAX_SUGGESTED = 4  # words of a query for which others are looked for
MAX_TITLES = 8  # most like a word, in which others are looked for
Key = tuple[str, int]  # the label of a model and a primary key


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


@dataclass(frozen=True)
class Found:
    """The answer to a query: at most MAX_HITS pages. `has_more`: there were more.

    `suggestion`: another query that finds some, when this one found none.
    """

    hits: list[Hit] = field(default_factory=list)
    has_more: bool = False
    suggestion: str = ""


def search(query: str) -> Found:
    """The pages that contain every word of `query`; none: a query that is spelt much alike and has pages."""
    words = query_words(query)
    hits = find_pages(words)
    if hits or not words:
        return Found(hits[:MAX_HITS], has_more=len(hits) > MAX_HITS)
    suggestion = _suggest(words)
    return Found(suggestion=suggestion if _is_found(query_words(suggestion)) else "")


def find_pages(words: list[str]) -> list[Hit]:
    """The pages that contain all the folded `words`, those with all in the title first: MAX_HITS, and one more.

    Three database queries at most.
    """
    if not words:
        return []
    language = translation.get_language() or SOURCE
    keys = _keys(words, language)
    rows = {(kind, pk): row for kind, pk, *row in _rows(keys, language)} if keys else {}
    hits = [_hit(key, rows[key], words) for key in keys if key in rows]  # an entry may be older than its object
    about = _guide_hit(words, language)
    if about is None:
        return hits
    is_title = all(word in index_text(about.title) for word in words)
    return [about, *hits] if is_title else [*hits[:MAX_HITS], about]


def _keys(words: list[str], language: str) -> list[Key]:
    """Title first. Unordered within: a query that finds half the site stops as soon as it has enough."""
    everywhere, titles = (
        search_index.holding(language, column, words).values_list("kind", "object_id")[: 2 * MAX_HITS + 1]
        for column in ("words", "title")
    )
    found = list(everywhere)
    return list(dict.fromkeys([*titles, *found]))[: MAX_HITS + 1] if found else []


def _is_found(words: list[str]) -> bool:
    language = translation.get_language() or SOURCE
    in_guide = all(word in _guide_index(language) for word in words)
    return bool(words) and (in_guide or search_index.holding(language, "words", words).exists())


def _suggest(words: list[str]) -> str:
    """`words` with each that stands nowhere replaced by the most alike in a title or in the guide; "" without one."""
    if len(words) > MAX_SUGGESTED:
        return ""
    language = translation.get_language() or SOURCE
    is_one = len(words) == 1  # and was not found a moment ago
    replaced = [
        word if not is_one and _is_found([word]) else closest(word, _known_words(word, language)) for word in words
    ]
    return " ".join(replaced) if all(replaced) else ""


def _known_words(word: str, language: str) -> list[str]:
    """The words of the titles that are most like `word`, as written, and of the guide."""
    keys = list(search_index.like(language, word).values_list("kind", "object_id")[:MAX_TITLES])
    titles = [row[0] or row[1] or "" for _kind, _pk, *row in (_rows(keys, language) if keys else [])]
    return _WORD.findall(" ".join([*titles, _guide_text(language)]))


@dataclass(frozen=True)
class SearchSource:
    """One kind of content: its public rows, and the fields of heading, lead and text."""

    rows: QuerySet[ContentModel]
    fields: tuple[str, str, str] = ("title", "summary", "body")


def _sources() -> list[SearchSource]:
    return [
        SearchSource(Page.objects.public()),
        SearchSource(Statement.objects.public().filter(is_current=True)),
        SearchSource(Initiative.objects.public()),
        SearchSource(Partner.objects.public(), fields=("name", "body", "body")),
        SearchSource(Event.objects.public()),
    ]


def _rows(keys: list[Key], language: str) -> list[tuple[Any, ...]]:
    """(kind, primary key, what `_hit` takes) of those objects that are public now. One query."""
    found = [_select(source, keys, language) for source in _sources()]
    return list(found[0].union(*found[1:], all=True))


def _select(source: SearchSource, keys: list[Key], language: str) -> QuerySet[ContentModel, tuple[str, ...]]:
    """Each text is selected in `language` and in Danish, because queries do not fall back by themselves."""
    kind = source.rows.model._meta.label_lower
    columns = {
        f"{name}_{code}": Cast(F(f"{source_field}_{column}"), TextField())
        for name, source_field in zip(("heading", "lead", "text"), source.fields, strict=True)
        for code, column in (("own", language), ("source", SOURCE))
    }
    is_example = Cast(F("is_example"), CharField()) if kind == "events.event" else Value("", CharField())
    address = Value("", CharField()) if kind == "pages.statement" else Cast(F("slug"), CharField())
    return (
        source.rows.filter(pk__in=[pk for found_kind, pk in keys if found_kind == kind])
        .order_by()
        .annotate(found_kind=Value(kind, CharField()), found_slug=address, found_example=is_example, **columns)
        .values_list("found_kind", "pk", *columns, "found_slug", "found_example")
    )


def _hit(key: Key, row: list[str], words: list[str]) -> Hit:
    """Each text falls back to Danish; the hit is a fallback when its heading does."""
    heading, heading_source, lead, lead_source, text, text_source, slug, is_example = row
    lead, text = lead or lead_source or "", text or text_source or ""
    body = to_plain_text(text) if lead == text else f"{to_plain_text(lead)} {to_plain_text(text)}"
    title = heading or heading_source
    if is_example in {"1", "true"}:
        titles = {f"title_{translation.get_language() or SOURCE}": heading, f"title_{SOURCE}": heading_source}
        title = Event(is_example=True, **titles).public_title
    return Hit(title, _address(key[0], slug), excerpt(body, words), is_fallback=not heading)


def _address(kind: str, slug: str) -> str:
    match kind:
        case "pages.page":
            return Page(slug=slug).get_absolute_url()
        case "pages.statement":
            return reverse("pages:statement")
        case "pages.partner":
            return f"{reverse('pages:partners')}#{slug}"
        case "events.event":
            return Event(slug=slug).get_absolute_url()
        case _:
            return Initiative(slug=slug).get_absolute_url()


@lru_cache(maxsize=16)
def _guide_text(language: str) -> str:
    """The guide's text in `language`. It comes from a template, so it changes only with the code."""
    with translation.override(language):
        html = render_to_string("pages/guide_body.html", {"sections": guide.sections(), "questions": guide.questions()})
    return " ".join(strip_tags(html).split())


@lru_cache(maxsize=16)
def _guide_index(language: str) -> str:
    return index_text(_guide_text(language))


def _guide_hit(words: list[str], language: str) -> Hit | None:
    if not all(word in _guide_index(language) for word in words):
        return None
    with translation.override(language):
        text = _guide_text(language)
        return Hit(translation.gettext("Råd og hjælp"), reverse("pages:guide"), excerpt(text, words))
