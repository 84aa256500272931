"""Views of deleted objects: the recycle bin, and the answer to a form whose object was deleted while it was open."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from nejtilbander.editorial.forms.unsaved_input import unsaved_input
from nejtilbander.editorial.views.base import EditorialAdmin, log_change, render_admin_page, staff_user
from nejtilbander.publishing import trash
from nejtilbander.publishing.models import Version
from nejtilbander.publishing.versions import PublicationRefused


def recycle_bin(request: HttpRequest, model_admin: EditorialAdmin) -> HttpResponse:
    """Lists the deleted objects of one model. POST restores the version with the primary key "version" as a draft."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    deleted, may_add = trash.deleted_versions(model_admin.model), model_admin.has_add_permission(request)
    if request.method != "POST":
        return render_admin_page(
            request, model_admin, "recycle_bin", title="Slettede", deleted=deleted, may_add=may_add
        )
    if not may_add:
        raise PermissionDenied
    version = next((version for version in deleted if str(version.pk) == request.POST.get("version")), None)
    if version is None:
        raise Http404
    return _restore(request, model_admin, version)


def _restore(request: HttpRequest, model_admin: EditorialAdmin, version: Version) -> HttpResponse:
    try:
        obj = trash.restore_deleted(version, staff_user(request))
    except PublicationRefused as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(request.path)
    log_change(request, obj, "Fundet frem igen.")
    model_admin.after_restore(request, obj)
    messages.success(request, "Fundet frem igen, som kladde.")
    return HttpResponseRedirect(model_admin.url_for("change", obj.pk))


def deleted_meanwhile(request: HttpRequest, model_admin: EditorialAdmin) -> HttpResponse:
    """Status 409, with everything that was typed to copy from, and a link to the recycle bin."""
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    return render_admin_page(
        request, model_admin, "deleted_meanwhile", status=409, title="Slettet, mens du skrev",
        unsaved=unsaved_input(model_admin.model, request.POST.lists()), recycle_bin=model_admin.url_for("deleted"),
    )  # fmt: skip
