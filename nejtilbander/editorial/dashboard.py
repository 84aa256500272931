"""One page of truth, the admin's front page: every text in every language, as it stands on the desk."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from nejtilbander.editorial.model_admin import ContentAdmin
from nejtilbander.i18n.languages import CODES, SOURCE, State
from nejtilbander.i18n.models import Translated
from nejtilbander.links.models import CheckedLink
from nejtilbander.publishing import serialization, versions
from nejtilbander.publishing.content_checks import links_in
from nejtilbander.publishing.models import Standing, Version
from nejtilbander.text.prose import ProseField, plain
from nejtilbander.text.readability import lix

BEHIND = {State.MISSING, State.OUTDATED}
WORST_FIRST = list(State)
Texts = list[tuple[str, Any]]  # what the names of its fields begin with on the form, and the thing or a row inside it


@dataclass(frozen=True)
class Cell:
    """A text in one language. `made` is when the translation was made, `address` the field to begin with."""

    language: str
    state: State
    is_machine_made: bool
    made: date | None
    address: str

    @property
    def word(self) -> str:
        """One word for the table."""
        unread = "maskine" if self.is_machine_made else "ulæst"
        return {State.MISSING: "mangler", State.OUTDATED: "gammel", State.UNREAD: unread}.get(self.state, "læst")


@dataclass(frozen=True)
class DeadLink:
    """`address` is the field it stands in."""

    url: str
    fault: str
    address: str


@dataclass(frozen=True)
class Row:
    """One thing. Each address is where staff do something about what stands before it; "" where they may not."""

    title: str
    address: str
    standing: Standing
    standing_address: str
    lix: int
    lix_address: str
    dead: list[DeadLink]
    alt_address: str  # "" when no words are missing
    owner: str
    review_by: date | None
    is_due: bool
    care_address: str
    cells: list[Cell]


@dataclass(frozen=True)
class Group:
    """Everything of one kind, and the ways to its list and to a new one; "" where staff may not make one."""

    name: str
    address: str
    add_address: str
    rows: list[Row]


def matrix(desks: list[ContentAdmin], request: HttpRequest) -> list[Group]:
    """Everything of the kinds that `desks` edit. A query a kind and a part, one for drafts and one for links."""
    kinds = [desk.model._meta.label_lower for desk in desks]
    drafts = {(one.kind, one.object_id): one for one in versions.newest_of(kinds)}
    faults = dict(CheckedLink.objects.filter(failures__gte=2).values_list("url", "fault"))
    groups = []
    for desk in desks:
        model: Any = desk.model
        things = (
            desk.of_concern()
            .select_related("owner")
            .prefetch_related(*model.part_names)
            .order_by(*model._meta.ordering)
        )
        rows = [_row(desk, request, thing, drafts.get((model._meta.label_lower, thing.pk)), faults) for thing in things]
        name, add = str(model._meta.verbose_name_plural).capitalize(), desk.has_add_permission(request)
        groups.append(Group(name, desk.address("changelist"), desk.address("add") if add else "", rows))
    return groups


def waiting(rows: Iterable[Row]) -> list[tuple[str, list[tuple[str, str]]]]:
    """What somebody must do something about, by what it is: titles, and where it is done."""
    found: dict[str, list[tuple[str, str]]] = {
        "Skal gennemgås nu": [(row.title, row.care_address or row.address) for row in rows if row.is_due],
        "Døde links": [(row.title, row.dead[0].address) for row in rows if row.dead],
        "Billede uden ord": [(row.title, row.alt_address) for row in rows if row.alt_address],
        "Ændret, ikke udgivet": [
            (row.title, row.standing_address) for row in rows if row.standing == Standing.CHANGED
        ],
    }  # fmt: skip
    return [(what, ways) for what, ways in found.items() if ways]


def _row(desk: ContentAdmin, request: HttpRequest, thing: Any, draft: Version | None, faults: dict[str, str]) -> Row:
    texts = _texts(thing, draft)
    change = desk.address("change", thing.pk)
    standing = versions.standing(thing, draft.number if draft else None, has_plan=getattr(draft, "has_plan", False))
    is_whole = standing == Standing.PUBLIC or not desk.has_publish_permission(request)
    danish = {
        name: plain(text) if isinstance(thing._meta.get_field(name), ProseField) else f"{text}."
        for name, text in thing.lasting_texts(SOURCE).items() if text
    }  # fmt: skip
    longest = max(danish, key=lambda name: len(danish[name]), default=thing.content_fields[0])
    return Row(
        title=str(thing), address=change,
        standing=standing, standing_address=desk.address("history" if is_whole else "publish", thing.pk),
        lix=round(lix(" \n".join(danish.values()))), lix_address=_field(change, f"{longest}_{SOURCE}"),
        dead=[
            DeadLink(url, faults[url], _field(change, f"{before}{column}", _language_of(one, column)))
            for before, one in texts for url, column in (links_in(one) if faults else {}).items() if url in faults
        ],
        alt_address=_field(change, f"picture_alt_{SOURCE}") if getattr(thing, "lacks_alt", False) else "",
        owner=thing.owner.get_username() if thing.owner else "",
        review_by=thing.review_by, is_due=thing.review_by is not None and thing.review_by <= timezone.localdate(),
        care_address=desk.address("care", thing.pk) if desk.may_write(request) else "",
        cells=[_cell(change, texts, code) for code in CODES if code != SOURCE],
    )  # fmt: skip


def _texts(thing: Any, draft: Version | None) -> Texts:
    """`thing` and the rows inside it, as they stand on the desk."""
    is_newer = draft is not None and draft.number != thing.public_version
    rows = serialization.in_memory(thing, draft.content) if draft and is_newer else thing.parts()
    names = {thing._meta.get_field(name).related_model: name for name in thing.part_names}
    texts, numbers = [("", thing)], Counter[str]()
    for row in rows:
        name = names[type(row)]
        texts.append((f"{name}-{numbers[name]}-", row))
        numbers[name] += 1
    return texts


def _cell(change: str, texts: Texts, language: str) -> Cell:
    """Begins at the worst of `texts`: at the first field it lacks, or else at its first with any words."""
    before, one = min(texts, key=lambda text: WORST_FIRST.index(text[1].language_state(language)))
    danish = one.lasting_texts(SOURCE)
    missing = [name for name in danish if one.borrows(name, language)]
    first = next(iter([*missing, *(name for name, text in danish.items() if text), *danish]))
    thing = texts[0][1]
    made = thing.translations.get(language, {}).get("date")
    return Cell(
        language, one.language_state(language), thing.is_machine_made(language),
        date.fromisoformat(made) if made else None, _field(change, f"{before}{first}_{language}", language),
    )  # fmt: skip


def _language_of(one: Translated, column: str) -> str:
    return getattr(one._meta.get_field(column), "language", None) or SOURCE


def _field(change: str, name: str, language: str = SOURCE) -> str:
    """Where one field is, on the form of one language."""
    return f"{change}?sprog={language}#id_{name}"
