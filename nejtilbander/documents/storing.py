"""Stores documents: cleaned, once for each content."""

import hashlib

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from nejtilbander.documents.isolation import clean_isolated
from nejtilbander.documents.models import Document, DocumentFile


def store_document(upload: bytes, title: str, language: str, by: User | None, digest: str = "") -> Document:
    """Cleans and stores a PDF. Returns it, or the stored document with the same digest. Takes about a second.

    `digest`: of a document from another site, which keeps its own. Raises InvalidDocument.
    """
    cleaned = clean_isolated(upload, title, language)
    facts = {name: value for name, value in cleaned._asdict().items() if name != "body"}
    document = Document(title=title, language=language, size=len(cleaned.body), made_by=by, **facts)
    document.digest = digest or hashlib.sha256(cleaned.body).hexdigest()[:16]
    try:
        with transaction.atomic():
            document.save()
            DocumentFile.objects.create(document=document, body=cleaned.body)
    except IntegrityError:  # it is here already, perhaps since this moment
        return Document.objects.get(digest=document.digest)
    return document
