"""Where pictures and documents are used: on the pages that readers see, and in the working copies of staff."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple, Protocol

from django.apps import apps
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from nejtilbander.documents.models import RELATION, attachment_models, owner_field
from nejtilbander.i18n.languages import CODES
from nejtilbander.images.models import pictured_models
from nejtilbander.publishing import versions
from nejtilbander.publishing.models import Version

UNUSED = "ikke brugt"


class Use(NamedTuple):
    """One object that shows a file. `is_draft`: only its working copy does, and readers do not see it yet."""

    kind: str
    object_id: int
    title: str
    is_draft: bool
    lacks: tuple[str, ...] = ()  # of a picture: the languages in which the working copy has no words for it

    @property
    def url(self) -> str:
        """The object's form in the admin."""
        return reverse(f"admin:{self.kind.replace('.', '_')}_change", args=[self.object_id])


Uses = dict[int, list[Use]]  # by the file's primary key


def picture_uses(pks: Collection[int]) -> Uses:
    """Where each picture of `pks` is used. Two queries for each model that may have one."""
    models = pictured_models()
    shown: list[tuple[int, Any]] = []
    for model in models:
        shown += [(row.picture_id or 0, row) for row in model._default_manager.filter(picture__in=pks)]
    columns = ("is_decorative", *(f"picture_alt_{code}" for code in CODES))
    drafts = Version.objects.filter(pk__in=_newest(models)).values_list(
        "content__fields__picture_id", "kind", "object_id", "title", *(f"content__fields__{name}" for name in columns)
    )
    found = []
    lacks: dict[tuple[int, str, int], tuple[str, ...]] = {}
    for pk, row in shown:
        lacks[pk, _label(type(row)), row.pk] = _missing({name: getattr(row, name) for name in columns})
    for pk, kind, object_id, title, *values in drafts.iterator():
        found.append((pk, kind, object_id, title))
        lacks[pk, kind, object_id] = _missing(dict(zip(columns, values, strict=True)))
    uses = _uses(pks, shown, found)
    for pk, own in uses.items():
        uses[pk] = [use._replace(lacks=lacks[pk, use.kind, use.object_id]) for use in own]
    return uses


def _missing(columns: Mapping[str, object]) -> tuple[str, ...]:
    """The languages without a text alternative; () for a picture that only decorates."""
    return () if columns["is_decorative"] else tuple(code for code in CODES if not columns[f"picture_alt_{code}"])


def document_uses(pks: Collection[int]) -> Uses:
    """Where each document of `pks` is used."""
    shown: list[tuple[int, Any]] = []
    owners = []
    for model in attachment_models():
        owner = owner_field(model)
        owners.append(owner.remote_field.model)
        rows = model._default_manager.filter(document__in=pks).select_related(owner.name)
        shown += [(row.document_id, getattr(row, owner.name)) for row in rows]
    drafts = Version.objects.filter(pk__in=_newest(owners)).values_list(
        "kind", "object_id", "title", f"content__{RELATION}"
    )
    found = [
        (entry.get("document_id"), kind, object_id, title)
        for kind, object_id, title, entries in drafts.iterator()
        for entry in entries or []
    ]
    return _uses(pks, shown, found)


def _newest(models: Iterable[type[Model]]) -> Any:
    """The primary keys of the newest versions of all objects of `models`, as a subquery."""
    return versions.newest_versions(map(_label, models)).values("pk")


def _label(model: type[Model]) -> str:
    return model._meta.label_lower


def _uses(pks: Collection[int], shown: Iterable[tuple[int, Any]], drafts: Iterable[tuple[int, str, int, str]]) -> Uses:
    """The rows first; of the working copies those that still have an object, and whose row shows another file."""
    uses: Uses = defaultdict(list)
    known = set()
    for pk, row in shown:
        if (pk, versions.kind_of(row), row.pk) not in known:
            uses[pk].append(Use(versions.kind_of(row), row.pk, str(row), is_draft=not row.has_been_public))
            known.add((pk, versions.kind_of(row), row.pk))
    for pk, kind, object_id, title in drafts:
        place = (pk, kind, object_id)
        if pk in pks and place not in known and apps.get_model(kind)._default_manager.filter(pk=object_id).exists():
            uses[pk].append(Use(kind, object_id, title, is_draft=True))
            known.add(place)
    return uses


def links_to_forms(uses: list[Use]) -> SafeString | str:
    """The forms of the objects, as links; UNUSED without any."""
    if not uses:
        return UNUSED
    links = ((use.url, use.title, " (kladde)" if use.is_draft else "") for use in uses)
    return format_html("{}", format_html_join(", ", '<a href="{}">{}</a>{}', links))


class FileAdmin(Protocol):
    """A ModelAdmin of files."""

    def uses(self, pks: list[int]) -> Uses: ...


class UsageChangeList(ChangeList):
    """The list of a FileAdmin. Each row has its `uses`, of one look for all of them."""

    model_admin: Any

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows: list[Any] = list(self.result_list)
        uses = self.model_admin.uses([row.pk for row in rows])
        for row in rows:
            row.uses = uses[row.pk]
        self.result_list = rows


def uses_of(model_admin: FileAdmin, obj: Model) -> list[Use]:
    """Where `obj` is used; already known of a row of the list."""
    known: list[Use] | None = getattr(obj, "uses", None)
    return model_admin.uses([obj.pk])[obj.pk] if known is None else known
