"""Documents for readers: the file, as long as something public shows it."""

import re

from django.http import Http404, HttpRequest, HttpResponse

from nejtilbander.documents.models import RELATION, DocumentFile, attachment_models, draft_query, owner_field
from nejtilbander.publishing.models import ContentQuerySet
from nejtilbander.web.decorators import UNCHANGING, public_view

PATH = re.compile(r"/dokument/([0-9a-f]{16})\.pdf")
# No script, no form, no other file, and no origin: what the cleaning took out would not work either.
POLICY = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


@public_view(86_400, is_shared=False)
def document(request: HttpRequest, digest: str) -> HttpResponse:
    """A PDF by its digest, or in a preview (`documents.models.draft_query`). Raises Http404."""
    is_draft = request.META.get("QUERY_STRING") == draft_query(digest)
    if not is_draft and not is_public(digest):
        raise Http404
    file = DocumentFile.objects.select_related("document").filter(document__digest=digest).first()
    if file is None:
        raise Http404
    response = HttpResponse(bytes(file.body), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{file.document.filename}"'
    response.headers["Content-Language"] = file.document.language
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "no-store" if is_draft else UNCHANGING
    return response


def is_public(digest: str) -> bool:
    """True while a public object shows the document with this digest."""
    owners = (owner_field(model).remote_field.model for model in attachment_models())
    shown = {f"{RELATION}__document__digest": digest}
    return any(ContentQuerySet(owner).public().filter(**shown).exists() for owner in owners)
