"""The abstract model whose texts exist in six languages."""

import hashlib
import re
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils import timezone

from nejtilbander.i18n.languages import CODES, SOURCE, TranslationState
from nejtilbander.text import prose
from nejtilbander.text.normalization import fold

_CONTROL_SIGNS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Translated(models.Model):
    """An object whose `content_fields` exist in every language, as columns made by django-modeltranslation."""

    content_fields: tuple[str, ...] = ()
    fact_fields: tuple[str, ...] = ()  # plain ones in which a {fact} becomes a link
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
        searchable_objects = self.searchable_objects()
        for language in CODES:
            words = " \n".join(one.words(language) for one in searchable_objects)
            setattr(self, f"search_text_{language}", fold(prose.to_plain_text(words)))
        super().save(*args, **kwargs)

    def searchable_objects(self) -> "list[Translated]":
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
                setattr(self, column, prose.sanitize(text) if is_prose else text)

    def texts(self, language: str) -> dict[str, str]:
        """The content fields in exactly `language`, "" where nothing is written; no falling back."""
        return {field: getattr(self, f"{field}_{language}") or "" for field in self.content_fields}

    def falls_back(self, field: str, language: str) -> bool:
        """Whether readers of `language` get the Danish text for `field`."""
        return (
            language != SOURCE and not getattr(self, f"{field}_{language}") and bool(getattr(self, f"{field}_{SOURCE}"))
        )

    def required_texts(self, language: str) -> dict[str, str]:
        """The texts that decide whether a translation is whole and of today."""
        return {field: text for field, text in self.texts(language).items() if field not in self.NOTES}

    def source_hash(self) -> str:
        return hashlib.sha256("\x1f".join(self.required_texts(SOURCE).values()).encode()).hexdigest()[:16]

    def language_state(self, language: str) -> TranslationState:
        if language == SOURCE:
            return TranslationState.REVIEWED
        if any(self.falls_back(field, language) for field in self.required_texts(language)):
            return TranslationState.MISSING
        made = self.translations.get(language, {})
        if made.get("source") != self.source_hash():
            return TranslationState.OUTDATED
        return TranslationState.REVIEWED if made.get("read") else TranslationState.UNREAD

    def is_machine_translated(self, language: str) -> bool:
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
            "machine": self.is_machine_translated(language) if machine is None else machine,
            "date": timezone.localdate().isoformat(),
        }

    def languages(self) -> list[str]:
        """The languages in which this exists whole, Danish first: what may be advertised to search engines."""
        return [language for language in CODES if self.language_state(language) != TranslationState.MISSING]
