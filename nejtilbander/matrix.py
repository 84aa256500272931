"""One page of truth, the admin's front page: every text in every language, as it stands on the desk."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone

from nejtilbander import versions
from nejtilbander.checking import links_in
from nejtilbander.editing import ContentAdmin
from nejtilbander.languages import CODES, SOURCE, State, worst
from nejtilbander.models import CheckedLink, Version
from nejtilbander.prose import ProseField, plain
from nejtilbander.publishing import Standing
from nejtilbander.readability import lix


@dataclass(frozen=True)
class Cell:
    """A text in one language. `made` is when the translation was made."""

    language: str
    state: State
    is_machine_made: bool
    made: str
    address: str

    @property
    def word(self) -> str:
        """One word for the table."""
        unread = "maskine" if self.is_machine_made else "ulæst"
        return {State.MISSING: "mangler", State.OUTDATED: "gammel", State.UNREAD: unread}.get(self.state, "læst")


@dataclass
class Row:
    title: str
    address: str
    standing: Standing
    lix: int
    broken: int
    lacks_alt: bool
    owner: str
    review_by: date | None
    is_due: bool
    cells: list[Cell] = field(default_factory=list)


class Desk(admin.AdminSite):
    """The stock admin, with the matrix in front."""

    site_header = site_title = "Odense siger NEJ TIL BANDER"
    index_title = "Alt, hvad der står på siden"
    index_template = "admin/content/index.html"
    enable_nav_sidebar = False

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        desks = [
            desk for desk in self._registry.values()
            if isinstance(desk, ContentAdmin) and desk.has_view_permission(request)
        ]  # fmt: skip
        groups = matrix(desks) if desks else []
        left = {
            code: sum(cell.state in {State.MISSING, State.OUTDATED} for _, rows in groups for row in rows
                      for cell in row.cells if cell.language == code)
            for code in CODES if code != SOURCE
        }  # fmt: skip
        context = {
            "groups": groups,
            "languages": [(code, name, left[code]) for code, name in settings.LANGUAGES if code != SOURCE],
        }
        return super().index(request, context | (extra_context or {}))


def matrix(desks: list[ContentAdmin]) -> list[tuple[str, list[Row]]]:
    """(name of the kind, its rows). A query a kind and a part, one for drafts and one for links."""
    kinds = [desk.model._meta.label_lower for desk in desks]
    newest = Version.objects.filter(kind=OuterRef("kind"), object_id=OuterRef("object_id")).order_by("-number")
    drafts = {
        (one.kind, one.object_id): one
        for one in Version.objects.filter(kind__in=kinds, number=Subquery(newest.values("number")[:1]))
    }
    broken = {link.url for link in CheckedLink.objects.filter(failures__gte=2)}
    groups = []
    for desk in desks:
        model: Any = desk.model
        things = (
            desk.of_concern()
            .select_related("owner")
            .prefetch_related(*model.part_names)
            .order_by(*model._meta.ordering)
        )
        rows = [_row(desk, thing, drafts.get((model._meta.label_lower, thing.pk)), broken) for thing in things]
        groups.append((str(model._meta.verbose_name_plural).capitalize(), rows))
    return groups


def _row(desk: ContentAdmin, thing: Any, draft: Version | None, broken: set[str]) -> Row:
    standing = versions.standing(thing, draft.number if draft else None)
    parts = list(thing.parts())
    if draft and standing in {Standing.CHANGED, Standing.DRAFT}:
        parts = versions.in_memory(thing, draft.content)
    words = " \n".join(
        plain(text) if isinstance(thing._meta.get_field(name), ProseField) else f"{text}."
        for name, text in thing.lasting_texts(SOURCE).items() if text
    )  # fmt: skip
    change = desk.address("change", thing.pk)
    return Row(
        title=str(thing), address=change, standing=standing, lix=round(lix(words)),
        broken=sum(len(links_in(one) & broken) for one in (thing, *parts)) if broken else 0,
        lacks_alt=getattr(thing, "lacks_alt", False),
        owner=thing.owner.get_username() if thing.owner else "",
        review_by=thing.review_by, is_due=thing.review_by is not None and thing.review_by <= timezone.localdate(),
        cells=[
            Cell(
                code, worst(one.language_state(code) for one in (thing, *parts)), thing.is_machine_made(code),
                thing.translations.get(code, {}).get("date", ""), f"{change}?sprog={code}",
            )
            for code in CODES if code != SOURCE
        ],
    )  # fmt: skip
