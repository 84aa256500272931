"""A draft as readers would get it; and the public page behind a share link."""

from datetime import timedelta
from typing import Any

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone, translation

from nejtilbander.i18n.languages import SOURCE, path_in_language
from nejtilbander.notices import current
from nejtilbander.publishing import versions
from nejtilbander.publishing.models import SHARE_DAYS, SharedPreview
from nejtilbander.security import sealed_boxes
from nejtilbander.web import subrequests
from nejtilbander.web.decorators import NO_STORE, public_view


def preview_page(obj: Any, language: str) -> HttpResponse:
    """The page of the working copy, made by the very view that readers get. Nothing of it stays.

    What has no address of its own is seen where it will stand, and a notice on top of that page.
    """
    with versions.as_working_copy(obj):
        now = timezone.now()
        rows = type(obj)._default_manager.filter(pk=obj.pk)
        minute = timedelta(minutes=1)
        rows.update(public_from=now - minute, withdrawn_at=None, public_until=now + minute)  # a notice must have an end
        copied = rows.get()
        own = reverse(copied.shown_on) if copied.shown_on else copied.get_absolute_url()
        address = path_in_language(own, language)
        with current.previewing(copied):
            response = subrequests.render(subrequests.get_response(address), address)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Content-Language"] = language
    return response


@public_view(NO_STORE)
def shared_preview(request: HttpRequest, secret: str) -> HttpResponse:
    """A draft, for whoever was given the link."""
    newest = timezone.now() - timedelta(days=SHARE_DAYS)
    link = get_object_or_404(SharedPreview, token_hash=sealed_boxes.token_hash(secret), made_at__gt=newest)
    obj = get_object_or_404(apps.get_model(link.kind), pk=link.object_id)
    response = preview_page(obj, translation.get_language() or SOURCE)
    response.headers["Referrer-Policy"] = "no-referrer"  # the address is the key
    response.is_unique = True  # type: ignore[attr-defined]
    return response
