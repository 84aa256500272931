"""One page of truth, the admin's front page: every text in every language, as it stands on the desk."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from nejtilbander.editorial.model_admin import ContentAdmin
from nejtilbander.i18n.languages import CODES, SOURCE, TranslationState
from nejtilbander.i18n.models import Translated
from nejtilbander.links.models import CheckedLink
from nejtilbander.publishing import serialization, versions
from nejtilbander.publishing.content_checks import find_links, measure_readability
from nejtilbander.publishing.models import PublicationStatus, Version

BEHIND = {TranslationState.MISSING, TranslationState.OUTDATED}
WORST_FIRST = list(TranslationState)
Texts = list[tuple[str, Any]]  # what the names of its fields begin with on the form, and the thing or a row inside it


@dataclass(frozen=True)
class Cell:
    """A text in one language. `made` is when the translation was made, `address` the field to begin with."""

    language: str
    state: TranslationState
    is_machine_translated: bool
    made: date | None
    address: str

    @property
    def word(self) -> str:
        """One word for the table."""
        unread = "maskine" if self.is_machine_translated else "ulæst"
        return {
            TranslationState.MISSING: "mangler",
            TranslationState.OUTDATED: "gammel",
            TranslationState.UNREAD: unread,
        }.get(self.state, "læst")


@dataclass(frozen=True)
class DeadLink:
    """`address` is the field it stands in."""

    url: str
    error: str
    address: str


@dataclass(frozen=True)
class Row:
    """One thing. Each address is where staff do something about what stands before it; "" where they may not."""

    title: str
    address: str
    status: PublicationStatus
    status_address: str
    lix: int
    lix_address: str
    dead: list[DeadLink]
    alt_address: str  # "" when no words are missing
    owner: str
    review_by: date | None
    is_due: bool
    ownership_address: str
    cells: list[Cell]


@dataclass(frozen=True)
class Group:
    """Everything of one kind, and the ways to its list and to a new one; "" where staff may not make one."""

    name: str
    address: str
    add_address: str
    rows: list[Row]


def build_matrix(model_admins: list[ContentAdmin], request: HttpRequest) -> list[Group]:
    """Everything of the kinds that `desks` edit. A query a kind and a part, one for drafts and one for links."""
    kinds = [model_admin.model._meta.label_lower for model_admin in model_admins]
    drafts = {(one.kind, one.object_id): one for one in versions.newest_versions(kinds)}
    errors = dict(CheckedLink.objects.filter(failures__gte=2).values_list("url", "error"))
    groups = []
    for model_admin in model_admins:
        model: Any = model_admin.model
        objects = (
            model_admin.dashboard_queryset()
            .select_related("owner")
            .prefetch_related(*model.part_names)
            .order_by(*model._meta.ordering)
        )
        rows = [
            _row(model_admin, request, obj, drafts.get((model._meta.label_lower, obj.pk)), errors) for obj in objects
        ]
        name, add = str(model._meta.verbose_name_plural).capitalize(), model_admin.has_add_permission(request)
        groups.append(Group(name, model_admin.address("changelist"), model_admin.address("add") if add else "", rows))
    return groups


def pending_work(rows: Iterable[Row]) -> list[tuple[str, list[tuple[str, str]]]]:
    """What somebody must do something about, by what it is: titles, and where it is done."""
    found: dict[str, list[tuple[str, str]]] = {
        "Skal gennemgås nu": [(row.title, row.ownership_address or row.address) for row in rows if row.is_due],
        "Døde links": [(row.title, row.dead[0].address) for row in rows if row.dead],
        "Billede uden ord": [(row.title, row.alt_address) for row in rows if row.alt_address],
        "Ændret, ikke udgivet": [
            (row.title, row.status_address) for row in rows if row.status == PublicationStatus.CHANGED
        ],
    }  # fmt: skip
    return [(what, ways) for what, ways in found.items() if ways]


def _row(
    model_admin: ContentAdmin, request: HttpRequest, obj: Any, draft: Version | None, errors: dict[str, str]
) -> Row:
    texts = _texts(obj, draft)
    change = model_admin.address("change", obj.pk)
    status = versions.publication_status(
        obj, draft.number if draft else None, has_plan=getattr(draft, "has_plan", False)
    )
    is_whole = status == PublicationStatus.PUBLIC or not model_admin.has_publish_permission(request)
    danish = measure_readability(obj)
    return Row(
        title=str(obj), address=change,
        status=status, status_address=model_admin.address("history" if is_whole else "publish", obj.pk),
        lix=round(danish.lix), lix_address=_field_url(change, f"{danish.field}_{SOURCE}"),
        dead=[
            DeadLink(url, errors[url], _field_url(change, f"{before}{column}", _language_of(one, column)))
            for before, one in texts for url, column in (find_links(one) if errors else {}).items() if url in errors
        ],
        alt_address=_field_url(change, f"picture_alt_{SOURCE}") if obj.lacks_alt else "",
        owner=obj.owner.get_username() if obj.owner else "",
        review_by=obj.review_by, is_due=obj.review_by is not None and obj.review_by <= timezone.localdate(),
        ownership_address=model_admin.address("care", obj.pk) if model_admin.has_write_permission(request) else "",
        cells=[_cell(change, texts, code) for code in CODES if code != SOURCE],
    )  # fmt: skip


def _texts(obj: Any, draft: Version | None) -> Texts:
    """`thing` and the rows inside it, as they stand on the desk."""
    is_newer = draft is not None and draft.number != obj.public_version
    rows = serialization.deserialize(obj, draft.content) if draft and is_newer else obj.parts()
    names = {obj._meta.get_field(name).related_model: name for name in obj.part_names}
    texts, numbers = [("", obj)], Counter[str]()
    for row in rows:
        name = names[type(row)]
        texts.append((f"{name}-{numbers[name]}-", row))
        numbers[name] += 1
    return texts


def _cell(change: str, texts: Texts, language: str) -> Cell:
    """Begins at the worst of `texts`: at the first field it lacks, or else at its first with any words."""
    before, one = min(texts, key=lambda text: WORST_FIRST.index(text[1].language_state(language)))
    danish = one.required_texts(SOURCE)
    missing = [name for name in danish if one.falls_back(name, language)]
    first = next(iter([*missing, *(name for name, text in danish.items() if text), *danish]))
    obj = texts[0][1]
    made = obj.translations.get(language, {}).get("date")
    return Cell(
        language, one.language_state(language), obj.is_machine_translated(language),
        date.fromisoformat(made) if made else None, _field_url(change, f"{before}{first}_{language}", language),
    )  # fmt: skip


def _language_of(one: Translated, column: str) -> str:
    return getattr(one._meta.get_field(column), "language", None) or SOURCE


def _field_url(change: str, name: str, language: str = SOURCE) -> str:
    """Where one field is, on the form of one language."""
    return f"{change}?sprog={language}#id_{name}"
