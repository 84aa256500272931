"""Looking at a draft before readers do: on the desk, and by a link for people without a login."""

import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from nejtilbander.editorial.views.base import log, page, the_thing, who
from nejtilbander.i18n.languages import CODES, SOURCE, in_language
from nejtilbander.publishing import versions
from nejtilbander.publishing.models import DAYS_SHARED, SharedPreview
from nejtilbander.security import sealed_boxes
from nejtilbander.web.previews import draft_page
from nejtilbander.web.security_headers import LOOK_POLICY

WIDTHS = [("Telefon", 375), ("Computer", 1280)]  # CSS pixels


def look(request: HttpRequest, desk: Any, pk: int, language: str) -> HttpResponse:
    """The draft in one language, as wide as a phone and as a computer."""
    thing = the_thing(desk, request, pk)
    if language not in CODES:
        raise Http404
    links = SharedPreview.objects.filter(
        kind=versions.kind_of(thing), object_id=pk, made_at__gt=timezone.now() - timedelta(days=DAYS_SHARED)
    )
    return page(
        request, desk, "look", title=f"Se kladden: {thing}", original=thing, language=language, widths=WIDTHS,
        languages=[(code, name, desk.address("look", pk, code)) for code, name in settings.LANGUAGES],
        frame=desk.address("looked_at", pk, language), links=links.select_related("made_by"), days=DAYS_SHARED,
    )  # fmt: skip


def looked_at(request: HttpRequest, desk: Any, pk: int, language: str) -> HttpResponse:
    """What stands in the frame."""
    thing = the_thing(desk, request, pk)
    if language not in CODES:
        raise Http404
    response = draft_page(thing, language)
    response.policy = LOOK_POLICY  # type: ignore[attr-defined]
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def share(request: HttpRequest, desk: Any, pk: int) -> HttpResponse:
    """Make a link that shows the draft to people without a login, or take all of them back."""
    thing = the_thing(desk, request, pk)
    if request.method == "POST" and not desk.may_write(request):
        raise PermissionDenied
    kind = versions.kind_of(thing)
    SharedPreview.objects.filter(made_at__lte=timezone.now() - timedelta(days=DAYS_SHARED)).delete()
    if request.method == "POST" and request.POST.get("action") == "revoke":
        SharedPreview.objects.filter(kind=kind, object_id=pk).delete()
        log(request, thing, "Alle links til kladden trukket tilbage.")
        messages.success(request, "Linkene er trukket tilbage. De viser ikke noget mere.")
    elif request.method == "POST":
        secret = secrets.token_urlsafe(32)
        SharedPreview.objects.create(mark=sealed_boxes.mark(secret), kind=kind, object_id=pk, made_by=who(request))
        log(request, thing, "Link til kladden lavet.")
        address = f"{settings.SITE_URL}{in_language(f'/kladde/{secret}/', SOURCE)}"
        messages.success(
            request, f"Linket virker i {DAYS_SHARED} dage, og enhver, der har det, kan se kladden: {address}"
        )
    return HttpResponseRedirect(desk.address("look", pk, SOURCE))
