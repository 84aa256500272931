"""JSON for whoever chooses a link in the admin (static/js/link_search.js): pages by words, or a typed path judged."""

from collections.abc import Sequence

from django.http import HttpRequest, JsonResponse

from nejtilbander.editorial.views.base import EditorialAdmin
from nejtilbander.i18n.languages import CODES, SOURCE
from nejtilbander.links import choices, internal


def link_targets(request: HttpRequest, admins: Sequence[EditorialAdmin]) -> JsonResponse:
    """`q`: words to look for. `adresse`: a link to this site as typed. `sprog`: the language of the titles.

    Answers with "choices", at most eight of {"path", "title", "kind"}; for `adresse` also with "address", the link to
    write ("" for none), and "sentence", what staff should know about it.
    """
    language = request.GET.get("sprog", SOURCE)
    language = language if language in CODES else SOURCE
    if typed := request.GET.get("adresse", ""):
        visible = [admin.model._meta.label_lower for admin in admins if admin.has_view_permission(request)]
        judged = internal.judge(typed, visible)
        near = choices.closest(typed, language)
        return JsonResponse({**judged._asdict(), "choices": _as_json([near] if near else [])})
    return JsonResponse({"choices": _as_json(choices.search(request.GET.get("q", ""), language))})


def _as_json(found: list[choices.Choice]) -> list[dict[str, str]]:
    return [{"path": choice.path, "title": choice.title, "kind": choice.kind} for choice in found]
