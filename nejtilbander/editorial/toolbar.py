"""The bar of the change form: what staff may do with the object, beside saving it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from django.http import HttpRequest

from nejtilbander.editorial.forms.translation import requested_language
from nejtilbander.editorial.views.base import EditorialAdmin, may_be_withdrawn
from nejtilbander.publishing.models import ContentModel

THEN = "_then"  # the name of the buttons that save the form and lead on


class Place(Enum):
    """Where an action stands: in the bar itself, under "Mere", or last there, in red."""

    BAR = "bar"
    MORE = "more"
    DANGER = "danger"


@dataclass(frozen=True)
class ToolbarAction:
    """One action. `url` is a page when `method` is "get"; with "post", a button posts to it without the form's fields.

    `is_primary` marks the one that the daily work ends with: "Udgiv". With `then` it is a button of the form itself:
    the form is saved, and leads to `url`; `then` is the button's value. Whoever may not save gets a link.
    """

    label: str
    url: str
    place: Place = Place.MORE
    method: str = "get"
    is_primary: bool = False
    then: str = ""


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


def next_url(request: HttpRequest, actions: Iterable[ToolbarAction]) -> str | None:
    """Where the button that sent the form leads, if it is one of `actions`; None for "Gem kladde"."""
    then = request.POST.get(THEN)
    return next((action.url for action in actions if then and action.then == then), None)
