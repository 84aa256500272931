"""Looking at a draft before readers do: on the desk, and by a link for people without a login."""

import secrets
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone, translation

from nejtilbander import notices, sealing, subrequests, versions
from nejtilbander.desk import log, page, the_thing, who
from nejtilbander.headers import LOOK_POLICY
from nejtilbander.languages import CODES, SOURCE
from nejtilbander.models import DAYS_SHARED, SharedPreview
from nejtilbander.reading import KEEP_NOTHING, in_language, reading

WIDTHS = [("Telefon", 375), ("Computer", 1280)]  # CSS pixels


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
        with notices.drafting(copied):
            response = subrequests.rendered(subrequests.respond(address), address)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Content-Language"] = language
    return response


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
        SharedPreview.objects.create(mark=sealing.mark(secret), kind=kind, object_id=pk, made_by=who(request))
        log(request, thing, "Link til kladden lavet.")
        address = f"{settings.SITE_URL}{in_language(f'/kladde/{secret}/', SOURCE)}"
        messages.success(
            request, f"Linket virker i {DAYS_SHARED} dage, og enhver, der har det, kan se kladden: {address}"
        )
    return HttpResponseRedirect(desk.address("look", pk, SOURCE))


@reading(KEEP_NOTHING)
def shared(request: HttpRequest, secret: str) -> HttpResponse:
    """A draft, for whoever was given the link."""
    newest = timezone.now() - timedelta(days=DAYS_SHARED)
    link = get_object_or_404(SharedPreview, mark=sealing.mark(secret), made_at__gt=newest)
    thing = get_object_or_404(apps.get_model(link.kind), pk=link.object_id)
    response = draft_page(thing, translation.get_language() or SOURCE)
    response.headers["Referrer-Policy"] = "no-referrer"  # the address is the key
    response.is_one_of_a_kind = True  # type: ignore[attr-defined]
    return response
