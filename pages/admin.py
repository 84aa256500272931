"""The admin of statements, initiatives, partners and plain pages."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import InlineModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from nejtilbander.editorial.documents import DocumentInline
from nejtilbander.editorial.forms.inlines import StackedPartInline
from nejtilbander.editorial.model_admin import PICTURE_GROUP, ContentAdmin
from nejtilbander.editorial.views import base
from nejtilbander.publishing.models import ContentModel
from pages.models import (
    Initiative,
    InitiativeDocument,
    NotPublic,
    Page,
    PageDocument,
    Partner,
    Signatory,
    Statement,
    StatementDocument,
    Update,
)


class SignatoryInline(StackedPartInline):
    model = Signatory


class UpdateInline(StackedPartInline):
    model = Update


class StatementDocumentInline(DocumentInline):
    model = StatementDocument


class InitiativeDocumentInline(DocumentInline):
    model = InitiativeDocument


class PageDocumentInline(DocumentInline):
    model = PageDocument


@admin.register(Statement)
class StatementAdmin(ContentAdmin):
    groups = (("Nummer, dato og kilde", ("number", "is_current", "dated", "source_url")),)
    readonly_fields = ["is_current"]
    inlines = [SignatoryInline, StatementDocumentInline]
    list_display = ["heading", "publication_status", "in_force", "language_states", "changed"]
    actions = ["put_in_force"]

    def response_action(self, request: HttpRequest, queryset: QuerySet[Statement]) -> HttpResponse | None:
        """Answers a selection that holds no number, such as a forged one, with a message instead of an error."""
        try:
            return super().response_action(request, queryset)
        except (ValueError, OverflowError):
            self.message_user(request, "Den udtalelse er her ikke. Vælg en på listen.", messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    @admin.display(description="gælder", ordering="is_current", empty_value="")
    def in_force(self, obj: Statement) -> str:
        return "gælder nu" if obj.is_current else ""

    @admin.action(description="Gør til den gældende udtalelse")
    def put_in_force(self, request: HttpRequest, queryset: QuerySet[Statement]) -> None:
        """Replaces the statement in force in one step, so that there is one at every moment."""
        if not self.has_publish_permission(request):
            self.message_user(request, "Din bruger må ikke udgive.", messages.ERROR)
            return
        try:
            statement = queryset.get()
            statement.put_in_force()
        except Statement.MultipleObjectsReturned:
            self.message_user(request, "Vælg kun én udtalelse.", messages.ERROR)
        except Statement.DoesNotExist:
            self.message_user(request, "Den udtalelse er her ikke. Vælg en på listen.", messages.ERROR)
        except NotPublic:
            self.message_user(request, "Udtalelsen skal være offentlig, før den kan gælde.", messages.ERROR)
        else:
            base.log_change(request, statement, "Gjort til den gældende udtalelse.")
            self.message_user(request, "Udtalelsen gælder nu.")


class ProgressFilter(admin.ChoicesFieldListFilter):
    """How far an initiative is, under a title that nobody takes for its publication status."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "indsatsen er"


@admin.register(Initiative)
class InitiativeAdmin(ContentAdmin):
    groups = (
        ("Hvem og hvor langt", ("audience", "carried_out_by", "level", "status", "since_year")),
        ("Kilde", ("source_name", "source_url")),
        PICTURE_GROUP,
        ("Plads og webadresse", ("leads_to_meetings", "order", "slug")),
    )
    inlines = [UpdateInline, InitiativeDocumentInline]
    list_display = ["heading", "publication_status", "sort", "language_states", "changed"]
    list_filter = ["level", ("status", ProgressFilter)]

    @admin.display(description="niveau", ordering="level")
    def sort(self, obj: Initiative) -> str:
        """Its level, and how far it is."""
        return f"{obj.get_level_display()}, {obj.get_status_display()}"


@admin.register(Partner)
class PartnerAdmin(ContentAdmin):
    groups = (("Slags og hjemmeside", ("kind", "url")), ("Plads og kendemærke", ("order", "slug")))
    list_display = ["heading", "publication_status", "kind", "language_states", "changed"]

    @admin.display(description="navn", ordering="name_da")
    def heading(self, obj: ContentModel) -> str:
        return str(obj)


@admin.register(Page)
class PageAdmin(ContentAdmin):
    groups = (PICTURE_GROUP, ("Webadresse", ("slug",)))
    inlines = [PageDocumentInline]
    list_display = ["heading", "publication_status", "slug", "language_states", "changed"]

    def get_readonly_fields(self, request: HttpRequest, obj: Page | None = None) -> list[str]:
        """The menu and the law need some pages at their address (`is_fixed`): their slug is read only."""
        return ["slug"] if obj and obj.is_fixed else []

    def get_inlines(self, request: HttpRequest, obj: Page | None) -> list[type[InlineModelAdmin]]:
        """The introduction of a section has no documents: its page shows a list already."""
        return [] if obj and obj.is_section else super().get_inlines(request, obj)
