"""The pages of the desk beside Min side: the overview, what a language lacks, and the search of everything."""

from collections.abc import Sequence

from django.contrib.admin import site
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from nejtilbander.editorial.desk import entries, translations
from nejtilbander.editorial.desk import search as staff_search
from nejtilbander.editorial.desk.overview import Overview, Selection, matrix_row
from nejtilbander.editorial.model_admin import ContentAdmin
from nejtilbander.i18n.languages import CODES, DANISH_NAMES, SOURCE
from nejtilbander.publishing.content_checks import MAX_LIX
from nejtilbander.text.normalization import MAX_QUERY

ROWS_PER_PAGE = 60
TEXTS_PER_PAGE = 20  # of a language: each may take a look through old versions


def overview(request: HttpRequest) -> HttpResponse:
    """Everything that needs something; with ?alt everything."""
    model_admins = _content_admins(request)
    found = Overview(entries.load(model_admins), Selection.of(request.GET))
    page = _page(request, found.shown, ROWS_PER_PAGE)
    may = {
        admin: (admin.has_publish_permission(request), admin.has_full_change_permission(request))
        for admin in model_admins
    }
    rows = [matrix_row(entry, needs, *may[entry.model_admin]) for entry, needs in page.object_list]
    return _render(request, "overview", title="Overblik", overview=found, page=page, rows=rows, max_lix=MAX_LIX)


def language(request: HttpRequest, language: str) -> HttpResponse:
    """What is missing or out of date in one language; with ?vis=ulaest what no speaker has read."""
    model_admins = _content_admins(request)
    if language == SOURCE:
        return HttpResponseRedirect(reverse("admin:overview"))
    if language not in CODES:
        raise Http404
    loaded = entries.load(model_admins)
    behind, unread = translations.behind(loaded, language), translations.unread(loaded, language)
    is_unread = request.GET.get("vis") == "ulaest"
    page = _page(request, unread if is_unread else behind, TEXTS_PER_PAGE)
    return _render(
        request, "translations", title=f"Oversættelser til {DANISH_NAMES[language]}",
        page=page, is_unread=is_unread, number_behind=len(behind), number_unread=len(unread),
        texts=translations.with_fields(list(page.object_list), language),
    )  # fmt: skip


def search(request: HttpRequest) -> HttpResponse:
    """?q= in all that the user may see."""
    loaded = entries.load(_content_admins(request), with_past=True)
    query = request.GET.get("q", "")[:MAX_QUERY].replace("\0", "").strip()
    found = staff_search.search(request, query, loaded, list(site._registry.values()))
    limit = staff_search.MAX_RESULTS
    return _render(
        request, "search", title="Søg", query=query, results=found[:limit], has_more=len(found) > limit, limit=limit,
        max_query=MAX_QUERY,
    )  # fmt: skip


def _content_admins(request: HttpRequest) -> list[ContentAdmin]:
    """Raises PermissionDenied for those who may see none of the content."""
    found = entries.content_admins(request, list(site._registry.values()))
    if not found:
        raise PermissionDenied
    return found


def _page(request: HttpRequest, rows: Sequence[object], per_page: int) -> Page:
    """The page ?side= names; the first or the last when there is no such page."""
    return Paginator(rows, per_page).get_page(request.GET.get("side"))


def _render(request: HttpRequest, template: str, **context: object) -> HttpResponse:
    return TemplateResponse(request, f"editorial/{template}.html", site.each_context(request) | context)
