"""The abstract model of everything written in six languages."""

import hashlib
import re
from collections.abc import Collection, Iterable
from typing import Any, NotRequired, TypedDict

from django.db import models
from django.utils import timezone

from nejtilbander.i18n.languages import CODES, SOURCE, TranslationState, worst_state
from nejtilbander.text import prose
from nejtilbander.text.invisible import strip_invisible
from nejtilbander.text.normalization import index_text

_CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class TranslationRecord(TypedDict):
    """What is stored of one translation: `source` is `source_hash()` of the Danish text it was made from.

    `read`: a speaker has checked it. `machine`: a machine wrote words of it that stand there still; `rewritten` are the
    fields in which a person has written others since. `date`: ISO 8601.
    """

    source: str
    read: bool
    machine: bool
    date: str
    rewritten: NotRequired[list[str]]


class Translated(models.Model):
    """An object whose `content_fields` exist in every language, as columns made by django-modeltranslation."""

    content_fields: tuple[str, ...] = ()
    fact_fields: tuple[str, ...] = ()  # plain text fields in which a {fact} becomes a link
    part_names: tuple[str, ...] = ()  # related names of the rows that are edited, translated and shown with this
    # Temporary notes: why something is cancelled or withdrawn. They do not make a translation missing or outdated.
    NOTES = frozenset({"withdrawn_reason", "state_reason"})

    translations = models.JSONField("oversættelser", default=dict, blank=True, editable=False)
    # Folded text, one column a language: SQLite does not match "Å" with "å", PostgreSQL no Arabic letter variants.
    search_text = models.TextField(default="", blank=True, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.tidy()
        searchable_objects = self.searchable_objects()
        for language in CODES:
            words = " \n".join(obj.words(language) for obj in searchable_objects)
            setattr(self, f"search_text_{language}", index_text(prose.to_plain_text(words)))
        super().save(*args, **kwargs)

    def searchable_objects(self) -> "list[Translated]":
        """The objects whose texts search finds this by."""
        return [self]

    def words(self, language: str) -> str:
        """All content as a reader of `language` sees it, Danish where it falls back, as HTML."""
        own, danish = self.texts(language), self.texts(SOURCE)
        return " \n".join(own[field] or danish[field] for field in self.content_fields)

    def tidy(self) -> None:
        """Clean every language's own column: line ends as "\\n", no control characters, prose sanitised. And links.

        Browsers send line ends as "\\r\\n", and Word pastes characters that XML forbids. Never through the untranslated
        name: reading it falls back to Danish, and writing that back would copy the Danish into an untranslated
        language.
        """
        links = (field.attname for field in self._meta.concrete_fields if isinstance(field, models.URLField))
        for name in links:
            setattr(self, name, strip_invisible(getattr(self, name) or "").strip())
        for field in self.content_fields:
            is_prose = isinstance(self._meta.get_field(field), prose.ProseField)
            for column in (f"{field}_{language}" for language in CODES):
                text = _CONTROL_CHARACTERS.sub("", (getattr(self, column) or "").replace("\r\n", "\n"))
                setattr(self, column, prose.sanitize(text) if is_prose else text)

    def texts(self, language: str) -> dict[str, str]:
        """The content fields in exactly `language`, "" where nothing is written; no fallback to Danish."""
        return {field: getattr(self, f"{field}_{language}") or "" for field in self.content_fields}

    def falls_back(self, field: str, language: str) -> bool:
        """True when readers of `language` get the Danish text for `field`."""
        return (
            language != SOURCE and not getattr(self, f"{field}_{language}") and bool(getattr(self, f"{field}_{SOURCE}"))
        )

    def required_texts(self, language: str) -> dict[str, str]:
        """The texts that decide the state of a translation: all but NOTES."""
        return {field: text for field, text in self.texts(language).items() if field not in self.NOTES}

    def source_hash(self) -> str:
        return hashlib.sha256("\x1f".join(self.required_texts(SOURCE).values()).encode()).hexdigest()[:16]

    def language_state(self, language: str) -> TranslationState:
        if language == SOURCE:
            return TranslationState.REVIEWED
        if any(self.falls_back(field, language) for field in self.required_texts(language)):
            return TranslationState.MISSING
        record = self.translations.get(language, {})
        if record.get("source") != self.source_hash():
            return TranslationState.OUTDATED
        return TranslationState.REVIEWED if record.get("read") else TranslationState.UNREAD

    def is_machine_translated(self, language: str) -> bool:
        return bool(self.translations.get(language, {}).get("machine"))

    def parts(self) -> Iterable["Translated"]:
        """The rows that are edited, translated and shown with this."""
        return [row for name in self.part_names for row in getattr(self, name).all()]

    def mark_translated(self, language: str, *, read: bool, machine: bool | None = None) -> None:
        """Record that the text in `language` matches the Danish. Call it after `tidy`; it does not save.

        For `read` and `machine` see TranslationRecord; None leaves `machine` as it was.
        """
        record: TranslationRecord = {
            "source": self.source_hash(),
            "read": read,
            "machine": self.is_machine_translated(language) if machine is None else machine,
            "date": timezone.localdate().isoformat(),
        }
        if record["machine"] and (rewritten := self.translations.get(language, {}).get("rewritten")):
            record["rewritten"] = rewritten
        self.translations[language] = record

    def mark_rewritten(self, language: str, fields: Collection[str]) -> None:
        """Record that a person has written the text of `fields`. It does not save.

        With the last of a machine's texts the mark goes too: readers are no longer told that a machine wrote it.
        """
        record = self.translations.get(language, {})
        if not (fields and record.get("machine")):
            return
        rewritten = {*record.pop("rewritten", []), *fields}
        texts = self.required_texts(language)
        record["machine"] = any(text and field not in rewritten for field, text in texts.items())
        if record["machine"]:
            record["rewritten"] = sorted(rewritten)

    def languages(self) -> list[str]:
        """The languages in which this is complete, Danish first: those advertised to search engines."""
        return [language for language in CODES if self.language_state(language) != TranslationState.MISSING]


def state_together(texts: Iterable[Translated], language: str) -> tuple[TranslationState, bool]:
    """The state of texts that are translated together, an object and its parts: that of the worst of them.

    And whether a machine wrote one that is as bad. Called with the rows of the working copy on every page of staff.
    """
    states = [(text.language_state(language), text.is_machine_translated(language)) for text in texts]
    worst = worst_state(state for state, _ in states)
    return worst, any(is_machine for state, is_machine in states if state == worst)
