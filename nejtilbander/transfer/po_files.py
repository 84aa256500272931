"""Export and import of translations as PO files, for translators' tools."""

import re
from collections.abc import Iterable, Iterator
from io import BytesIO

from babel.messages import Catalog
from babel.messages.pofile import write_po
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from nejtilbander.i18n.languages import CODES, SOURCE
from nejtilbander.i18n.models import Translated
from nejtilbander.publishing import serialization
from nejtilbander.publishing.models import ContentModel
from nejtilbander.publishing.serialization import Columns, Content
from nejtilbander.text.contact_facts import BRACES, FACTS, unknown_names
from nejtilbander.transfer.json_files import (
    TransferError,
    import_working_copy,
    object_name,
    select_objects,
    working_copy_content,
)
from nejtilbander.transfer.po_parsing import InvalidPo, Translations, comparable, parse_po

MAX_BYTES = 20_000_000
MAX_QUOTED = 60  # characters of a header or a name in a sentence


def export_po(language: str, objects: Iterable[ContentModel]) -> bytes:
    """The Danish texts of the working copies with their translation into `language`, as a PO file.

    A translation that is older than the Danish, or a machine's that nobody has read, is fuzzy. Raises TransferError.
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
            is_current = _is_current(_row(model, columns), language)
            for field in model.content_fields:
                if danish := _text(columns, field, SOURCE):
                    message = catalog.add(danish, _text(columns, field, language), context=f"{name} {field}")
                    message.flags = _flags(danish, is_fuzzy=bool(message.string) and not is_current)
    file = BytesIO()
    write_po(file, catalog, width=0)
    return file.getvalue()


def import_po(language: str, text: bytes, by: User | None = None) -> list[ContentModel]:
    """Makes the translations of a PO file working copies. Returns the objects that changed. Raises TransferError.

    Ignores a translation whose Danish text has changed since the export, and what `parse_po` leaves out.
    """
    _refuse_language(language)
    if len(text) > MAX_BYTES:
        raise TransferError(f"Filen er for stor. Den må højst fylde {MAX_BYTES // 1_000_000} MB.")
    try:
        file = parse_po(text)
    except InvalidPo:
        raise TransferError("Det er ikke en hel PO-fil.") from None
    _refuse_other_language(language, file.language)
    changed = []
    with transaction.atomic():
        for obj in select_objects():
            content = working_copy_content(obj)
            if _translate(obj, content, language, file.translations) and import_working_copy(
                obj, content, by, "Oversættelse fra en fil"
            ):
                changed.append(obj)
    return changed


def _refuse_language(language: str) -> None:
    if language not in CODES or language == SOURCE:
        raise TransferError(f"Siden her oversættes ikke til {language!r}.")


def _refuse_other_language(language: str, header: str) -> None:
    """Compares the first part of the header, as in "tr_TR". A file without it is taken at its word."""
    code = re.split(r"[-_@.]", header.lower())[0]
    if code and code != language:
        names = {short: str(name) for short, name in settings.LANGUAGES}
        said = names.get(code, header[:MAX_QUOTED])
        raise TransferError(f"Filen siger selv, at den er på {said}, ikke {names[language]}. Intet er hentet.")


def _flags(danish: str, *, is_fuzzy: bool) -> set[str]:
    """Babel's own would call "50 % flere" a Python format, which the tools then refuse to see translated."""
    has_facts = any(f"{{{fact}}}" in danish for fact in FACTS)
    return {flag for flag, is_true in (("fuzzy", is_fuzzy), ("python-brace-format", has_facts)) if is_true}


def _translate(obj: ContentModel, content: Content, language: str, translations: Translations) -> bool:
    """Writes the translations for `content` into it. Returns True when that changed it. Raises TransferError."""
    is_changed = False
    for model, name, columns in _rows(obj, content):
        offered: dict[str, str] = {}
        for field in model.content_fields:
            danish = _text(columns, field, SOURCE)
            text = translations.get((f"{name} {field}", comparable(danish)), "")
            # OmegaT fills in the Danish where nobody has translated. A name that is alike in both is here already.
            if text and (comparable(text) != comparable(danish) or text == _text(columns, field, language)):
                _refuse_unknown_facts(f"{name} {field}", text, danish)
                offered[field] = text
        is_changed |= _translate_row(model, columns, language, offered)
    return is_changed


def _translate_row(model: type[Translated], columns: Columns, language: str, offered: dict[str, str]) -> bool:
    """Writes `offered` (by field) into `columns`, and whether the row is current now. Returns True if it changed any.

    The row is current when no text in it is of another time: each is in the file, or was current before.
    """
    row = _row(model, columns)
    danish, translated = row.required_texts(SOURCE), row.texts(language)
    is_whole = bool(offered) and all(field in offered for field in danish if danish[field] and translated[field])
    new = {f"{field}_{language}": text for field, text in offered.items()}
    if new.items() <= columns.items() and (_is_current(row, language) or not is_whole):
        return False
    columns.update(new)
    if is_whole or row.translations.get(language, {}).get("source") == row.source_hash():
        row = _row(model, columns)
        row.tidy()
        row.mark_translated(language, read=False, machine=False if is_whole else None)
        columns["translations"] = row.translations
    return True


def _refuse_unknown_facts(name: str, text: str, danish: str) -> None:
    own = set(BRACES.findall(danish))
    for unknown in unknown_names(text):
        if unknown not in own:
            raise TransferError(
                f"{name}: Siden kender ikke {unknown[:MAX_QUOTED]}. Skriv navnet, som det står i den danske tekst. "
                "Intet er hentet."
            )


def _row(model: type[Translated], columns: Columns) -> Translated:
    row = model()
    serialization.set_fields(row, columns)
    return row


def _is_current(row: Translated, language: str) -> bool:
    """True when the translation was made from the Danish as it is now, and by or past a human."""
    record = row.translations.get(language, {})
    return record.get("source") == row.source_hash() and bool(record.get("read") or not record.get("machine"))


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
