"""Which languages, what is complete in them, and how a borrowed Danish text is marked.

A text is Danish first. For every other language an object remembers, in `translations`, which Danish text
its translation was made from (a hash) and whether a speaker has read it. Nothing else is stored: whether a
translation is missing or older than the Danish is worked out when asked, so it can never be out of step.
"""

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from nejtilbander import prose
from nejtilbander.searching import fold

SOURCE = "da"
CODES = [code for code, _ in settings.LANGUAGES]


class State(models.TextChoices):
    """How a text stands in one language. The order is from worst to best."""

    MISSING = "missing", "mangler"
    OUTDATED = "outdated", "ældre end den danske"
    UNREAD = "unread", "maskinoversat, ikke læst"
    REVIEWED = "reviewed", "læst af en sprogkyndig"


def worst(states: Iterable[State]) -> State:
    return min(states, key=list(State).index, default=State.REVIEWED)


def direction(language: str) -> str:
    return "rtl" if language in settings.LANGUAGES_BIDI else "ltr"


def catalogue_state(language: str) -> State:
    """How the words of the code (menu, guide) stand in `language`; an operator says when a speaker has read them."""
    return State.REVIEWED if language in settings.CATALOGUES_READ else State.UNREAD


class Translated(models.Model):
    """An object whose `content_fields` exist in every language, as columns made by django-modeltranslation."""

    content_fields: tuple[str, ...] = ()

    translations = models.JSONField("oversættelser", default=dict, blank=True, editable=False)
    # One folded column a language: SQLite's own search knows no "Å" = "å", PostgreSQL no Arabic variants.
    search_text = models.TextField(default="", blank=True, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.tidy()
        for language in CODES:
            setattr(self, f"search_text_{language}", fold(prose.plain(self.words(language))))
        super().save(*args, **kwargs)

    def words(self, language: str) -> str:
        """Everything this can be found by in `language`, as HTML."""
        return " \n".join(self.texts(language).values())

    def tidy(self) -> None:
        """Clean the prose in every language's own column.

        Never through the untranslated name: reading it falls back to Danish, and writing that back would copy
        the Danish into a language nobody has translated.
        """
        for field in self.content_fields:
            if isinstance(self._meta.get_field(field), prose.ProseField):
                for column in (f"{field}_{language}" for language in CODES):
                    setattr(self, column, prose.clean(getattr(self, column) or ""))

    def texts(self, language: str) -> dict[str, str]:
        """The content fields in exactly `language`, "" where nothing is written; no falling back."""
        return {field: getattr(self, f"{field}_{language}") or "" for field in self.content_fields}

    def borrows(self, field: str, language: str) -> bool:
        """Whether readers of `language` get the Danish text for `field`."""
        return (
            language != SOURCE and not getattr(self, f"{field}_{language}") and bool(getattr(self, f"{field}_{SOURCE}"))
        )

    def source_hash(self) -> str:
        return hashlib.sha256("\x1f".join(self.texts(SOURCE).values()).encode()).hexdigest()[:16]

    def language_state(self, language: str) -> State:
        if language == SOURCE:
            return State.REVIEWED
        if any(self.borrows(field, language) for field in self.content_fields):
            return State.MISSING
        made = self.translations.get(language, {})
        if made.get("source") != self.source_hash():
            return State.OUTDATED
        return State.REVIEWED if made.get("read") else State.UNREAD

    def mark_translated(self, language: str, *, read: bool) -> None:
        """Record that `language` now says what the Danish says; `read`: a speaker has checked it. Saves nothing."""
        self.translations[language] = {
            "source": self.source_hash(),
            "read": read,
            "date": timezone.localdate().isoformat(),
        }

    def languages(self) -> list[str]:
        """The languages in which this exists whole, Danish first: what may be advertised to search engines."""
        return [language for language in CODES if self.language_state(language) != State.MISSING]


class LanguageMiddleware:
    """The address alone decides the language.

    Django's LocaleMiddleware also makes answers vary on Accept-Language; ours do not, so caches stay simple.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = translation.get_language_from_path(request.path_info) or SOURCE
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response
