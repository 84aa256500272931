"""The admin of statements, initiatives, partners and plain pages."""

from django.contrib import admin, messages
from django.contrib.admin.options import InlineModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from nejtilbander.editorial.documents import DocumentInline
from nejtilbander.editorial.forms.inlines import StackedPartInline
from nejtilbander.editorial.model_admin import PICTURE_FIELDS, ContentAdmin
from nejtilbander.editorial.views import base
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
    shared_fields = ("number", "is_current", "dated", "source_url")
    readonly_fields = ["is_current"]
    inlines = [SignatoryInline, StatementDocumentInline]
    list_display = ["title_da", "number", "is_current", "publication_status", "language_states"]
    actions = ["put_in_force"]

    def response_action(self, request: HttpRequest, queryset: QuerySet[Statement]) -> HttpResponse | None:
        """Answers a selection that holds no number, such as a forged one, with a message instead of an error."""
        try:
            return super().response_action(request, queryset)
        except (ValueError, OverflowError):
            self.message_user(request, "Den udtalelse er her ikke. Vælg en på listen.", messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

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


@admin.register(Initiative)
class InitiativeAdmin(ContentAdmin):
    shared_fields = (
        "slug", "level", "status", "order", "since_year", "source_url", "leads_to_meetings", *PICTURE_FIELDS,
    )  # fmt: skip
    inlines = [UpdateInline, InitiativeDocumentInline]
    list_display = ["title_da", "level", "status", "publication_status", "language_states"]
    list_filter = ["level", "status"]


@admin.register(Partner)
class PartnerAdmin(ContentAdmin):
    shared_fields = ("slug", "kind", "order", "url")
    list_display = ["name_da", "kind", "publication_status", "language_states"]


@admin.register(Page)
class PageAdmin(ContentAdmin):
    shared_fields = ("slug", *PICTURE_FIELDS)
    inlines = [PageDocumentInline]
    list_display = ["title_da", "slug", "publication_status", "language_states"]

    def get_readonly_fields(self, request: HttpRequest, obj: Page | None = None) -> list[str]:
        """The menu and the law need some pages at their address (`is_fixed`): their slug is read only."""
        return ["slug"] if obj and obj.is_fixed else []

    def get_inlines(self, request: HttpRequest, obj: Page | None) -> list[type[InlineModelAdmin]]:
        """The introduction of a section has no documents: its page shows a list already."""
        return [] if obj and obj.is_section else super().get_inlines(request, obj)
