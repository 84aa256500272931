"""Texts as PO files, for translators' tools."""

import json
from collections.abc import Iterable
from io import BytesIO
from typing import Any

from babel.messages import Catalog
from babel.messages.pofile import PoFileError, PoFileParser, write_po
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from nejtilbander.i18n.languages import CODES, SOURCE
from nejtilbander.i18n.models import Translated
from nejtilbander.publishing import serialization
from nejtilbander.publishing.models import content_models
from nejtilbander.transfer.json_files import TransferError, import_working_copy, object_name, working_copy_content

MAX_BYTES = 20_000_000  # bytes


class _Catalog(Catalog):
    num_plurals = 1  # our files have none; a file that claims a milliard of them would fill the memory


def export_po(language: str, objects: Iterable[Any]) -> bytes:
    """The Danish texts of the working copies, and what they are in `language`, as a PO file. Raises Unreadable."""
    _refuse_language(language)
    now = timezone.localtime()
    catalog = Catalog(
        locale=language, project="Odense siger NEJ TIL BANDER", version=f"{now:%Y-%m-%d}", charset="utf-8", fuzzy=False,
        header_comment="# Skriv oversættelsen i msgstr. Det, der står tomt, bliver ikke læst ind.",
        msgid_bugs_address=settings.SITE_URL, creation_date=now, revision_date=now, last_translator="Odense Kommune",
        language_team=dict(settings.LANGUAGES)[language],
    )  # fmt: skip
    for obj in objects:
        for place, danish, other in _pairs(obj, working_copy_content(obj), language):
            if danish:
                catalog.add(danish, other, context=place)
    file = BytesIO()
    write_po(file, catalog, width=0)
    return file.getvalue()


def import_po(language: str, text: bytes, by: User | None = None) -> list[Any]:
    """Make a translator's PO file working copies. Returns the things that got something new. Raises Unreadable.

    A text whose Danish has changed since the file was made is left alone, and so is what is empty or marked fuzzy.
    """
    _refuse_language(language)
    if len(text) > MAX_BYTES:
        raise TransferError(f"Filen er for stor. Den må højst fylde {MAX_BYTES // 1_000_000} MB.")
    catalog = _Catalog()
    try:
        PoFileParser(catalog, abort_invalid=True).parse(BytesIO(text))
    except (PoFileError, LookupError, ValueError, AttributeError, OverflowError):
        raise TransferError("Det er ikke en hel PO-fil.") from None
    found = {
        (message.context, message.id): str(message.string)
        for message in catalog
        if message.id and message.string and not message.fuzzy
    }
    changed = []
    with transaction.atomic():
        for obj in [obj for model in content_models() for obj in model._default_manager.all()]:
            content = json.loads(json.dumps(working_copy_content(obj)))
            if _translate(obj, content, language, found) and import_working_copy(
                obj, content, by, "Oversættelse fra en fil"
            ):
                changed.append(obj)
    return changed


def _refuse_language(language: str) -> None:
    if language not in CODES or language == SOURCE:
        raise TransferError(f"Siden her oversættes ikke til {language!r}.")


def _translate(obj: Any, content: serialization.Content, language: str, found: dict[Any, str]) -> bool:
    """Write what the file says into `content`. Whether anything is new."""
    is_new = False
    for model, place, entry in _entries(obj, content):
        is_mine = False
        for field in model.content_fields:
            danish, column = entry.get(f"{field}_{SOURCE}") or "", f"{field}_{language}"
            text = found.get((f"{place} {field}", danish))
            if text and text != entry.get(column):
                entry[column], is_mine = text, True
        if is_mine:
            row = model()
            serialization.set_fields(row, entry)
            row.tidy()
            row.mark_translated(language, read=False, machine=False)
            entry["translations"] = row.translations
            is_new = True
    return is_new


def _entries(obj: Any, content: serialization.Content) -> list[tuple[type[Translated], str, dict[str, Any]]]:
    """(model, a name that lasts, columns) of the thing and its rows."""
    model: Any = type(obj)
    entries = [(model, object_name(obj), content["fields"])]
    for part in model.part_names:
        inner: Any = model._meta.get_field(part).related_model
        entries += [(inner, f"{object_name(obj)} {part} {entry['id']}", entry) for entry in content.get(part, [])]
    return entries


def _pairs(obj: Any, content: serialization.Content, language: str) -> list[tuple[str, str, str]]:
    return [
        (f"{place} {field}", entry.get(f"{field}_{SOURCE}") or "", entry.get(f"{field}_{language}") or "")
        for model, place, entry in _entries(obj, content)
        for field in model.content_fields
    ]
