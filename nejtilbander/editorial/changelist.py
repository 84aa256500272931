"""The list of one content model: each row as its working copy has it, with its status, its languages, who and when."""

from collections import defaultdict
from typing import Any, NamedTuple

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet, prefetch_related_objects
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from nejtilbander.i18n.languages import CODES, DANISH_NAMES, SOURCE, TranslationState, state_label
from nejtilbander.i18n.models import Translated, state_together
from nejtilbander.publishing import versions
from nejtilbander.publishing.models import ContentModel, PublicationStatus, Version
from nejtilbander.reviews.queues import unseen_versions
from nejtilbander.templatetags.desk import status_chip

WORST_FIRST = list(TranslationState)


class WorkingCopy(NamedTuple):
    newest: Version | None
    texts: list[Translated]  # the object and its parts
    is_unseen: bool  # only its writer has seen what is public


class ContentChangeList(ChangeList):
    """Each result has the fields of its working copy, like its form and the dashboard, and a `working_copy`."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        try:
            super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        except (ValueError, OverflowError) as error:
            # `date_hierarchy` adds a year, in UTC, to whatever date the query string names, also past the calendar's
            # ends. Django answers this error with the list without filters.
            raise IncorrectLookupParameters from error

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        listed: list[ContentModel] = list(self.result_list)
        prefetch_related_objects(listed, *getattr(self.model, "part_names", ()))
        found = versions.newest_versions([self.model._meta.label_lower]).filter(
            object_id__in=[obj.pk for obj in listed]
        )
        newest = {version.object_id: version for version in found.select_related("saved_by")}
        unseen = unseen_versions(self.model._meta.label_lower)
        for obj in listed:
            version = newest.get(obj.pk)
            is_unseen = (obj.pk, obj.public_version) in unseen and not obj.is_withdrawn
            vars(obj)["working_copy"] = WorkingCopy(version, versions.working_copy(obj, version), is_unseen)


class StatusFilter(admin.SimpleListFilter):
    """By publication status, which is worked out and in no column: looks at every object of the model."""

    title, parameter_name = "status", "udgivelse"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(PublicationStatus.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in PublicationStatus.values:
            return queryset
        found = versions.newest_versions([queryset.model._meta.label_lower]).defer("content")
        newest = {version.object_id: version for version in found}
        objects = queryset.model._default_manager.only("public_from", "withdrawn_at", "public_until", "public_version")
        return queryset.filter(pk__in=[obj.pk for obj in objects if _status(obj, newest.get(obj.pk)) == self.value()])


class ContentListMixin:
    """Mixin of a ModelAdmin with a ContentChangeList: the columns and the filter that every content model has."""

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return [StatusFilter, *super().get_list_filter(request)]  # type: ignore[misc]

    @admin.display(description="titel", ordering="title_da")
    def heading(self, obj: ContentModel) -> str:
        return str(obj)

    @admin.display(description="status")
    def publication_status(self, obj: ContentModel) -> SafeString:
        newest, _, is_unseen = _working_copy(obj)
        unseen = format_html(' <span class="desk-note">{}</span>', "ikke set af en anden") if is_unseen else ""
        return format_html("{}{}", status_chip(_status(obj, newest)), unseen)

    @admin.display(description="oversættelser")
    def language_states(self, obj: ContentModel) -> SafeString:
        """Each state there is, the worst first, with the languages that are in it."""
        languages: dict[tuple[int, str, str], list[str]] = defaultdict(list)
        for code in CODES:
            if code != SOURCE:
                state, is_machine = state_together(_working_copy(obj).texts, code)
                label = state_label(state, is_machine_translated=is_machine)
                languages[WORST_FIRST.index(state), state.value, label].append(DANISH_NAMES[code])
        chips = ((value, label, _joined(names)) for (_, value, label), names in sorted(languages.items()))
        items = format_html_join("", '<li class="desk-chip desk-{}">{}: <span>{}</span></li>', chips)
        return format_html('<ul class="desk-chips">{}</ul>', items)

    @admin.display(description="sidst ændret")
    def changed(self, obj: ContentModel) -> SafeString:
        """When the working copy was saved, and by whom, where that is known."""
        newest = _working_copy(obj).newest
        at = timezone.localtime(newest.saved_at if newest else obj.updated_at)
        by = newest.saved_by.get_username() if newest and newest.saved_by else ""
        return format_html(
            '<time datetime="{}">{}</time>{}', at.isoformat(timespec="minutes"), f"{at:%d.%m.%Y kl. %H.%M}",
            format_html(" <span>{}</span>", by) if by else "",
        )  # fmt: skip


def _working_copy(obj: ContentModel) -> WorkingCopy:
    found: WorkingCopy = vars(obj)["working_copy"]
    return found


def _status(obj: ContentModel, newest: Version | None) -> PublicationStatus:
    """`newest`: from `versions.newest_versions`."""
    has_plan = getattr(newest, "has_plan", False)
    return versions.publication_status(obj, newest.number if newest else None, has_plan=has_plan)


def _joined(names: list[str]) -> str:
    return "alle sprog" if len(names) == len(CODES) - 1 else ", ".join(names)
