"""The texts of an object as translators' files have them: one row for the object and one for each of its parts."""

from collections.abc import Iterator
from typing import NamedTuple

from django.conf import settings
from django.db.models import Field

from nejtilbander.i18n.languages import CODES, SOURCE
from nejtilbander.i18n.models import Translated
from nejtilbander.publishing import serialization
from nejtilbander.publishing.models import ContentModel
from nejtilbander.publishing.serialization import Columns, Content
from nejtilbander.transfer.json_files import TransferError, object_name

NAMES = {code: str(name) for code, name in settings.LANGUAGES}


class PoRow(NamedTuple):
    """The object, or an entry of one of its parts. `name` is the same in the next export; `part` is "" for the object.

    `columns` are those of the content it was found in: what is written into them is written there.
    """

    model: type[Translated]
    name: str
    part: str
    columns: Columns

    def context(self, field: str) -> str:
        """The msgctxt of one field."""
        return f"{self.name} {field}"

    def text(self, field: str, language: str) -> str:
        return str(self.columns.get(f"{field}_{language}") or "")

    def column(self, name: str) -> Field:
        return next(column for column in self.model._meta.concrete_fields if column.name == name)

    def as_object(self) -> Translated:
        """Unsaved, with the columns set."""
        obj = self.model()
        serialization.set_fields(obj, self.columns)
        return obj

    def is_current(self, language: str) -> bool:
        """True when the translation was made from the Danish as it is now, and by or past a human."""
        obj = self.as_object()
        record = obj.translations.get(language, {})
        return record.get("source") == obj.source_hash() and bool(record.get("read") or not record.get("machine"))


def rows_of(obj: ContentModel, content: Content) -> Iterator[PoRow]:
    """The rows of `content`, which is that of `obj`: the object's own first."""
    name = object_name(obj)
    yield PoRow(type(obj), name, "", content["fields"])
    for part in serialization.parts_of(type(obj)):
        entries = content.get(part.name, [])
        for number, entry in enumerate(entries if isinstance(entries, list) else [], 1):
            label = f"{part.model._meta.verbose_name} {number}"
            yield PoRow(part.model, f"{name} {part.name} {entry['id']}", label, entry)


def refuse_language(language: str) -> None:
    """Raises TransferError for a language that nothing is translated into."""
    if language not in CODES or language == SOURCE:
        raise TransferError(f"Siden her oversættes ikke til {language!r}.")
