"""Which languages, what is complete in them, and how a borrowed Danish text is marked.

A text is Danish first. For every other language an object remembers, in `translations`, which Danish text
its translation was made from (a hash) and whether a speaker has read it. Nothing else is stored: whether a
translation is missing or older than the Danish is worked out when asked, so it can never be out of step.
"""

import hashlib
import re
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from nejtilbander import prose
from nejtilbander.matching import fold

SOURCE = "da"
CODES = [code for code, _ in settings.LANGUAGES]
_CONTROL_SIGNS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class State(models.TextChoices):
    """How a text stands in one language. The order is from worst to best."""

    MISSING = "missing", "mangler"
    OUTDATED = "outdated", "ældre end den danske"
    UNREAD = "unread", "ikke læst af en sprogkyndig"
    REVIEWED = "reviewed", "læst af en sprogkyndig"


def worst(states: Iterable[State]) -> State:
    return min(states, key=list(State).index, default=State.REVIEWED)


def in_language(path: str, language: str) -> str:
    """The same page's address in another language: slugs are Danish everywhere, only the prefix differs."""
    first, _, rest = path.lstrip("/").partition("/")
    # No slash may remain in front: "//example.org" would lead off the site.
    bare = rest.lstrip("/") if first in CODES and first != SOURCE else path.lstrip("/")
    return f"/{bare}" if language == SOURCE else f"/{language}/{bare}"


def direction(language: str) -> str:
    return "rtl" if language in settings.LANGUAGES_BIDI else "ltr"


def catalogue_state(language: str) -> State:
    """How the words of the code (menu, guide) stand in `language`; an operator says when a speaker has read them."""
    return State.REVIEWED if language in settings.CATALOGUES_READ else State.UNREAD


class Translated(models.Model):
    """An object whose `content_fields` exist in every language, as columns made by django-modeltranslation."""

    content_fields: tuple[str, ...] = ()
    linked_fields: tuple[str, ...] = ()  # plain ones in which a {fact} becomes a link
    part_names: tuple[str, ...] = ()  # of the rows that are written, translated and read with this
    # Notes of the moment: why something is cancelled or withdrawn. They do not make the rest missing or old.
    NOTES = frozenset({"withdrawn_reason", "state_reason"})

    translations = models.JSONField("oversættelser", default=dict, blank=True, editable=False)
    # One folded column a language: SQLite's own search knows no "Å" = "å", PostgreSQL no Arabic variants.
    search_text = models.TextField(default="", blank=True, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.tidy()
        found_by = self.found_by()
        for language in CODES:
            words = " \n".join(one.words(language) for one in found_by)
            setattr(self, f"search_text_{language}", fold(prose.plain(words)))
        super().save(*args, **kwargs)

    def found_by(self) -> "list[Translated]":
        """Everything whose words search finds this by."""
        return [self]

    def words(self, language: str) -> str:
        """Everything a reader of `language` sees of this, borrowed Danish too, as HTML."""
        own, danish = self.texts(language), self.texts(SOURCE)
        return " \n".join(own[field] or danish[field] for field in self.content_fields)

    def tidy(self) -> None:
        """Clean every language's own column: line ends as one sign, no control signs, prose sanitised.

        Browsers send line ends as two signs, and Word pastes signs that XML forbids. Never through the
        untranslated name: reading it falls back to Danish, and writing that back would copy the Danish into a
        language nobody has translated.
        """
        for field in self.content_fields:
            is_prose = isinstance(self._meta.get_field(field), prose.ProseField)
            for column in (f"{field}_{language}" for language in CODES):
                text = _CONTROL_SIGNS.sub("", (getattr(self, column) or "").replace("\r\n", "\n"))
                setattr(self, column, prose.clean(text) if is_prose else text)

    def texts(self, language: str) -> dict[str, str]:
        """The content fields in exactly `language`, "" where nothing is written; no falling back."""
        return {field: getattr(self, f"{field}_{language}") or "" for field in self.content_fields}

    def borrows(self, field: str, language: str) -> bool:
        """Whether readers of `language` get the Danish text for `field`."""
        return (
            language != SOURCE and not getattr(self, f"{field}_{language}") and bool(getattr(self, f"{field}_{SOURCE}"))
        )

    def lasting_texts(self, language: str) -> dict[str, str]:
        """The texts that decide whether a translation is whole and of today."""
        return {field: text for field, text in self.texts(language).items() if field not in self.NOTES}

    def source_hash(self) -> str:
        return hashlib.sha256("\x1f".join(self.lasting_texts(SOURCE).values()).encode()).hexdigest()[:16]

    def language_state(self, language: str) -> State:
        if language == SOURCE:
            return State.REVIEWED
        if any(self.borrows(field, language) for field in self.lasting_texts(language)):
            return State.MISSING
        made = self.translations.get(language, {})
        if made.get("source") != self.source_hash():
            return State.OUTDATED
        return State.REVIEWED if made.get("read") else State.UNREAD

    def is_machine_made(self, language: str) -> bool:
        return bool(self.translations.get(language, {}).get("machine"))

    def parts(self) -> Iterable["Translated"]:
        """The rows that are translated with this, and read with it."""
        return [row for name in self.part_names for row in getattr(self, name).all()]

    def mark_translated(self, language: str, *, read: bool, machine: bool | None = None) -> None:
        """Record that `language` now says what the Danish says. Call it on tidy texts; it saves nothing.

        `read`: a speaker has checked it. `machine`: a machine wrote it; None leaves that as it was.
        """
        self.translations[language] = {
            "source": self.source_hash(),
            "read": read,
            "machine": self.is_machine_made(language) if machine is None else machine,
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
