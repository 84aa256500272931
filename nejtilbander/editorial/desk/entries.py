"""Everything staff may see, as the overview, Min side and the translators' lists have it: one entry an object.

Three queries, whatever the number of objects: their rows, the summaries of their working copies, the dead links.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.db.models import Min, OuterRef, QuerySet, Subquery, Value
from django.http import HttpRequest
from django.utils import timezone

from nejtilbander.caching.tracking import ObjectRef
from nejtilbander.editorial.model_admin import ContentAdmin
from nejtilbander.i18n.languages import SOURCE, TranslationState
from nejtilbander.links.models import CheckedLink
from nejtilbander.publishing import summaries, versions
from nejtilbander.publishing.models import PublicationStatus, Version, has_passed
from nejtilbander.publishing.summaries import WorkingCopySummary

BEHIND = {TranslationState.MISSING, TranslationState.OUTDATED}
GONE = {PublicationStatus.WITHDRAWN, PublicationStatus.EXPIRED}
UNPUBLISHED = {PublicationStatus.DRAFT, PublicationStatus.CHANGED}


@dataclass(frozen=True)
class DeadLink:
    """`field_url` leads to the field the link stands in."""

    url: str
    error: str
    field_url: str


@dataclass(frozen=True)
class Row:
    """An object's own columns, and those of its newest version and its plan."""

    pk: int
    public_from: datetime | None
    withdrawn_at: datetime | None
    public_until: datetime | None
    public_version: int | None
    updated_at: datetime
    review_by: date | None
    owner_id: int | None
    owner: str | None
    number: int
    saved_at: datetime | None
    saved_by_id: int | None
    saved_by: str | None
    planned_at: datetime | None

    @property
    def is_withdrawn(self) -> bool:
        return has_passed(self.withdrawn_at, self.public_until)


@dataclass(frozen=True)
class Entry:
    """One object. `errors` are those of the dead links of the whole site, by URL."""

    model_admin: ContentAdmin
    row: Row
    summary: WorkingCopySummary
    errors: dict[str, str]

    @property
    def ref(self) -> ObjectRef:
        return self.summary.kind, self.row.pk

    @property
    def title(self) -> str:
        return self.summary.title or "Uden titel"

    @property
    def kind(self) -> str:
        """What it is, in words: "side"."""
        return str(self.model_admin.model._meta.verbose_name)

    @cached_property
    def status(self) -> PublicationStatus:
        has_plan = self.row.planned_at is not None
        return versions.publication_status(self.row, self.row.number or None, has_plan=has_plan)

    @property
    def public_at(self) -> datetime | None:
        """When readers get it, or its next version; None when nothing is planned."""
        is_first = self.status == PublicationStatus.SCHEDULED
        return self.row.public_from if is_first else self.row.planned_at

    @property
    def is_due(self) -> bool:
        """True when it must be reviewed now."""
        return self.row.review_by is not None and self.row.review_by <= timezone.localdate()

    @cached_property
    def dead_links(self) -> list[DeadLink]:
        if not self.errors:
            return []
        return [
            DeadLink(link["url"], self.errors[link["url"]], self.field_url(link["field"], link["language"]))
            for link in self.summary.links
            if link["url"] in self.errors
        ]

    def state(self, language: str) -> TranslationState:
        return TranslationState(self.summary.languages[language]["state"])

    def is_machine_translated(self, language: str) -> bool:
        return self.summary.languages[language]["machine"]

    def state_word(self, language: str) -> str:
        """The state in words."""
        state = self.state(language)
        is_unread_machine = state == TranslationState.UNREAD and self.is_machine_translated(language)
        return "maskinoversat, ikke læst" if is_unread_machine else str(state.label)

    def is_behind(self, language: str) -> bool:
        """True when the translation is missing or older than the Danish, of what readers meet or will."""
        return self.status not in GONE and self.state(language) in BEHIND

    def waits_to_be_read(self, language: str) -> bool:
        return self.status not in GONE and self.state(language) == TranslationState.UNREAD

    def waiting_since(self, language: str) -> date:
        """The day of the translation that is out of date; of the last save when there is no translation."""
        return self.made(language) or timezone.localdate(self.row.updated_at)

    def made(self, language: str) -> date | None:
        """The day of the translation; None when there is none."""
        made = self.summary.languages[language]["date"]
        return date.fromisoformat(made) if made else None

    def url(self, page: str = "change") -> str:
        return self.model_admin.url_for(page, self.row.pk)

    def field_url(self, name: str, language: str = SOURCE) -> str:
        """One field on the form of one language."""
        return f"{self.url()}?sprog={language}#id_{name}"

    def translation_url(self, language: str) -> str:
        """The field to begin with in that language."""
        return self.field_url(self.summary.languages[language]["field"], language)


def content_admins(request: HttpRequest, registered: list[object]) -> list[ContentAdmin]:
    """The ModelAdmins among `registered` whose content the user may see."""
    found = [model_admin for model_admin in registered if isinstance(model_admin, ContentAdmin)]
    return [model_admin for model_admin in found if model_admin.has_view_permission(request)]


def load(model_admins: list[ContentAdmin], *, with_past: bool = False) -> list[Entry]:
    """The entries of these ModelAdmins, kind by kind in their order, then by title.

    `with_past`: those too that nobody works on any more (`ContentAdmin.dashboard_queryset`).
    """
    if not model_admins:
        return []
    by_kind = {model_admin.model._meta.label_lower: model_admin for model_admin in model_admins}
    arms = [_rows(model_admin, with_past=with_past) for model_admin in model_admins]
    rows = [(kind, Row(*values)) for kind, *values in arms[0].union(*arms[1:], all=True)]
    found = summaries.current({(kind, row.pk): (row.number, row.updated_at) for kind, row in rows})
    errors = dict(CheckedLink.objects.filter(failures__gte=2).values_list("url", "error"))
    entries = [Entry(by_kind[kind], row, found[kind, row.pk], errors) for kind, row in rows if (kind, row.pk) in found]
    order = list(by_kind)
    return sorted(entries, key=lambda entry: (order.index(entry.summary.kind), entry.title.casefold()))


def _rows(model_admin: ContentAdmin, *, with_past: bool) -> QuerySet:
    """The kind and then the columns of `Row`."""
    kind = model_admin.model._meta.label_lower
    same = Version.objects.filter(kind=kind, object_id=OuterRef("pk"))
    newest = same.order_by("-number")
    planned = same.filter(versions.IS_PLANNED).order_by().values("object_id").annotate(at=Min("due_at"))
    names = ("saved_at", "saved_by_id", "saved_by__username")
    rows = model_admin.model._default_manager.all() if with_past else model_admin.dashboard_queryset()
    rows = rows.order_by().annotate(
        kind_=Value(kind), newest_number=summaries.newest_number(kind),
        **{f"newest_{name}": Subquery(newest.values(name)[:1]) for name in names},
        planned_at_=Subquery(planned.values("at")),
    )  # fmt: skip
    return rows.values_list(
        "kind_", "pk", "public_from", "withdrawn_at", "public_until", "public_version", "updated_at", "review_by",
        "owner_id", "owner__username", "newest_number", *(f"newest_{name}" for name in names), "planned_at_",
    )  # fmt: skip
