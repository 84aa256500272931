"""Documents in the export file, identified by digest instead of primary key, which differs from site to site.

A document that a site has already is not created again. An imported one is cleaned anew like any upload: the file may
have been changed on its way.
"""

import base64
import re
from collections.abc import Iterable, Mapping
from typing import TypedDict

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import DatabaseError

from nejtilbander.documents.cleaning import InvalidDocument
from nejtilbander.documents.models import RELATION, Document
from nejtilbander.documents.storing import store_document
from nejtilbander.publishing.serialization import Columns, Content
from nejtilbander.publishing.validation import clean_value

DIGEST = re.compile(r"[0-9a-f]{16}\Z")
COLUMNS = ("title", "language")


class PackedDocument(TypedDict):
    """A document in the export file. `body` is the PDF in base64."""

    title: str
    language: str
    body: str


class UnknownDocument(Exception):
    """A document is neither on this site nor in the file, or is not valid. The sentence says which."""


def pack_documents(contents: Iterable[Content]) -> dict[str, PackedDocument]:
    """The documents of `contents` by digest. In `contents` each primary key is replaced by the digest.

    Rows whose document is deleted are left out.
    """
    packed: dict[str, PackedDocument] = {}
    for rows in _rows(contents):
        for row in list(rows):
            document = Document.objects.select_related("file").filter(pk=str(row["document_id"])).first()
            if document is None:
                rows.remove(row)
                continue
            row["document_id"] = document.digest
            body = base64.b64encode(bytes(document.file.body)).decode()
            packed[document.digest] = {"title": document.title, "language": document.language, "body": body}
    return packed


def unpack_documents(contents: Iterable[Content], packed: Mapping[str, PackedDocument], by: User | None) -> None:
    """In `contents` each digest is replaced by the primary key on this site. Creates missing documents from `packed`.

    Raises UnknownDocument.
    """
    for row in (row for rows in _rows(contents) for row in rows):
        digest = row.get("document_id") if isinstance(row, dict) else None
        if not isinstance(digest, str) or not DIGEST.match(digest):
            raise UnknownDocument("En tekst i filen nævner et dokument med et mærke, der ikke er et. Intet er hentet.")
        existing = Document.objects.filter(digest=digest).first()
        row["document_id"] = (existing or _create(digest, packed, by)).pk


def _create(digest: str, packed: Mapping[str, PackedDocument], by: User | None) -> Document:
    try:
        columns: Mapping[str, object] = packed[digest]
        title, language = (
            str(clean_value(Document._meta.get_field(name), columns[name], None))  # type: ignore[arg-type]
            for name in COLUMNS
        )
        return store_document(base64.b64decode(packed[digest]["body"], validate=True), title, language, by, digest)
    except (InvalidDocument, ValidationError, KeyError, TypeError, ValueError, DatabaseError) as error:
        raise UnknownDocument(f"Dokumentet {digest} mangler i filen eller kan ikke læses. Intet er hentet.") from error


def _rows(contents: Iterable[object]) -> list[list[Columns]]:
    """The rows with documents of each content. Malformed contents are left for `json_files` to refuse."""
    found = [content.get(RELATION) for content in contents if isinstance(content, dict)]
    return [rows for rows in found if isinstance(rows, list)]
