"""Looking at a draft before readers do: on the desk, and by a link for people without a login."""

import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from nejtilbander.editorial.views.base import get_object, log_change, render_admin_page, staff_user
from nejtilbander.i18n.languages import CODES, SOURCE, path_in_language
from nejtilbander.publishing import versions
from nejtilbander.publishing.models import SHARE_DAYS, SharedPreview
from nejtilbander.security import sealed_boxes
from nejtilbander.web.previews import preview_page
from nejtilbander.web.security_headers import PREVIEW_HEADER

WIDTHS = [("Telefon", 375), ("Computer", 1280)]  # CSS pixels


def preview(request: HttpRequest, model_admin: Any, pk: int, language: str) -> HttpResponse:
    """The draft in one language, as wide as a phone and as a computer."""
    obj = get_object(model_admin, request, pk)
    if language not in CODES:
        raise Http404
    links = SharedPreview.objects.filter(
        kind=versions.kind_of(obj), object_id=pk, made_at__gt=timezone.now() - timedelta(days=SHARE_DAYS)
    )
    return render_admin_page(
        request, model_admin, "look", title=f"Se kladden: {obj}", original=obj, language=language, widths=WIDTHS,
        languages=[(code, name, model_admin.address("look", pk, code)) for code, name in settings.LANGUAGES],
        frame=model_admin.address("looked_at", pk, language), links=links.select_related("made_by"), days=SHARE_DAYS,
    )  # fmt: skip


def preview_frame(request: HttpRequest, model_admin: Any, pk: int, language: str) -> HttpResponse:
    """What stands in the frame."""
    obj = get_object(model_admin, request, pk)
    if language not in CODES:
        raise Http404
    response = preview_page(obj, language)
    response.headers["Content-Security-Policy"] = PREVIEW_HEADER
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def share(request: HttpRequest, model_admin: Any, pk: int) -> HttpResponse:
    """Make a link that shows the draft to people without a login, or take all of them back."""
    obj = get_object(model_admin, request, pk)
    if request.method == "POST" and not model_admin.has_write_permission(request):
        raise PermissionDenied
    kind = versions.kind_of(obj)
    SharedPreview.objects.filter(made_at__lte=timezone.now() - timedelta(days=SHARE_DAYS)).delete()
    if request.method == "POST" and request.POST.get("action") == "revoke":
        SharedPreview.objects.filter(kind=kind, object_id=pk).delete()
        log_change(request, obj, "Alle links til kladden trukket tilbage.")
        messages.success(request, "Linkene er trukket tilbage. De viser ikke noget mere.")
    elif request.method == "POST":
        secret = secrets.token_urlsafe(32)
        SharedPreview.objects.create(
            token_hash=sealed_boxes.token_hash(secret), kind=kind, object_id=pk, made_by=staff_user(request)
        )
        log_change(request, obj, "Link til kladden lavet.")
        address = f"{settings.SITE_URL}{path_in_language(f'/kladde/{secret}/', SOURCE)}"
        messages.success(
            request, f"Linket virker i {SHARE_DAYS} dage, og enhver, der har det, kan se kladden: {address}"
        )
    return HttpResponseRedirect(model_admin.address("look", pk, SOURCE))
