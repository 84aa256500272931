"""What happened to a text: its versions, what was deleted, and the ways to bring them back."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404

from nejtilbander.editorial.views.base import by_language, get_object, log_change, render_admin_page, staff_user
from nejtilbander.publishing import actions, comparison, trash, versions


def history(request: HttpRequest, model_admin: Any, pk: int) -> HttpResponse:
    """Who saved what and when, and what readers saw."""
    obj = get_object(model_admin, request, pk)
    found = list(versions.versions_of(obj).select_related("saved_by").defer("content")[:200])
    entries = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(obj), object_id=str(pk))
    return render_admin_page(
        request, model_admin, "history", title=f"Historik: {obj}", original=obj, versions=found,
        entries=entries.select_related("user")[:200],
        plan=actions.plan_of(obj),
    )  # fmt: skip


def version_detail(request: HttpRequest, model_admin: Any, pk: int, number: int) -> HttpResponse:
    """What one version changed; and the way to bring it back."""
    obj = get_object(model_admin, request, pk)
    shown = get_object_or_404(versions.versions_of(obj), number=number)
    if request.method == "POST":
        if not model_admin.has_write_permission(request):
            raise PermissionDenied
        versions.ensure_first_version(obj)
        if versions.save_version(obj, shown.content, staff_user(request), note=f"Hentet tilbage fra version {number}"):
            log_change(request, obj, f"Version {number} hentet tilbage.")
        messages.success(request, f"Version {number} er nu din kladde. Læserne ser den først, når den bliver udgivet.")
        return HttpResponseRedirect(model_admin.address("change", pk))
    before = versions.versions_of(obj).filter(number__lt=number).first()
    newest = versions.newest_version(obj)
    return render_admin_page(
        request, model_admin, "version", title=f"{obj}, version {number}", original=obj, version=shown, before=before,
        changes=by_language(
            comparison.compare_content(model_admin.model, before.content if before else None, shown.content)
        ),
        is_newest=newest is None or newest.number == number,
    )  # fmt: skip


def recycle_bin(request: HttpRequest, model_admin: Any) -> HttpResponse:
    """What was deleted, and the way to find it again."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    found, may_add = trash.deleted_versions(model_admin.model), model_admin.has_add_permission(request)
    if request.method == "POST":
        if not may_add:
            raise PermissionDenied
        chosen = next((one for one in found if str(one.pk) == request.POST.get("version")), None)
        if chosen is None:
            raise Http404
        try:
            obj = trash.restore_deleted(chosen, staff_user(request))
        except versions.PublicationRefused as refused:
            messages.error(request, str(refused))
            return HttpResponseRedirect(request.path)
        log_change(request, obj, "Fundet frem igen.")
        model_admin.after_restore(request, obj)
        messages.success(request, "Fundet frem igen, som kladde.")
        return HttpResponseRedirect(model_admin.address("change", obj.pk))
    return render_admin_page(request, model_admin, "deleted", title="Slettet", found=found, may_add=may_add)
