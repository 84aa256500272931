"""Previews of the working copy: in the admin, and by a link for people without a login."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from nejtilbander.editorial.forms.translation import language_label
from nejtilbander.editorial.views.base import EditorialAdmin, get_object, log_change, render_admin_page, staff_user
from nejtilbander.i18n.languages import CODES, SOURCE, path_in_language
from nejtilbander.publishing import versions
from nejtilbander.publishing.models import SHARE_DAYS, ContentModel, SharedPreview
from nejtilbander.security import sealed_boxes
from nejtilbander.web.preview_links import Target, fragment_of, path_on_site
from nejtilbander.web.previews import preview_page
from nejtilbander.web.security_headers import PREVIEW_HEADER
from nejtilbander.web.subrequests import language_of

WIDTHS = [("Telefon", 375), ("Computer", 1280)]  # CSS pixels


def preview(request: HttpRequest, model_admin: EditorialAdmin, pk: int, language: str) -> HttpResponse:
    """The working copy in one language, in frames as wide as a phone and as a computer."""
    obj = get_object(request, model_admin, pk)
    if language not in CODES:
        raise Http404
    links = SharedPreview.objects.filter(kind=versions.kind_of(obj), object_id=pk, made_at__gt=_oldest_link())
    return render_admin_page(
        request, model_admin, "preview", title=f"Se kladden: {obj}", original=obj, language=language, widths=WIDTHS,
        languages=[(code, language_label(code), model_admin.url_for("look", pk, code)) for code in CODES],
        may_publish=model_admin.has_publish_permission(request),
        frame=model_admin.url_for("looked_at", pk, language), links=links.select_related("made_by"), days=SHARE_DAYS,
    )  # fmt: skip


def preview_frame(request: HttpRequest, model_admin: EditorialAdmin, pk: int, language: str) -> HttpResponse:
    """The public page of the working copy, for the frames of `preview`.

    A link to what the user may look at leads to its preview; any other opens in a window of its own.
    """
    obj = get_object(request, model_admin, pk)
    if language not in CODES:
        raise Http404
    frames = _frames(request, model_admin)

    def elsewhere(url: str) -> Target | None:
        path = path_on_site(url)
        if path and (frame := frames.get(path_in_language(path, SOURCE))):
            return Target(frame(language_of(path)) + fragment_of(url))
        if path and path.startswith("/dokument/"):
            return Target(url, leaves=True)  # a draft's is shown by staff's process alone
        if path:
            return Target(f"{settings.SITE_URL}{url.removeprefix(settings.SITE_URL)}", leaves=True)
        return Target(url, leaves=True) if url.startswith(("http://", "https://")) else None

    response = preview_page(obj, language, lambda code: model_admin.url_for("looked_at", pk, code), elsewhere)
    response.headers["Content-Security-Policy"] = PREVIEW_HEADER
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _frames(request: HttpRequest, model_admin: EditorialAdmin) -> dict[str, Callable[[str], str]]:
    """The address of the preview in a language, by the Danish path of everything that the user may look at."""
    frames: dict[str, Callable[[str], str]] = {}
    for model, other in model_admin.admin_site._registry.items():
        if (
            issubclass(model, ContentModel)
            and hasattr(model, "get_absolute_url")
            and other.has_view_permission(request)
        ):
            address_fields = versions.UNIQUE_FIELDS & {field.name for field in model._meta.concrete_fields}
            for obj in model._default_manager.only(*address_fields):
                frames[obj.get_absolute_url()] = partial(_frame_url, other, obj.pk)
    return frames


def _frame_url(model_admin: Any, pk: int, language: str) -> str:
    url: str = model_admin.url_for("looked_at", pk, language)
    return url


def share(request: HttpRequest, model_admin: EditorialAdmin, pk: int) -> HttpResponse:
    """POST makes a preview link; with action=revoke it deletes all links of the object. Expired links go too."""
    obj = get_object(request, model_admin, pk)
    if request.method == "POST" and not model_admin.has_full_change_permission(request):
        raise PermissionDenied
    SharedPreview.objects.filter(made_at__lte=_oldest_link()).delete()
    if request.method == "POST" and request.POST.get("action") == "revoke":
        _revoke_links(request, obj)
    elif request.method == "POST":
        _make_link(request, obj)
    return HttpResponseRedirect(model_admin.url_for("look", pk, SOURCE))


def _make_link(request: HttpRequest, obj: ContentModel) -> None:
    secret = secrets.token_urlsafe(32)
    SharedPreview.objects.create(
        token_hash=sealed_boxes.token_hash(secret), kind=versions.kind_of(obj), object_id=obj.pk,
        made_by=staff_user(request),
    )  # fmt: skip
    log_change(request, obj, "Link til kladden lavet.")
    url = f"{settings.SITE_URL}{path_in_language(f'/kladde/{secret}/', SOURCE)}"
    messages.success(request, f"Linket virker i {SHARE_DAYS} dage, og enhver, der har det, kan se kladden: {url}")


def _revoke_links(request: HttpRequest, obj: ContentModel) -> None:
    SharedPreview.objects.filter(kind=versions.kind_of(obj), object_id=obj.pk).delete()
    log_change(request, obj, "Alle links til kladden trukket tilbage.")
    messages.success(request, "Linkene er trukket tilbage. De viser ikke noget mere.")


def _oldest_link() -> datetime:
    """Links made before this moment have expired."""
    return timezone.now() - timedelta(days=SHARE_DAYS)
