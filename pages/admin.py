"""Staff edit what we say."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from modeltranslation.admin import TranslationStackedInline, TranslationTabularInline

from nejtilbander.editing import ContentAdmin
from pages.models import Initiative, Page, Partner, Signatory, Statement, Update

PUBLISHING = ("public_from", "withdrawn_at")


class SignatoryInline(TranslationTabularInline):
    model = Signatory
    extra = 0


class UpdateInline(TranslationStackedInline):
    model = Update
    extra = 0


@admin.register(Statement)
class StatementAdmin(ContentAdmin):
    facts = ("number", "is_current", "dated", "source_url", *PUBLISHING)
    inlines = [SignatoryInline]
    list_display = ["title_da", "number", "is_current", "public_from", "language_states"]


@admin.register(Initiative)
class InitiativeAdmin(ContentAdmin):
    facts = ("slug", "level", "status", "order", "since_year", "source_url", "leads_to_meetings", *PUBLISHING)
    inlines = [UpdateInline]
    list_display = ["title_da", "level", "status", "public_from", "language_states"]
    list_filter = ["level", "status"]
    search_fields = ["search_text_da", "search_text_en", "search_text_ar"]


@admin.register(Partner)
class PartnerAdmin(ContentAdmin):
    facts = ("slug", "kind", "order", "url", *PUBLISHING)
    list_display = ["name_da", "kind", "public_from", "language_states"]


@admin.register(Page)
class PageAdmin(ContentAdmin):
    facts = ("slug", *PUBLISHING)
    list_display = ["title_da", "slug", "public_from", "language_states"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["slug"] if obj and obj.is_section else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A section's opening words can be changed, not deleted: the menu leads to them."""
        return not (obj and obj.is_section) and super().has_delete_permission(request, obj)
