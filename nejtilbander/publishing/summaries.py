"""Summaries of the working copies: what the overview and the search of staff need to know of every text at once.

Reading every version's JSON and measuring every text took most of the overview's time. A summary is worked out once,
when somebody first asks after a save, and remembers what it was made of: the newest version's number and the object's
`updated_at`. When either differs it is made anew, so it is never out of date, and nothing has to be told when a text is
saved (docs/decisions/0029).
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, Self, TypedDict, cast

from django.apps import apps
from django.db import models
from django.db.models import Exists, Field, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from nejtilbander.caching.tracking import ObjectRef
from nejtilbander.i18n.languages import CODES, SOURCE, TranslationState
from nejtilbander.i18n.models import Translated
from nejtilbander.publishing import content_checks, serialization, versions
from nejtilbander.publishing.models import ContentModel, ContentT, Version
from nejtilbander.text.normalization import index_text
from nejtilbander.text.prose import to_plain_text

WORST_FIRST = list(TranslationState)
NO_VERSION = 0
Stamp = tuple[int, datetime]  # what a summary was made of: the newest version's number, the object's `updated_at`


class LanguageSummary(TypedDict):
    """One language: its worst `state` in the object and its parts, and the `field` of the form to begin with.

    `machine`: a machine wrote it. `date`: when it was translated, ISO 8601; None when it never was.
    """

    state: str
    machine: bool
    date: str | None
    field: str


class LinkSummary(TypedDict):
    """An address that is linked to, with the `field` and `language` of the form it first stands in."""

    url: str
    field: str
    language: str


class Text(NamedTuple):
    """An object or one of its parts. `prefix` begins the names of its fields on the change form."""

    prefix: str
    row: Translated

    def label(self, name: str) -> str:
        """What staff call the field `name`, after the word for the part if it is one: "Opdatering: titel"."""
        label = cast("Field", self.row._meta.get_field(name)).verbose_name
        return f"{self.row._meta.verbose_name}: {label}".capitalize() if self.prefix else str(label).capitalize()


class SummaryQuerySet(models.QuerySet["WorkingCopySummary"]):
    def holding(self, words: Iterable[str]) -> Self:
        """Those with every one of the folded `words` (text/normalization.py) in what readers or staff see."""
        return self.filter(*(Q(words__contains=word) for word in words))


class WorkingCopySummary(models.Model):
    """One object. `kind` and `object_id` name it, as in `Version`; `number` is its newest version, or NO_VERSION.

    `languages` is a LanguageSummary by code, `links` a list of LinkSummary. `words` are those of every language, of the
    working copy and of what readers see, as `index_text`; it comes last, because SQLite reads a row up to the column
    that was asked for.
    """

    kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    number = models.PositiveIntegerField()
    updated_at = models.DateTimeField()  # the object's
    title = models.TextField()
    lix = models.PositiveIntegerField()
    lix_field = models.CharField(max_length=60)
    is_hard = models.BooleanField()
    lacks_alt = models.BooleanField()
    languages = models.JSONField()
    links = models.JSONField()
    words = models.TextField()

    objects = SummaryQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="working_copy_summary_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"

    @property
    def stamp(self) -> Stamp:
        return self.number, self.updated_at


def refresh(content: Collection[type[ContentModel]]) -> None:
    """Makes the summaries anew that are missing or of an older text. One query when there are none."""
    stale: dict[type[ContentModel], list[int]] = {}
    by_kind = {model._meta.label_lower: model for model in content}
    for kind, pk in _stale(content):
        stale.setdefault(by_kind[kind], []).append(pk)
    for model, pks in stale.items():
        newest = versions.newest_versions([model._meta.label_lower]).filter(object_id__in=pks)
        drafts = {draft.object_id: draft for draft in newest}
        objects = model._default_manager.filter(pk__in=pks).prefetch_related(*model.part_names)
        WorkingCopySummary.objects.bulk_create(
            [summarise(obj, drafts.get(obj.pk)) for obj in objects],
            update_conflicts=True, unique_fields=["kind", "object_id"],
            update_fields=[
                "number", "updated_at", "title", "lix", "lix_field", "is_hard", "lacks_alt", "languages", "links",
                "words",
            ],
        )  # fmt: skip


def matching(queryset: QuerySet[ContentT], words: Iterable[str]) -> QuerySet[ContentT]:
    """The objects of `queryset` with every one of the folded `words` in any language, working copies included."""
    refresh([queryset.model])
    found = WorkingCopySummary.objects.filter(kind=queryset.model._meta.label_lower).holding(words)
    return queryset.filter(pk__in=found.values("object_id"))


def current(stamps: Mapping[ObjectRef, Stamp]) -> dict[ObjectRef, "WorkingCopySummary"]:
    """The summaries of these objects, without `words`; of one deleted meanwhile there is none. One query as a rule."""
    kinds = {kind for kind, _ in stamps}
    found = _summaries(kinds)
    if any(ref not in found or found[ref].stamp != stamp for ref, stamp in stamps.items()):
        refresh([apps.get_model(kind) for kind in kinds])
        found = _summaries(kinds)
    return found


def _summaries(kinds: Collection[str]) -> dict[ObjectRef, "WorkingCopySummary"]:
    summaries = WorkingCopySummary.objects.filter(kind__in=kinds).defer("words")
    return {(summary.kind, summary.object_id): summary for summary in summaries}


def newest_number(kind: str) -> Coalesce:
    """The number of the newest version of each row of the model `kind`; NO_VERSION without any."""
    same = Version.objects.filter(kind=kind, object_id=OuterRef("pk")).order_by("-number")
    return Coalesce(Subquery(same.values("number")[:1]), NO_VERSION)


def _stale(content: Collection[type[ContentModel]]) -> Iterable[tuple[str, int]]:
    """(kind, pk) of each object without a current summary."""
    arms = []
    for model in content:
        kind = model._meta.label_lower
        current = WorkingCopySummary.objects.filter(
            kind=kind, object_id=OuterRef("pk"), updated_at=OuterRef("updated_at"), number=OuterRef("newest")
        )
        rows = model._default_manager.order_by().annotate(newest=newest_number(kind)).filter(~Exists(current))
        arms.append(rows.annotate(kind_=Value(kind)).values_list("kind_", "pk"))
    return arms[0].union(*arms[1:], all=True) if arms else []


def summarise(obj: ContentModel, newest: Version | None) -> WorkingCopySummary:
    """The summary of `obj`, unsaved. Leaves the fields of `obj` as the working copy has them."""
    summary = WorkingCopySummary(
        kind=obj._meta.label_lower, object_id=obj.pk, number=newest.number if newest else NO_VERSION,
        updated_at=obj.updated_at,
    )  # fmt: skip
    seen = _all_words([obj, *obj.parts()])
    texts = working_copy_texts(obj, newest)
    measured = content_checks.measure_readability(obj)
    summary.title = str(obj)
    summary.lix, summary.lix_field = round(measured.lix), f"{measured.field}_{SOURCE}"
    summary.is_hard, summary.lacks_alt = content_checks.is_hard_to_read(measured), obj.lacks_alt
    summary.languages = {code: _language(obj, texts, code) for code in CODES if code != SOURCE}
    summary.links = [
        LinkSummary(url=url, field=f"{prefix}{column}", language=_language_of(row, column))
        for prefix, row in texts
        for url, column in content_checks.find_links(row).items()
    ]
    drafted = _all_words(row for _, row in texts)
    summary.words = index_text(seen if seen == drafted else f"{seen}\n{drafted}")
    return summary


def working_copy_texts(obj: ContentModel, newest: Version | None) -> list[Text]:
    """The working copy of `obj`, and then its parts. Sets the fields of `obj` likewise; no query beside its parts."""
    is_newer = newest is not None and newest.number != obj.public_version
    rows = serialization.deserialize(obj, newest.content) if newest and is_newer else obj.parts()
    parts = {part.model: part for part in serialization.parts_of(type(obj))}
    texts, numbers = [Text("", obj)], Counter[str]()
    for row in rows:
        name = parts[type(row)].name
        setattr(row, parts[type(row)].foreign_key.name, obj)
        texts.append(Text(f"{name}-{numbers[name]}-", row))
        numbers[name] += 1
    return texts


def working_copies(model: type[ContentModel], pks: Collection[int]) -> dict[ObjectRef, list[Text]]:
    """`working_copy_texts` of each of these objects. Two queries, and one for each part."""
    kind = model._meta.label_lower
    drafts = {draft.object_id: draft for draft in versions.newest_versions([kind]).filter(object_id__in=pks)}
    objects = model._default_manager.filter(pk__in=pks).prefetch_related(*model.part_names)
    return {(kind, obj.pk): working_copy_texts(obj, drafts.get(obj.pk)) for obj in objects}


def _language(obj: ContentModel, texts: list[Text], language: str) -> LanguageSummary:
    """`field` is in the worst of `texts`: the first field it lacks, or else its first with any words."""
    prefix, worst = min(texts, key=lambda text: WORST_FIRST.index(text.row.language_state(language)))
    danish = worst.required_texts(SOURCE)
    missing = [name for name in danish if worst.falls_back(name, language)]
    first = next(iter([*missing, *(name for name, text in danish.items() if text), *danish]))
    return LanguageSummary(
        state=worst.language_state(language).value,
        machine=obj.is_machine_translated(language),
        date=obj.translations.get(language, {}).get("date"),
        field=f"{prefix}{first}_{language}",
    )


def _all_words(rows: Iterable[Translated]) -> str:
    return "\n".join(
        to_plain_text(text) for row in rows for language in CODES for text in row.texts(language).values() if text
    )


def _language_of(row: Translated, column: str) -> str:
    return getattr(row._meta.get_field(column), "language", None) or SOURCE


def on_deleted(sender: type[ContentModel], instance: ContentModel, **kwargs: Any) -> None:
    """Receiver of post_delete of every content model."""
    WorkingCopySummary.objects.filter(kind=instance._meta.label_lower, object_id=instance.pk).delete()
