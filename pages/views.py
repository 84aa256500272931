"""The pages of what we say."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from nejtilbander.caching.memory import cached_rows
from nejtilbander.publishing.models import read_consistently
from nejtilbander.text.prose import to_plain_text
from nejtilbander.web.decorators import NO_STORE, public_view
from nejtilbander.web.rendering import render_page
from pages.comparison import compare
from pages.guide import questions
from pages.models import Initiative, Page, Partner, Statement, Update

LEVELS = {"forebyggende": Initiative.Level.PREVENTIVE, "indgribende": Initiative.Level.INTERVENING}


@public_view()
def statement(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """The statement that stands, or the version with `number`, with what changed since the one before."""
    versions = cached_rows("statements", lambda: list(Statement.objects.ever_public().newest_first()))
    shown = next((s for s in versions if (s.is_current if number is None else s.number == number)), None)
    if shown is None:
        raise Http404
    shown.raise_if_withdrawn()
    versions = [version for version in versions if not version.is_withdrawn]
    before = next((version for version in versions if version.number < shown.number), None)
    changes, changes_language = compare(before, shown, get_language()) if before else ("", "da")
    shown, signatories = cached_rows(
        ("signatories", shown.pk), lambda: read_consistently(shown, lambda statement: list(statement.signatories.all()))
    )
    return render_page(
        request,
        "pages/statement.html",
        title=shown.title,
        description=" ".join(to_plain_text(shown.summary).splitlines()),
        about=shown,
        shows=signatories,
        statement=shown,
        signatories=signatories,
        versions=versions,
        before=before,
        changes=changes,
        changes_language=changes_language,
        is_old=not shown.is_current,
    )


@public_view(queries=[f"niveau={level}" for level in LEVELS])
def initiatives(request: HttpRequest) -> HttpResponse:
    """All initiatives by level, or one level with ?niveau=. An unknown level shows them all."""
    chosen = LEVELS.get(request.GET.get("niveau", ""))
    intro = _section("indsatser")
    found = cached_rows("initiatives", lambda: list(Initiative.objects.public().listed()))
    found = [one for one in found if chosen in {None, one.level}]
    groups = [(level, [i for i in found if i.level == level]) for level in LEVELS.values()]
    return render_page(
        request,
        "pages/initiatives.html",
        title=intro.title,
        description=intro.summary,
        about=intro,
        shows=found,
        intro=intro,
        groups=[(level, members) for level, members in groups if members],
        chosen=chosen or "",
    )


@public_view()
def initiative(request: HttpRequest, slug: str) -> HttpResponse:
    shown, updates = cached_rows(("initiative", slug), lambda: _initiative(slug))
    shown.raise_if_withdrawn()
    return render_page(
        request,
        "pages/initiative.html",
        title=shown.title,
        description=shown.summary,
        about=shown,
        shows=updates,
        initiative=shown,
        updates=updates,
    )


def _initiative(slug: str) -> tuple[Initiative, list[Update]]:
    shown = get_object_or_404(Initiative.objects.ever_public().select_related("picture"), slug=slug)
    return read_consistently(shown, lambda initiative: list(initiative.updates.all()))


def _section(slug: str) -> Page:
    """The opening words of a list."""
    return cached_rows(
        ("section", slug), lambda: get_object_or_404(Page.objects.public().select_related("picture"), slug=slug)
    )


@public_view()
def partners(request: HttpRequest) -> HttpResponse:
    intro = _section("hvem")
    found = cached_rows("partners", lambda: list(Partner.objects.public().listed()))
    return render_page(
        request,
        "pages/partners.html",
        title=intro.title,
        description=intro.summary,
        about=intro,
        shows=found,
        intro=intro,
        partners=found,
    )


@public_view(NO_STORE, is_shared=True)
def guide(request: HttpRequest) -> HttpResponse:
    """The report guide. It never asks the database, so it answers on the worst day. Its title is neutral."""
    asked = questions()
    return render_page(
        request,
        "pages/guide.html",
        title=_("Råd og hjælp"),
        description=_("Hvem du kan ringe til, hvad du kan sige, og hvor du kan få hjælp."),
        questions=asked,
        has_quick_exit=True,
        structured_data={
            "@context": "https://schema.org",
            "@type": "FAQPage",
            "inLanguage": get_language(),
            "mainEntity": [
                {
                    "@type": "Question",
                    "name": q.title,
                    "acceptedAnswer": {"@type": "Answer", "text": q.answer_text},
                }
                for q in asked
            ],
        },
    )


@public_view()
def plain_page(request: HttpRequest, slug: str) -> HttpResponse:
    found = Page.objects.ever_public().select_related("picture")
    shown = cached_rows(("page", slug), lambda: get_object_or_404(found, slug=slug))
    if shown.is_section:
        return redirect(shown)
    shown.raise_if_withdrawn()
    return render_page(
        request, "pages/page.html", title=shown.title, description=shown.summary, about=shown, page=shown
    )
