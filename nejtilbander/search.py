"""Site search over everything public, in the reader's language and, where that is missing, in Danish."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import CharField, F, Model, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from events.models import Event
from nejtilbander.languages import SOURCE
from nejtilbander.prose import plain
from nejtilbander.searching import excerpt, fold, words_of
from pages.guide import questions
from pages.models import Initiative, Page, Partner, Statement

MOST = 50  # hits shown; a campaign site has fewer pages than that


@dataclass(frozen=True)
class Hit:
    """One page found. `is_borrowed`: the reader's language has no text, this is the Danish."""

    title: str
    address: str
    excerpt: SafeString
    is_borrowed: bool = False


def find(query: str) -> list[Hit]:
    """Pages that hold every word of `query`, titles first. One query to the database, whatever is asked."""
    words = words_of(query)
    if not words:
        return []
    language = translation.get_language() or SOURCE
    sources = [
        _matches(Page.objects.public(), "page", "slug", ("title", "summary", "body"), words, language),
        _matches(Statement.objects.public().filter(is_current=True), "statement", "number", ("title", "summary", "body"), words, language),
        _matches(Initiative.objects.public(), "initiative", "slug", ("title", "summary", "body"), words, language),
        _matches(Partner.objects.public(), "partner", "slug", ("name", "body", "body"), words, language),
        _matches(Event.objects.public(), "event", "slug", ("title", "summary", "body"), words, language),
    ]  # fmt: skip
    rows = list(sources[0].union(*sources[1:], all=True)[:MOST])
    hits = [_guide_hit(words, language), *(_hit(row, words) for row in rows)]
    return sorted(
        (hit for hit in hits if hit), key=lambda hit: not all(word in fold(hit.title) for word in words)
    )


def _matches(
    rows: QuerySet[Any], kind: str, key: str, fields: tuple[str, str, str], words: list[str], language: str
) -> QuerySet[Any, dict[str, Any]]:
    """The rows whose search column holds every word, with the columns a hit is made of.

    Columns are named one by one, because queries do not fall back to Danish by themselves.
    """
    for word in words:
        own = Q(**{f"search_text_{language}__contains": word})
        borrowed = Q(**{f"search_text_{language}": ""}, **{f"search_text_{SOURCE}__contains": word})
        rows = rows.filter(own | borrowed)
    columns = {
        f"{name}_{code}": Cast(F(f"{field}_{column}"), TextField())
        for name, field in zip(("heading", "lead", "text"), fields, strict=True)
        for code, column in (("own", language), ("source", SOURCE))
    }
    return (
        rows.order_by()
        .annotate(found_kind=Value(kind, CharField()), found_key=Cast(F(key), CharField()), **columns)
        .values_list("found_kind", "found_key", *columns, named=True)
    )


def _hit(row: Any, words: list[str]) -> Hit:
    is_borrowed = not row.heading_own
    title = row.heading_source if is_borrowed else row.heading_own
    lead, text = (
        (row.lead_source, row.text_source) if is_borrowed else (row.lead_own or "", row.text_own or "")
    )
    body = plain(text) if lead == text else f"{plain(lead)} {plain(text)}"
    return Hit(title, _address(row.found_kind, row.found_key), excerpt(body, words), is_borrowed)


def _address(kind: str, key: str) -> str:
    match kind:
        case "page":
            return Page(slug=key).get_absolute_url()
        case "statement":
            return reverse("pages:statement")
        case "partner":
            return f"{reverse('pages:partners')}#{key}"
        case _:
            model: type[Model] = Event if kind == "event" else Initiative
            return model(slug=key).get_absolute_url()  # type: ignore[attr-defined] - both have one


@lru_cache(maxsize=16)
def _guide_text(language: str) -> str:
    """The guide's words in `language`. It is a template, so it changes only with the code."""
    with translation.override(language):
        html = render_to_string("pages/guide_body.html", {"questions": questions()})
    return " ".join(strip_tags(html).split())


def _guide_hit(words: list[str], language: str) -> Hit | None:
    text = _guide_text(language)
    if not all(word in fold(text) for word in words):
        return None
    with translation.override(language):
        return Hit(translation.gettext("Sådan anmelder du"), reverse("pages:guide"), excerpt(text, words))
