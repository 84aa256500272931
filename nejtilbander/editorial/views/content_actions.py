"""The actions in the bar of a change form that every content object has (toolbar.py)."""

from django.http import HttpRequest

from nejtilbander.editorial.forms.translation import requested_language
from nejtilbander.editorial.toolbar import Place, ToolbarAction
from nejtilbander.editorial.views.base import EditorialAdmin, may_be_withdrawn
from nejtilbander.publishing.models import ContentModel


def content_actions(request: HttpRequest, model_admin: EditorialAdmin, obj: ContentModel) -> list[ToolbarAction]:
    """What the user may do with any content object from its change form, in the order it is shown."""
    may_publish, row = model_admin.has_publish_permission(request), model_admin.model._default_manager.get(pk=obj.pk)
    look = model_admin.url_for("look", obj.pk, requested_language(request))
    actions = [ToolbarAction("Se", look, Place.BAR, then="look")]
    if may_publish:
        url = model_admin.url_for("publish", obj.pk)
        actions.append(ToolbarAction("Udgiv", url, Place.BAR, is_primary=True, then="publish"))
    if public_url := model_admin.get_view_on_site_url(row):
        actions.append(ToolbarAction("Se på website", public_url))
    actions.append(ToolbarAction("Historik", model_admin.url_for("history", obj.pk)))
    if model_admin.has_full_change_permission(request):
        actions.append(ToolbarAction("Ansvarlig og gennemgang", model_admin.url_for("care", obj.pk)))
    if may_publish and may_be_withdrawn(row):
        actions.append(ToolbarAction("Træk tilbage", model_admin.url_for("withdraw", obj.pk), Place.DANGER))
    if model_admin.has_delete_permission(request, row):
        actions.append(ToolbarAction("Slet", model_admin.url_for("delete", obj.pk), Place.DANGER))
    return actions
