"""The admin of the audit trail: read only, for administrators. And deletions of several objects, one line each."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import DELETION, LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest

from nejtilbander.audit.models import AuditLine
from nejtilbander.editorial.views.base import staff_user


@admin.register(AuditLine)
class AuditLineAdmin(admin.ModelAdmin):
    """Nobody adds, changes or deletes a line. Whether one is gone, only `manage.py verify_audit` says."""

    list_display = ["number", "at", "who_name", "kind", "what", "which", "words"]
    list_filter = ["kind"]
    search_fields = ["who_name", "what", "words", "hash"]
    search_help_text = "Søg efter hvem, slags, ord eller et kædetal."
    list_select_related = False
    show_full_result_count = False
    fields = readonly_fields = (
        "number", "at", "who", "who_name", "kind", "what", "which", "words", "previous", "hash",
    )  # fmt: skip

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AuditLine | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AuditLine | None = None) -> bool:
        return False


class AuditedDeletions:
    """Mixin of a ModelAdmin that offers to delete several: Django adds their entries in bulk, which sends no signal."""

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[LogEntry]:
        by = staff_user(request).pk
        return [LogEntry.objects.log_actions(by, [obj], DELETION, single_object=True) for obj in queryset]
