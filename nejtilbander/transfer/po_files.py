"""Export and import of translations as PO files, for translators' tools."""

from collections.abc import Iterable, Iterator
from io import BytesIO

from babel.messages import Catalog
from babel.messages.pofile import PoFileError, PoFileParser, write_po
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from nejtilbander.i18n.languages import CODES, SOURCE
from nejtilbander.i18n.models import Translated
from nejtilbander.publishing import serialization
from nejtilbander.publishing.models import ContentModel
from nejtilbander.publishing.serialization import Columns, Content
from nejtilbander.transfer.json_files import (
    TransferError,
    import_working_copy,
    object_name,
    select_objects,
    working_copy_content,
)

MAX_BYTES = 20_000_000
Translations = dict[tuple[str, str], str]  # by (context, Danish text)


class _Catalog(Catalog):
    num_plurals = 1  # our files have none; a file that claims a billion of them would fill the memory


def export_po(language: str, objects: Iterable[ContentModel]) -> bytes:
    """The Danish texts of the working copies with their translation into `language`, as a PO file.

    Raises TransferError.
    """
    _refuse_language(language)
    now = timezone.localtime()
    catalog = Catalog(
        locale=language, project="Odense siger NEJ TIL BANDER", version=f"{now:%Y-%m-%d}", charset="utf-8", fuzzy=False,
        header_comment="# Skriv oversættelsen i msgstr. Det, der står tomt, bliver ikke læst ind.",
        msgid_bugs_address=settings.SITE_URL, creation_date=now, revision_date=now, last_translator="Odense Kommune",
        language_team=dict(settings.LANGUAGES)[language],
    )  # fmt: skip
    for obj in objects:
        for model, name, columns in _rows(obj, working_copy_content(obj)):
            for field in model.content_fields:
                if danish := _text(columns, field, SOURCE):
                    catalog.add(danish, _text(columns, field, language), context=f"{name} {field}")
    file = BytesIO()
    write_po(file, catalog, width=0)
    return file.getvalue()


def import_po(language: str, text: bytes, by: User | None = None) -> list[ContentModel]:
    """Makes the translations of a PO file working copies. Returns the objects that changed. Raises TransferError.

    Ignores a translation whose Danish text has changed since the export, and one that is empty or marked fuzzy.
    """
    _refuse_language(language)
    if len(text) > MAX_BYTES:
        raise TransferError(f"Filen er for stor. Den må højst fylde {MAX_BYTES // 1_000_000} MB.")
    catalog = _Catalog()
    try:
        PoFileParser(catalog, abort_invalid=True).parse(BytesIO(text))
    except (PoFileError, LookupError, ValueError, AttributeError, OverflowError):
        raise TransferError("Det er ikke en hel PO-fil.") from None
    translations = {
        (message.context or "", str(message.id)): str(message.string)
        for message in catalog
        if message.id and message.string and not message.fuzzy
    }
    changed = []
    with transaction.atomic():
        for obj in select_objects():
            content = working_copy_content(obj)
            if _translate(obj, content, language, translations) and import_working_copy(
                obj, content, by, "Oversættelse fra en fil"
            ):
                changed.append(obj)
    return changed


def _refuse_language(language: str) -> None:
    if language not in CODES or language == SOURCE:
        raise TransferError(f"Siden her oversættes ikke til {language!r}.")


def _translate(obj: ContentModel, content: Content, language: str, translations: Translations) -> bool:
    """Writes the translations that are for `content` into it. Returns True when that changed it."""
    is_changed = False
    for model, name, columns in _rows(obj, content):
        previous = dict(columns)
        for field in model.content_fields:
            if text := translations.get((f"{name} {field}", _text(columns, field, SOURCE))):
                columns[f"{field}_{language}"] = text
        if columns != previous:
            row = model()
            serialization.set_fields(row, columns)
            row.tidy()
            row.mark_translated(language, read=False, machine=False)
            columns["translations"] = row.translations
            is_changed = True
    return is_changed


def _rows(obj: ContentModel, content: Content) -> Iterator[tuple[type[Translated], str, Columns]]:
    """(model, name, columns) of the object and of each part entry. The name is the same in the next export."""
    name = object_name(obj)
    yield type(obj), name, content["fields"]
    for part in serialization.parts_of(type(obj)):
        entries = content.get(part.name, [])
        for entry in entries if isinstance(entries, list) else []:
            yield part.model, f"{name} {part.name} {entry['id']}", entry


def _text(columns: Columns, field: str, language: str) -> str:
    return str(columns.get(f"{field}_{language}") or "")
