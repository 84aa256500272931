"""Views of an object's versions: the list, and one version with its differences, which can be brought back."""

from django.contrib import messages
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404

from nejtilbander.editorial import reviews
from nejtilbander.editorial.views.base import (
    EditorialAdmin,
    by_language,
    get_object,
    log_change,
    render_admin_page,
    staff_user,
)
from nejtilbander.publishing import actions, comparison, undo, versions
from nejtilbander.publishing.models import ContentModel, Version

MAX_LISTED = 200  # versions, and log entries


def history(request: HttpRequest, model_admin: EditorialAdmin, pk: int) -> HttpResponse:
    """The newest versions, which of them readers have seen, and the admin's log."""
    obj = get_object(request, model_admin, pk)
    saved = list(versions.versions_of(obj).select_related("saved_by").defer("content")[:MAX_LISTED])
    marks = reviews.marks_by_version(obj)
    entries = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(obj), object_id=str(pk))
    return render_admin_page(
        request, model_admin, "history", title=f"Historik: {obj}", original=obj,
        versions=[(version, marks.get(version.number, [])) for version in saved],
        entries=entries.select_related("user")[:MAX_LISTED], plan=actions.plan_of(obj),
        undone=undo.last_publication(obj) if model_admin.has_publish_permission(request) else None,
    )  # fmt: skip


def version_detail(request: HttpRequest, model_admin: EditorialAdmin, pk: int, number: int) -> HttpResponse:
    """What one version changed. POST makes it the working copy again."""
    obj = get_object(request, model_admin, pk)
    version = get_object_or_404(versions.versions_of(obj), number=number)
    if request.method == "POST":
        if not model_admin.has_full_change_permission(request):
            raise PermissionDenied
        _bring_back(request, obj, version)
        return HttpResponseRedirect(model_admin.url_for("change", pk))
    previous = versions.versions_of(obj).filter(number__lt=number).first()
    newest = versions.newest_version(obj)
    changes = comparison.compare_content(model_admin.model, previous.content if previous else None, version.content)
    return render_admin_page(
        request, model_admin, "version", title=f"{obj}, version {number}", original=obj, version=version,
        previous=previous, changes=by_language(changes), is_newest=newest is None or newest.number == number,
    )  # fmt: skip


def _bring_back(request: HttpRequest, obj: ContentModel, version: Version) -> None:
    number = version.number
    versions.ensure_first_version(obj)
    if versions.save_version(obj, version.content, staff_user(request), note=f"Hentet tilbage fra version {number}"):
        log_change(request, obj, f"Version {number} hentet tilbage.")
    messages.success(request, f"Version {number} er nu din kladde. Læserne ser den først, når den bliver udgivet.")
