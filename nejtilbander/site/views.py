"""Views of the whole site: front page, search, social cards, pictures, quick exit, and files for machines."""

from datetime import timedelta
from itertools import groupby

from django.conf import settings
from django.db.models import Window
from django.db.models.functions import RowNumber
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from nejtilbander.caching.memory import cached_rows
from nejtilbander.caching.policy import cache_policy
from nejtilbander.i18n.languages import SOURCE, path_in_language
from nejtilbander.images.models import MEDIA_TYPES, Rendition, draft_query, pictured_models
from nejtilbander.publishing.models import ContentQuerySet
from nejtilbander.site import search as site_search
from nejtilbander.site.news import latest_news
from nejtilbander.site.social_cards import card_png, line_above
from nejtilbander.text.normalization import MAX_QUERY
from nejtilbander.web import inline_assets, subrequests
from nejtilbander.web.decorators import NO_STORE, UNCHANGING, public_view
from nejtilbander.web.rendering import plain_text, render_page
from nejtilbander.web.secret_addresses import is_secret
from pages.models import Initiative, Page, Partner, Update

A_DAY = 86_400  # seconds
INITIATIVES_PER_LEVEL = 3  # on the front page
NEWS_PER_PAGE = 12


@public_view()
def front(request: HttpRequest) -> HttpResponse:
    intro, groups, partners = cached_rows("front", _front)
    cards = [initiative for _level, members in groups for initiative in members]
    return render_page(
        request,
        "site/front.html",
        title=_("Odense siger NEJ TIL BANDER"),
        description=intro.summary,
        about=intro,
        shows=[*cards, *partners],
        is_front=True,
        intro=intro,
        groups=groups,
        partners=partners,
        structured_data={
            "@context": "https://schema.org",
            "@type": "GovernmentOrganization",
            "name": "Odense Kommune",
            "url": "https://www.odense.dk/",
            "areaServed": "Odense",
        },
    )


def _front() -> tuple[Page, list[tuple[str, list[Initiative]]], list[Partner]]:
    """The front page's own text, the first initiatives of each level, and the partners. Three queries."""
    intro = get_object_or_404(Page.objects.public().select_related("picture"), slug="forside")
    place = Window(RowNumber(), partition_by="level", order_by=["order", "pk"])
    first = Initiative.objects.public().listed().annotate(place=place).filter(place__lte=INITIATIVES_PER_LEVEL)
    by_level = groupby(first.order_by("-level", "order", "pk"), key=lambda initiative: initiative.level)
    return intro, [(level, list(members)) for level, members in by_level], list(Partner.objects.public().listed())


@public_view()
def latest(request: HttpRequest, number: str = "") -> HttpResponse:
    """What is new, newest first. `number`: of the page, from 2; the first has an address without it."""
    if number == "1":
        return redirect("latest", permanent=True)
    page = int(number or 1)
    start = (page - 1) * NEWS_PER_PAGE
    items = cached_rows(("latest", page), lambda: latest_news(start, NEWS_PER_PAGE + 1))  # one more: is there a next?
    if page > 1 and not items:
        raise Http404
    shown = items[:NEWS_PER_PAGE]
    initiatives = [item.obj.initiative for item in shown if isinstance(item.obj, Update)]
    response = render_page(
        request,
        "site/latest.html",
        title=_("Aktuelt, side %(number)s") % {"number": page} if page > 1 else _("Aktuelt"),
        description=_("Nyt om indsatserne og stormøderne, det nyeste først."),
        shows=[*(item.obj for item in shown), *initiatives],
        items=shown,
        page=page,
        newer=page - 1,
        older=page + 1 if len(items) > NEWS_PER_PAGE else None,
    )
    cache_policy(response).depends_on_all = True  # what is new was on no page before
    return response


@public_view(NO_STORE)
def search(request: HttpRequest) -> HttpResponse:
    """Search by GET. The query is stored nowhere."""
    query = request.GET.get("q", "").replace("\0", "")[:MAX_QUERY].strip()
    return render_page(
        request,
        "site/search.html",
        title=_("Søg på siden"),
        is_private=True,
        is_search=True,
        description=_("Søg i alt, hvad der står på siden."),
        query=query,
        found=site_search.search(query),
        max_hits=site_search.MAX_HITS,
    )


@public_view(A_DAY)
def social_card(request: HttpRequest, address: str) -> HttpResponse:
    """The social card of the page at `address`, with the title from the page's own view."""
    if address and not address.endswith("/"):  # every page's address does; that of a card does not
        raise Http404
    language = translation.get_language() or SOURCE
    path = path_in_language(f"/{address}", language)
    if is_secret(path):  # no pictures of drafts and personal pages
        raise Http404
    context = getattr(subrequests.get_response(path), "context_data", None) or {}
    if "description" not in context:  # a file for machines, not a page
        raise Http404
    png = card_png(context["title"], line_above(context), language)
    return HttpResponse(png, content_type="image/png")


@public_view(A_DAY)
def picture(request: HttpRequest, digest: str, width: str, kind: str) -> HttpResponse:
    """One rendition of a picture, as long as a public page has it, or in a preview (`images.models.draft_query`)."""
    is_draft = request.META.get("QUERY_STRING") == draft_query(digest)
    if not is_draft and not _is_shown(digest):
        raise Http404
    found = Rendition.objects.filter(picture__digest=digest, width=width, kind=kind).values_list("body", flat=True)
    body = found.first()
    if body is None:
        raise Http404
    lifetime = "no-store" if is_draft else UNCHANGING
    return HttpResponse(bytes(body), content_type=MEDIA_TYPES[kind], headers={"Cache-Control": lifetime})


def _is_shown(digest: str) -> bool:
    return any(ContentQuerySet(model).public().filter(picture__digest=digest).exists() for model in pictured_models())


@public_view(NO_STORE)
def quick_exit(request: HttpRequest) -> HttpResponse:
    """The quick exit by its old address, from pages that are still open: redirects to a neutral site.

    The link itself leads there without asking us. No Clear-Site-Data: with a full cache a browser stays for seconds.
    """
    response = HttpResponseRedirect(settings.QUIT_URL, status=303)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@public_view()
def accessibility_statement(request: HttpRequest) -> HttpResponse:
    """Redirects to the official accessibility statement, or to our own page until it exists."""
    return redirect(settings.WAS_URL or reverse("pages:page", args=["tilgaengelighed"]))


@public_view(NO_STORE)
def nothing_here(request: HttpRequest, rest: str = "") -> HttpResponse:
    """404 for every other address on the staff process and on the worker."""
    is_staff = settings.SITE_ROLE == "staff"
    return plain_text("Her er kun medarbejdernes side: /admin/" if is_staff else "Her er ingen sider.", status=404)


@public_view(A_DAY)
def robots(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        *(f"Disallow: {path_in_language('/soeg/', code)}" for code, _name in settings.LANGUAGES),
        f"Sitemap: {request.build_absolute_uri('/sitemap.xml')}",
    ]
    return plain_text("\n".join(lines))


@public_view(A_DAY)
def security_txt(request: HttpRequest) -> HttpResponse:
    """The contact for reporting vulnerabilities (RFC 9116)."""
    expires = timezone.now().replace(microsecond=0, second=0, minute=0, hour=0) + timedelta(days=180)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: da, en",
        f"Canonical: {request.build_absolute_uri()}",
    ]
    return plain_text("\n".join(lines))


@public_view(A_DAY)
def favicon(request: HttpRequest) -> HttpResponse:
    return HttpResponse(inline_assets.FAVICON, content_type="image/svg+xml")
