"""The public pages of statements, initiatives, partners and plain pages, and the report guide."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from nejtilbander.caching.memory import cached_rows
from nejtilbander.documents.models import documents_of, with_documents
from nejtilbander.publishing.models import read_consistently
from nejtilbander.text.prose import to_plain_text
from nejtilbander.web.decorators import NO_STORE, public_view
from nejtilbander.web.rendering import render_page
from pages import guide as report_guide
from pages.comparison import compare
from pages.models import (
    Initiative,
    InitiativeDocument,
    Page,
    PageDocument,
    Partner,
    Signatory,
    Statement,
    StatementDocument,
    Update,
)

LEVELS = {"forebyggende": Initiative.Level.PREVENTIVE, "indgribende": Initiative.Level.INTERVENING}


@public_view()
def statement(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """The statement in force, or the one with `number`, with the diff from the one before."""
    shown, versions = _statement(number)
    previous = next((version for version in versions if version.number < shown.number), None)
    changes, changes_language = compare(previous, shown, get_language()) if previous else ("", "da")
    shown, (signatories, documents) = cached_rows(
        ("signatories", shown.pk), lambda: read_consistently(shown, _statement_parts)
    )
    return render_page(
        request,
        "pages/statement.html",
        title=shown.title,
        description=" ".join(to_plain_text(shown.summary).splitlines()),
        about=shown,
        shows=[*signatories, *documents],
        statement=shown,
        signatories=signatories,
        documents=documents,
        versions=versions,
        before=previous,
        changes=changes,
        changes_language=changes_language,
        is_old=not shown.is_current,
    )


def _statement(number: int | None) -> tuple[Statement, list[Statement]]:
    """The statement with `number` (None: the one in force) and all public ones, newest first.

    Raises Http404, and Withdrawn.
    """
    rows = cached_rows("statements", lambda: list(with_documents(Statement.objects.ever_public().newest_first())))
    shown = next((row for row in rows if (row.is_current if number is None else row.number == number)), None)
    if shown is None:
        raise Http404
    shown.raise_if_withdrawn()
    return shown, [row for row in rows if not row.is_withdrawn]


def _statement_parts(statement: Statement) -> tuple[list[Signatory], list[StatementDocument]]:
    return list(statement.signatories.all()), documents_of(statement)


@public_view(queries=[f"niveau={level}" for level in LEVELS])
def initiatives(request: HttpRequest) -> HttpResponse:
    """All initiatives by level, or one level with ?niveau=. An unknown level shows them all."""
    chosen = LEVELS.get(request.GET.get("niveau", ""))
    intro = _section("indsatser")
    rows = cached_rows("initiatives", lambda: list(Initiative.objects.public().listed()))
    rows = [row for row in rows if chosen in {None, row.level}]
    groups = [(level, [row for row in rows if row.level == level]) for level in LEVELS.values()]
    return render_page(
        request,
        "pages/initiatives.html",
        title=intro.title,
        description=intro.summary,
        about=intro,
        shows=rows,
        intro=intro,
        groups=[(level, members) for level, members in groups if members],
        has_varied_status=len({row.status for row in rows}) > 1,
        chosen=chosen or "",
    )


@public_view()
def initiative(request: HttpRequest, slug: str) -> HttpResponse:
    shown, (updates, documents) = cached_rows(("initiative", slug), lambda: _initiative(slug))
    shown.raise_if_withdrawn()
    return render_page(
        request,
        "pages/initiative.html",
        title=shown.title,
        description=shown.summary,
        about=shown,
        shows=[*updates, *documents],
        initiative=shown,
        updates=updates,
        documents=documents,
    )


def _initiative(slug: str) -> tuple[Initiative, tuple[list[Update], list[InitiativeDocument]]]:
    shown = get_object_or_404(with_documents(Initiative.objects.ever_public().select_related("picture")), slug=slug)
    return read_consistently(shown, lambda row: (list(row.updates.all()), documents_of(row)))


def _section(slug: str) -> Page:
    """The page with the introduction of a section. Raises Http404."""
    return cached_rows(
        ("section", slug), lambda: get_object_or_404(Page.objects.public().select_related("picture"), slug=slug)
    )


@public_view()
def partners(request: HttpRequest) -> HttpResponse:
    intro = _section("hvem")
    rows = cached_rows("partners", lambda: list(Partner.objects.public().listed()))
    return render_page(
        request,
        "pages/partners.html",
        title=intro.title,
        description=intro.summary,
        about=intro,
        shows=rows,
        intro=intro,
        partners=rows,
    )


@public_view(NO_STORE, is_shared=True)
def guide(request: HttpRequest) -> HttpResponse:
    """The report guide. No database query, so that it answers on the worst day. Its title and card are neutral."""
    return render_page(
        request,
        "pages/guide.html",
        title=_("Råd og hjælp"),
        description=_("Hvem du kan ringe til, hvad du kan sige, og hvor du kan få hjælp."),
        calls=report_guide.calls(),
        written_on=report_guide.WRITTEN_ON,
        has_quick_exit=True,
        is_discreet=True,
        sections=report_guide.sections(),
        questions=report_guide.questions(),
    )


@public_view()
def plain_page(request: HttpRequest, slug: str) -> HttpResponse:
    page, documents = cached_rows(("page", slug), lambda: _page(slug))
    if page.is_section:
        return redirect(page)
    page.raise_if_withdrawn()
    return render_page(
        request,
        "pages/page.html",
        title=page.title,
        description=page.summary,
        about=page,
        shows=documents,
        page=page,
        documents=documents,
    )


def _page(slug: str) -> tuple[Page, list[PageDocument]]:
    page = get_object_or_404(with_documents(Page.objects.ever_public().select_related("picture")), slug=slug)
    return read_consistently(page, documents_of) if page.has_documents else (page, [])
