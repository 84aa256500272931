"""The search of staff: one box over all they may see, working copies too, in every language. Never sign-ups."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from django.contrib.admin import ModelAdmin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from nejtilbander.audit.models import AuditLine
from nejtilbander.editorial.desk.entries import Entry
from nejtilbander.i18n.languages import CODES, DANISH_NAMES, direction
from nejtilbander.publishing import summaries
from nejtilbander.publishing.models import ContentModel
from nejtilbander.publishing.summaries import Text, WorkingCopySummary
from nejtilbander.text.normalization import fold, index_text, query_words
from nejtilbander.text.prose import to_plain_text

MAX_RESULTS = 50
AROUND = 70  # characters of an excerpt on each side of what was found
NOT_SEARCHED: set[type[Model]] = {AuditLine}  # a log, with a search of its own


class Result(NamedTuple):
    """`where` names the field, `language` (a code) that of the `excerpt`; "" for what has none."""

    title: str
    kind: str
    status: str
    url: str
    where: str = ""
    language: str = ""
    excerpt: SafeString | str = ""

    @property
    def language_name(self) -> str:
        return DANISH_NAMES.get(self.language, "")

    @property
    def direction(self) -> str:
        return direction(self.language)


class Place(NamedTuple):
    """A text in which words were looked for: `name` is its field on the form of `language`."""

    name: str
    label: str
    language: str
    words: str


def search(request: HttpRequest, query: str, entries: list[Entry], others: list[ModelAdmin]) -> list[Result]:
    """Those with the words in their title come first. One more than MAX_RESULTS when there are more.

    `entries` are the content the user may see, `others` the ModelAdmins of everything else.
    """
    words = query_words(query)
    if not words:
        return []
    found = _content(words, entries)
    for model_admin in others:
        if len(found) <= MAX_RESULTS and _is_searched(request, model_admin):
            found += _rows(model_admin, words, MAX_RESULTS + 1 - len(found))
    return sorted(found, key=lambda result: not _holds(words, result.title))


def _holds(words: list[str], text: str) -> bool:
    indexed = index_text(text)
    return all(word in indexed for word in words)


def _content(words: list[str], entries: list[Entry]) -> list[Result]:
    """`summaries.current` has just been asked for the entries, so their summaries are as new as they are."""
    by_ref = {entry.ref: entry for entry in entries}
    matching = WorkingCopySummary.objects.filter(kind__in={kind for kind, _ in by_ref}).holding(words)
    refs = [ref for ref in matching.order_by("-updated_at").values_list("kind", "object_id") if ref in by_ref]
    chosen = [by_ref[ref] for ref in refs[: MAX_RESULTS + 1]]
    results = []
    for model in {entry.model_admin.model: None for entry in chosen}:
        own = [entry for entry in chosen if entry.model_admin.model is model]
        texts = summaries.working_copies(model, [entry.row.pk for entry in own])
        results += [_result(entry, texts.get(entry.ref, []), words) for entry in own]
    return results


def _result(entry: Entry, texts: list[Text], words: list[str]) -> Result:
    status = str(entry.status.label)
    place = _best_place(texts, words)
    if place is None:
        where = "i det, læserne ser nu"
        return Result(entry.title, entry.kind, status, entry.url(), where)
    url = entry.field_url(place.name, place.language)
    excerpt = excerpt_html(place.words, words)
    return Result(entry.title, entry.kind, status, url, place.label, place.language, excerpt)


def _best_place(texts: list[Text], words: list[str]) -> Place | None:
    """The first text that has all the words, Danish before the others; else the one that has most of them."""
    best, most = None, 0
    for place in _places(texts):
        indexed = index_text(place.words)
        number = sum(word in indexed for word in words)
        if number > most:
            best, most = place, number
        if most == len(words):
            break
    return best


def _places(texts: list[Text]) -> Iterator[Place]:
    for language in CODES:
        for place in texts:
            for name, text in place.row.texts(language).items():
                if text:
                    yield Place(f"{place.prefix}{name}_{language}", place.label(name), language, to_plain_text(text))


def excerpt_html(text: str, words: list[str]) -> SafeString:
    """The part of a plain text around the first of `words`, marked; the beginning when none stands in it as one."""
    flat = " ".join(text.split())
    tokens = re.finditer(r"\w(?:\S*\w)?", flat)  # without the full stop after it
    hit = next((token for token in tokens if any(word in fold(token[0]) for word in words)), None)
    if hit is None:
        return format_html("{}{}", flat[: 2 * AROUND], "…" if len(flat) > 2 * AROUND else "")
    start, end = max(0, hit.start() - AROUND), hit.end() + AROUND
    before, after = flat[start : hit.start()], flat[hit.end() : end]
    before = f"…{before.partition(' ')[2]}" if start else before
    after = f"{after.rpartition(' ')[0]} …" if end < len(flat) else after
    return format_html("{}<mark>{}</mark>{}", before, hit[0], after)


def _is_searched(request: HttpRequest, model_admin: ModelAdmin) -> bool:
    return (
        bool(model_admin.search_fields)
        and model_admin.model not in NOT_SEARCHED
        and not issubclass(model_admin.model, ContentModel)
        and model_admin.has_view_permission(request)
    )


def _rows(model_admin: ModelAdmin, words: list[str], limit: int) -> list[Result]:
    """Rows of a small table, folded here: neither database folds as we do."""
    meta = model_admin.model._meta
    names = [name.lstrip("^=@") for name in model_admin.search_fields if "__" not in name]  # its own columns alone
    results: list[Result] = []
    for obj in model_admin.model._default_manager.all().iterator(chunk_size=500):
        if len(results) == limit:
            break
        if _holds(words, "\n".join(str(getattr(obj, name) or "") for name in names)):
            url = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[obj.pk])
            results.append(Result(str(obj), str(meta.verbose_name), "", url))
    return results
