"""What happened to a text: its versions, what was deleted, and the ways to bring them back."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404

from nejtilbander.editorial.views.base import by_language, log, page, the_thing, who
from nejtilbander.publishing import actions, comparison, trash, versions


def history(request: HttpRequest, desk: Any, pk: int) -> HttpResponse:
    """Who saved what and when, and what readers saw."""
    thing = the_thing(desk, request, pk)
    found = list(versions.of(thing).select_related("saved_by").defer("content")[:200])
    log = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(thing), object_id=str(pk))
    log = log.select_related("user")[:200]
    return page(
        request, desk, "history", title=f"Historik: {thing}", original=thing, versions=found, entries=log,
        plan=actions.plan_of(thing),
    )  # fmt: skip


def version(request: HttpRequest, desk: Any, pk: int, number: int) -> HttpResponse:
    """What one version changed; and the way to bring it back."""
    thing = the_thing(desk, request, pk)
    shown = get_object_or_404(versions.of(thing), number=number)
    if request.method == "POST":
        if not desk.may_write(request):
            raise PermissionDenied
        versions.begin(thing)
        if versions.record(thing, shown.content, who(request), note=f"Hentet tilbage fra version {number}"):
            log(request, thing, f"Version {number} hentet tilbage.")
        messages.success(request, f"Version {number} er nu din kladde. Læserne ser den først, når den bliver udgivet.")
        return HttpResponseRedirect(desk.address("change", pk))
    before = versions.of(thing).filter(number__lt=number).first()
    newest = versions.newest(thing)
    return page(
        request, desk, "version", title=f"{thing}, version {number}", original=thing, version=shown, before=before,
        changes=by_language(comparison.between(desk.model, before.content if before else None, shown.content)),
        is_newest=newest is None or newest.number == number,
    )  # fmt: skip


def deleted(request: HttpRequest, desk: Any) -> HttpResponse:
    """What was deleted, and the way to find it again."""
    if not desk.has_view_permission(request):
        raise PermissionDenied
    found, may_add = trash.deleted(desk.model), desk.has_add_permission(request)
    if request.method == "POST":
        if not may_add:
            raise PermissionDenied
        chosen = next((one for one in found if str(one.pk) == request.POST.get("version")), None)
        if chosen is None:
            raise Http404
        try:
            thing = trash.bring_back(chosen, who(request))
        except versions.Refused as refused:
            messages.error(request, str(refused))
            return HttpResponseRedirect(request.path)
        log(request, thing, "Fundet frem igen.")
        desk.brought_back(request, thing)
        messages.success(request, "Fundet frem igen, som kladde.")
        return HttpResponseRedirect(desk.address("change", thing.pk))
    return page(request, desk, "deleted", title="Slettet", found=found, may_add=may_add)
