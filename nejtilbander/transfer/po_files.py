"""Export of texts with their translation as PO files, for translators' tools. They come back through po_review."""

from collections.abc import Iterable
from io import BytesIO

from babel.messages import Catalog
from babel.messages.pofile import write_po
from django.conf import settings
from django.utils import timezone

from nejtilbander.i18n.languages import SOURCE
from nejtilbander.publishing.models import ContentModel
from nejtilbander.text.contact_facts import FACTS
from nejtilbander.transfer.json_files import working_copy_content
from nejtilbander.transfer.po_rows import NAMES, PoRow, refuse_language, rows_of


def export_po(language: str, objects: Iterable[ContentModel], *, only_pending: bool = False) -> bytes:
    """The Danish texts of the working copies with their translation into `language`, as a PO file.

    A translation that is older than the Danish, or a machine's that nobody has read, is fuzzy. `only_pending`: those
    alone, and what has none. Raises TransferError.
    """
    refuse_language(language)
    now = timezone.localtime()
    catalog = Catalog(
        locale=language, project="Odense siger NEJ TIL BANDER", version=f"{now:%Y-%m-%d}", charset="utf-8", fuzzy=False,
        header_comment="# Skriv oversættelsen i msgstr. Det, der står tomt, bliver ikke læst ind.",
        msgid_bugs_address=settings.SITE_URL, creation_date=now, revision_date=now, last_translator="Odense Kommune",
        language_team=NAMES[language],
    )  # fmt: skip
    for obj in objects:
        for row in rows_of(obj, working_copy_content(obj)):
            _add_row(catalog, row, language, only_pending=only_pending)
    file = BytesIO()
    write_po(file, catalog, width=0)
    return file.getvalue()


def _add_row(catalog: Catalog, row: PoRow, language: str, *, only_pending: bool) -> None:
    is_current = row.is_current(language)
    for field in row.model.content_fields:
        danish, translation = row.text(field, SOURCE), row.text(field, language)
        if danish and not (only_pending and is_current and translation):
            message = catalog.add(danish, translation, context=row.context(field))
            message.flags = _flags(danish, is_fuzzy=bool(translation) and not is_current)


def _flags(danish: str, *, is_fuzzy: bool) -> set[str]:
    """Babel's own would call "50 % flere" a Python format, which the tools then refuse to see translated."""
    has_facts = any(f"{{{fact}}}" in danish for fact in FACTS)
    return {flag for flag, is_true in (("fuzzy", is_fuzzy), ("python-brace-format", has_facts)) if is_true}
