"""A draft as readers would get it; and the public page behind a share link."""

from datetime import timedelta
from typing import Any

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone, translation

from nejtilbander.i18n.languages import SOURCE, in_language
from nejtilbander.notices import current
from nejtilbander.publishing import versions
from nejtilbander.publishing.models import DAYS_SHARED, SharedPreview
from nejtilbander.security import sealed_boxes
from nejtilbander.web import subrequests
from nejtilbander.web.decorators import KEEP_NOTHING, reading


def draft_page(thing: Any, language: str) -> HttpResponse:
    """The page of the working copy, made by the very view that readers get. Nothing of it stays.

    What has no address of its own is seen where it will stand, and a notice on top of that page.
    """
    with versions.as_working_copy(thing):
        now = timezone.now()
        rows = type(thing)._default_manager.filter(pk=thing.pk)
        minute = timedelta(minutes=1)
        rows.update(public_from=now - minute, withdrawn_at=None, public_until=now + minute)  # a notice must have an end
        copied = rows.get()
        own = reverse(copied.shown_on) if copied.shown_on else copied.get_absolute_url()
        address = in_language(own, language)
        with current.drafting(copied):
            response = subrequests.rendered(subrequests.respond(address), address)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Content-Language"] = language
    return response


@reading(KEEP_NOTHING)
def shared(request: HttpRequest, secret: str) -> HttpResponse:
    """A draft, for whoever was given the link."""
    newest = timezone.now() - timedelta(days=DAYS_SHARED)
    link = get_object_or_404(SharedPreview, mark=sealed_boxes.mark(secret), made_at__gt=newest)
    thing = get_object_or_404(apps.get_model(link.kind), pk=link.object_id)
    response = draft_page(thing, translation.get_language() or SOURCE)
    response.headers["Referrer-Policy"] = "no-referrer"  # the address is the key
    response.is_one_of_a_kind = True  # type: ignore[attr-defined]
    return response
