"""The dashboard on the admin's front page: every working copy in every language, with what needs to be done."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from nejtilbander.approvals import rules
from nejtilbander.approvals.actions import actions
from nejtilbander.approvals.models import Approval
from nejtilbander.editorial.model_admin import ContentAdmin
from nejtilbander.i18n.languages import CODES, SOURCE, TranslationState, state_label
from nejtilbander.i18n.models import Translated, state_together
from nejtilbander.links.models import CheckedLink
from nejtilbander.publishing import serialization, versions
from nejtilbander.publishing.content_checks import find_links, measure_readability
from nejtilbander.publishing.models import ContentModel, PublicationStatus, Version

BEHIND = {TranslationState.MISSING, TranslationState.OUTDATED}
WORST_FIRST = list(TranslationState)
Texts = list[tuple[str, Translated]]  # an object, then its parts; each with the prefix of its fields on the form


@dataclass(frozen=True)
class Cell:
    """One language of an object. `made` is the translation's date; `url` leads to the field to begin with."""

    language: str
    state: TranslationState
    is_machine_translated: bool
    made: date | None
    url: str

    @property
    def word(self) -> str:
        return state_label(self.state, is_machine_translated=self.is_machine_translated)


@dataclass(frozen=True)
class DeadLink:
    """`field_url` leads to the field the link stands in."""

    url: str
    error: str
    field_url: str


@dataclass(frozen=True)
class Row:
    """One object. Each *_url leads to where staff act on the value before it; "" where they may not."""

    title: str
    url: str
    status: PublicationStatus
    status_url: str
    lix: int
    lix_url: str
    dead_links: list[DeadLink]
    alt_url: str  # "" when no alternative text is missing
    owner: str
    review_by: date | None
    is_due: bool
    ownership_url: str
    cells: list[Cell]


@dataclass(frozen=True)
class Group:
    """The objects of one model. `url` is their list; `add_url` is "" where staff may not add one."""

    name: str
    url: str
    add_url: str
    rows: list[Row]


def build_groups(model_admins: list[ContentAdmin], request: HttpRequest) -> list[Group]:
    """One group for each ModelAdmin.

    One query for each model and each of its parts, one for the working copies and one for the dead links.
    """
    kinds = [model_admin.model._meta.label_lower for model_admin in model_admins]
    drafts = {(draft.kind, draft.object_id): draft for draft in versions.newest_versions(kinds)}
    errors = dict(CheckedLink.objects.filter(failures__gte=2).values_list("url", "error"))
    groups = []
    for model_admin in model_admins:
        model = model_admin.model
        objects = (
            model_admin.dashboard_queryset()
            .select_related("owner")
            .prefetch_related(*model.part_names)
            .order_by(*(model._meta.ordering or ()))
        )
        rows = [
            _row(model_admin, request, obj, drafts.get((model._meta.label_lower, obj.pk)), errors) for obj in objects
        ]
        name, may_add = str(model._meta.verbose_name_plural).capitalize(), model_admin.has_add_permission(request)
        add_url = model_admin.url_for("add") if may_add else ""
        groups.append(Group(name, model_admin.url_for("changelist"), add_url, rows))
    return groups


def waiting_approvals(user: User) -> list[tuple[str, list[tuple[str, str]]]]:
    """(label, [(title, url), ...]) of the requests `user` may answer, and of those `user` has made."""
    to_answer, own = rules.waiting_for(user)
    labelled = {"Venter på et ja": to_answer, "Du har bedt om et ja": own}
    return [(label, [_approval_link(one) for one in found]) for label, found in labelled.items() if found]


def _approval_link(approval: Approval) -> tuple[str, str]:
    title = f"{actions[approval.action].label}, {approval.asked_by or 'driften'}"
    return title, reverse("admin:approval", args=[approval.pk])


def pending_work(rows: Iterable[Row]) -> list[tuple[str, list[tuple[str, str]]]]:
    """(label, [(title, url), ...]) of each kind of work there is any of."""
    work: dict[str, list[tuple[str, str]]] = {
        "Skal gennemgås nu": [(row.title, row.ownership_url or row.url) for row in rows if row.is_due],
        "Døde links": [(row.title, row.dead_links[0].field_url) for row in rows if row.dead_links],
        "Billede uden ord": [(row.title, row.alt_url) for row in rows if row.alt_url],
        "Ændret, ikke udgivet": [
            (row.title, row.status_url) for row in rows if row.status == PublicationStatus.CHANGED
        ],
    }  # fmt: skip
    return [(label, links) for label, links in work.items() if links]


def _row(
    model_admin: ContentAdmin, request: HttpRequest, obj: ContentModel, draft: Version | None, errors: dict[str, str]
) -> Row:
    """`errors` are those of the dead links, by URL. Leaves the fields of `obj` as the working copy has them."""
    texts = _texts(obj, draft)
    change_url = model_admin.url_for("change", obj.pk)
    has_plan = getattr(draft, "has_plan", False)
    status = versions.publication_status(obj, draft.number if draft else None, has_plan=has_plan)
    is_done = status == PublicationStatus.PUBLIC or not model_admin.has_publish_permission(request)
    may_own = model_admin.has_full_change_permission(request)
    readability = measure_readability(obj)
    return Row(
        title=str(obj), url=change_url,
        status=status, status_url=model_admin.url_for("history" if is_done else "publish", obj.pk),
        lix=round(readability.lix), lix_url=_field_url(change_url, f"{readability.field}_{SOURCE}"),
        dead_links=_dead_links(texts, errors, change_url) if errors else [],
        alt_url=_field_url(change_url, f"picture_alt_{SOURCE}") if obj.lacks_alt else "",
        owner=obj.owner.get_username() if obj.owner else "",
        review_by=obj.review_by, is_due=obj.review_by is not None and obj.review_by <= timezone.localdate(),
        ownership_url=model_admin.url_for("care", obj.pk) if may_own else "",
        cells=[_cell(obj, texts, code, change_url) for code in CODES if code != SOURCE],
    )  # fmt: skip


def _texts(obj: ContentModel, draft: Version | None) -> Texts:
    """The working copy of `obj` and its parts."""
    _, *rows = versions.working_copy(obj, draft)
    names = {part.model: part.name for part in serialization.parts_of(type(obj))}
    texts: Texts = [("", obj)]
    numbers = Counter[str]()
    for row in rows:
        name = names[type(row)]
        texts.append((f"{name}-{numbers[name]}-", row))
        numbers[name] += 1
    return texts


def _dead_links(texts: Texts, errors: dict[str, str], change_url: str) -> list[DeadLink]:
    return [
        DeadLink(url, errors[url], _field_url(change_url, f"{prefix}{column}", _language_of(row, column)))
        for prefix, row in texts
        for url, column in find_links(row).items()
        if url in errors
    ]


def _cell(obj: ContentModel, texts: Texts, language: str, change_url: str) -> Cell:
    """`url` leads into the worst of `texts`: to the first field it lacks, or else to its first with any words."""
    prefix, worst = min(texts, key=lambda text: WORST_FIRST.index(text[1].language_state(language)))
    danish = worst.required_texts(SOURCE)
    missing = [name for name in danish if worst.falls_back(name, language)]
    first = next(iter([*missing, *(name for name, text in danish.items() if text), *danish]))
    state, is_machine = state_together((text for _, text in texts), language)
    made = obj.translations.get(language, {}).get("date")
    return Cell(
        language, state, is_machine,
        date.fromisoformat(made) if made else None, _field_url(change_url, f"{prefix}{first}_{language}", language),
    )  # fmt: skip


def _language_of(obj: Translated, column: str) -> str:
    return getattr(obj._meta.get_field(column), "language", None) or SOURCE


def _field_url(change_url: str, name: str, language: str = SOURCE) -> str:
    """One field on the form of one language."""
    return f"{change_url}?sprog={language}#id_{name}"
