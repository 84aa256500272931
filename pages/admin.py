"""Staff edit what we say."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from nejtilbander.editing import ContentAdmin, StackedRows, TabularRows
from pages.models import Initiative, NotPublic, Page, Partner, Signatory, Statement, Update

PUBLISHING = ("public_from", "withdrawn_at")


class SignatoryInline(TabularRows):
    model = Signatory


class UpdateInline(StackedRows):
    model = Update


@admin.register(Statement)
class StatementAdmin(ContentAdmin):
    facts = ("number", "is_current", "dated", "source_url", *PUBLISHING)
    readonly_fields = ["is_current"]
    inlines = [SignatoryInline]
    list_display = ["title_da", "number", "is_current", "public_from", "language_states"]
    actions = ["put_in_force"]

    @admin.action(description="Gør til den gældende udtalelse")
    def put_in_force(self, request: HttpRequest, chosen: QuerySet[Statement]) -> None:
        """One step from the old to the new, so that there is a statement in force at every moment."""
        try:
            chosen.get().put_in_force()
        except Statement.MultipleObjectsReturned:
            self.message_user(request, "Vælg kun én udtalelse.", messages.ERROR)
        except NotPublic:
            self.message_user(request, "Udtalelsen skal være offentlig, før den kan gælde.", messages.ERROR)
        else:
            self.message_user(request, "Udtalelsen gælder nu.")


@admin.register(Initiative)
class InitiativeAdmin(ContentAdmin):
    facts = ("slug", "level", "status", "order", "since_year", "source_url", "leads_to_meetings", *PUBLISHING)
    inlines = [UpdateInline]
    list_display = ["title_da", "level", "status", "public_from", "language_states"]
    list_filter = ["level", "status"]


@admin.register(Partner)
class PartnerAdmin(ContentAdmin):
    facts = ("slug", "kind", "order", "url", *PUBLISHING)
    list_display = ["name_da", "kind", "public_from", "language_states"]


@admin.register(Page)
class PageAdmin(ContentAdmin):
    facts = ("slug", *PUBLISHING)
    list_display = ["title_da", "slug", "public_from", "language_states"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """The menu and the law need some pages where they are: they can be changed, not moved or taken away."""
        return ["slug", *PUBLISHING] if obj and obj.is_fixed else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not (obj and obj.is_fixed) and super().has_delete_permission(request, obj)
