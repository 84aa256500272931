"""View that undoes the last publication, and the ways to it: the bar of the change form, and the message of success."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.html import format_html

from nejtilbander.editorial.toolbar import ToolbarAction
from nejtilbander.editorial.views.base import (
    EditorialAdmin,
    by_language,
    get_object,
    log_change,
    render_admin_page,
    staff_user,
)
from nejtilbander.publishing import comparison, serialization
from nejtilbander.publishing import undo as rules
from nejtilbander.publishing.consequences import Consequence, consequences
from nejtilbander.publishing.models import ContentModel
from nejtilbander.publishing.versions import PublicationRefused


def undo(request: HttpRequest, model_admin: EditorialAdmin, pk: int) -> HttpResponse:
    """Shows what undoing would do. POST does it, at once unless something cannot be taken back: then it shows that."""
    obj = get_object(request, model_admin, pk, publishing=True)
    found = _consequences(request, obj)
    may_act = "confirmed" in request.POST or not any(one.is_final for one in found)
    error = _undo(request, obj) if request.method == "POST" and may_act else None
    if error == "":
        return HttpResponseRedirect(model_admin.url_for("change", pk))
    return _page(request, model_admin, obj, error or "")


def _consequences(request: HttpRequest, obj: ContentModel) -> list[Consequence]:
    publication = rules.last_publication(obj)
    return consequences(rules.change_of(obj, publication, staff_user(request))) if publication else []


def _undo(request: HttpRequest, obj: ContentModel) -> str:
    """Returns why it is refused; "" when it is done."""
    seen = request.POST.get("publication", "")
    try:
        publication = rules.undo(obj, int(seen) if seen.isdecimal() and len(seen) < 20 else 0)
    except PublicationRefused as refused:
        return str(refused)
    log_change(request, obj, f"Udgivelsen af version {publication.version} fortrudt.")
    messages.success(request, "Udgivelsen er fortrudt. Læserne ser det samme som før, og din kladde er her stadig.")
    return ""


def _page(request: HttpRequest, model_admin: EditorialAdmin, obj: ContentModel, error: str) -> HttpResponse:
    obj, found = model_admin.model._default_manager.get(pk=obj.pk), _consequences(request, obj)
    publication = rules.last_publication(obj)
    before = publication.content if publication else serialization.serialize(obj)
    changes = comparison.compare_content(model_admin.model, serialization.serialize(obj), before)
    return render_admin_page(
        request, model_admin, "undo", title=f"Fortryd udgivelsen: {obj}", original=obj, publication=publication,
        consequences=found, error=error, changes=by_language(changes), days=rules.UNDO_DAYS,
        was_public=bool(publication and publication.columns["public_from"]), status=422 if error else 200,
    )  # fmt: skip


def toolbar_actions(request: HttpRequest, model_admin: EditorialAdmin, row: ContentModel) -> list[ToolbarAction]:
    """The action of the change form, as long as there is something to undo and the user may."""
    if not model_admin.has_publish_permission(request) or not rules.last_publication(row):
        return []
    return [ToolbarAction("Fortryd udgivelsen", model_admin.url_for("undo", row.pk))]


def with_undo_button(request: HttpRequest, model_admin: EditorialAdmin, obj: ContentModel, message: str) -> str:
    """`message` with a button that undoes the publication of `obj` that was just made."""
    row = model_admin.model._default_manager.get(pk=obj.pk)
    context = {"url": model_admin.url_for("undo", obj.pk), "publication": rules.last_publication(row)}
    return format_html("{} {}", message, render_to_string("editorial/undo_button.html", context, request))
