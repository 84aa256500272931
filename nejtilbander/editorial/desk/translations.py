"""What a language lacks, the oldest first: each text with the Danish that has changed, and a way to its field."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import User
from django.utils.safestring import SafeString

from nejtilbander.caching.tracking import ObjectRef
from nejtilbander.editorial.desk.entries import BEHIND, Entry
from nejtilbander.editorial.desk.overview import TARGETS
from nejtilbander.editorial.forms.translation import may_translate, source_html, source_version
from nejtilbander.i18n.languages import SOURCE
from nejtilbander.publishing import summaries
from nejtilbander.publishing.summaries import Text

SHORT = 400  # characters
MAX_OWN = 10  # texts of each language on the Min side of those who translate


@dataclass(frozen=True)
class FieldToTranslate:
    """One field, with its `danish` as translators see it on the form: where it has changed, as a diff."""

    name: str
    url: str
    danish: SafeString | str
    is_missing: bool
    is_changed: bool

    @property
    def is_open(self) -> bool:
        """True when the Danish is shown at once: a diff always is, a long text that is missing is not."""
        return self.is_changed or len(self.danish) <= SHORT


@dataclass(frozen=True)
class TextToTranslate:
    """A text in one language: `word` is its state, `made` the day it was translated, `fields` those to translate."""

    entry: Entry
    url: str
    word: str
    made: date | None
    fields: list[FieldToTranslate]


@dataclass(frozen=True)
class OwnList:
    """The work of somebody who translates: the first of `number` texts that are behind in one language."""

    language: str
    name: str
    number: int
    texts: list[TextToTranslate]


def own_lists(user: User, entries: list[Entry]) -> list[OwnList]:
    """One for each language the user translates; none for a superuser, who may do everything and translates nothing."""
    if user.is_superuser:
        return []
    lists = []
    for code, name in TARGETS:
        if may_translate(user, code):
            found = behind(entries, code)
            lists.append(OwnList(code, name, len(found), with_fields(found[:MAX_OWN], code)))
    return lists


def behind(entries: list[Entry], language: str) -> list[Entry]:
    """Those whose translation is missing or out of date, the longest waiting first."""
    found = [entry for entry in entries if entry.is_behind(language)]
    return sorted(found, key=lambda entry: entry.waiting_since(language))


def unread(entries: list[Entry], language: str) -> list[Entry]:
    """Those that a speaker has not read, the oldest first."""
    found = [entry for entry in entries if entry.waits_to_be_read(language)]
    return sorted(found, key=lambda entry: entry.waiting_since(language))


def with_fields(entries: list[Entry], language: str) -> list[TextToTranslate]:
    """What to do in each. Two queries for each model and one for each part; one for each text that is out of date."""
    texts: dict[ObjectRef, list[Text]] = {}
    for model in {entry.model_admin.model for entry in entries}:
        pks = [entry.row.pk for entry in entries if entry.model_admin.model is model]
        texts |= summaries.working_copies(model, pks)
    return [
        TextToTranslate(
            entry, entry.translation_url(language), entry.state_word(language), entry.made(language),
            [field for text in texts.get(entry.ref, []) for field in _fields(entry, text, language)],
        )
        for entry in entries
    ]  # fmt: skip


def _fields(entry: Entry, text: Text, language: str) -> list[FieldToTranslate]:
    """The fields that are missing, and those in which the Danish has changed since; at least one when it is behind."""
    prefix, row = text
    if row.language_state(language) not in BEHIND:
        return []
    danish, previous = row.required_texts(SOURCE), source_version(row, language)
    was = previous.required_texts(SOURCE) if previous else danish
    missing = [name for name in danish if row.falls_back(name, language)]
    names = [name for name in danish if name in missing or was[name] != danish[name]]
    return [
        FieldToTranslate(
            text.label(name), entry.field_url(f"{prefix}{name}_{language}", language),
            source_html(row, name, previous), is_missing=name in missing, is_changed=was[name] != danish[name],
        )
        for name in names or [next((name for name, words in danish.items() if words), next(iter(danish)))]
    ]  # fmt: skip
