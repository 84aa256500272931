"""The admin of documents: upload, the facts of a file, and where it is used. A document is never changed."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from nejtilbander.documents.accessibility import findings
from nejtilbander.documents.cleaning import MAX_BYTES, MAX_PAGES, InvalidDocument
from nejtilbander.documents.models import Document
from nejtilbander.documents.storing import store_document
from nejtilbander.editorial.forms.inlines import StackedPartInline
from nejtilbander.editorial.forms.translation import requested_language
from nejtilbander.editorial.usage import UsageChangeList, Uses, document_uses, links_to_forms, uses_of
from nejtilbander.editorial.views.base import staff_user
from nejtilbander.i18n.languages import SOURCE
from nejtilbander.publishing.models import ContentModel

RATHER_TEXT = (
    "Skriv det hellere som tekst på siden: Så kan alle læse det, også på en telefon og med oversættelse. "
    "Brug en fil, når det er selve filen, læserne har brug for, fx en dagsorden eller et referat."
)


class UploadForm(forms.ModelForm):
    file = forms.FileField(
        label="PDF-fil",
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
        help_text=f"Højst {MAX_BYTES // 1024 // 1024} MB og {MAX_PAGES} sider. Kommentarer, vedhæftede filer, scripts, "
        "og hvem der skrev filen hvornår, bliver taget ud af den.",
        error_messages={"required": f"Vælg en fil. Den må højst fylde {MAX_BYTES // 1024 // 1024} MB."},
    )

    class Meta:
        model = Document
        fields: ClassVar[list[str]] = ["title", "language"]

    stored: Document | None = None
    user: Any = None  # set by DocumentAdmin.get_form

    def clean(self) -> dict[str, Any]:
        """Also cleans and stores the file: into `self.stored`."""
        data = super().clean() or {}
        file: UploadedFile | None = data.get("file")
        if file is not None and not self.errors:
            try:
                body = file.read(MAX_BYTES + 1)
                self.stored = store_document(body, data["title"], data["language"], self.user)
            except InvalidDocument as refused:
                self.add_error("file", str(refused))
        return data


@admin.register(Document)
class DocumentAdmin(admin.ModelAdmin):
    list_display = ["title", "facts", "language", "made_at", "used"]
    list_filter = ["language", "is_tagged"]
    search_fields = ["title"]
    view_on_site = False  # its address is answered only while something public shows it
    actions = None  # each document is looked at before it is deleted
    list_per_page = 60
    FACTS = ["link", "facts", "accessibility", "used", "made_at", "made_by"]

    def get_form(
        self, request: HttpRequest, obj: Document | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        if obj:
            return super().get_form(request, obj, change, **kwargs)
        form = super().get_form(request, obj, change, form=UploadForm, **kwargs)
        return type(form.__name__, (form,), {"user": staff_user(request)})

    def get_fieldsets(self, request: HttpRequest, obj: Document | None = None) -> Any:
        if obj is None:
            return [(None, {"fields": ["file", "title", "language"], "description": RATHER_TEXT})]
        return [(None, {"fields": ["title", "language", *self.FACTS]})]

    def get_readonly_fields(self, request: HttpRequest, obj: Document | None = None) -> list[str]:
        return self.FACTS if obj else []

    def has_change_permission(self, request: HttpRequest, obj: Document | None = None) -> bool:
        """Never: what readers see does not change behind the back of those who publish. Another file is uploaded."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Document | None = None) -> bool:
        """False while a page or a draft shows it."""
        return not (obj and document_uses([obj.pk])[obj.pk]) and super().has_delete_permission(request, obj)

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Document:
        """The stored document. Its form has stored it with the file."""
        super().save_form(request, form, change)
        return form.stored

    def save_model(self, request: HttpRequest, obj: Document, form: Any, change: bool) -> None:
        for finding in findings(obj):
            messages.warning(request, finding)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {"title": "Dokumenter"} | (extra_context or {}))

    def get_changelist(self, request: HttpRequest, **kwargs: object) -> type[UsageChangeList]:
        return UsageChangeList

    def uses(self, pks: list[int]) -> Uses:
        return document_uses(pks)

    @admin.display(description="filen")
    def facts(self, obj: Document) -> str:
        return f"PDF, {obj.kilobytes} kB, {obj.pages} {'side' if obj.pages == 1 else 'sider'}"

    @admin.display(description="se den")
    def link(self, obj: Document) -> SafeString:
        return format_html('<a href="{}">{}</a>', obj.draft_url(), obj.filename)

    @admin.display(description="kan alle læse den?")
    def accessibility(self, obj: Document) -> SafeString | str:
        found = findings(obj)
        items = format_html_join("", "<li>{}</li>", ([sentence] for sentence in found))
        return format_html('<ul class="desk-findings">{}</ul>', items) if found else "Ja, så vidt siden kan se."

    @admin.display(description="bruges på")
    def used(self, obj: Document) -> SafeString | str:
        return links_to_forms(uses_of(self, obj))


class DocumentInline(StackedPartInline):
    """The documents of an object. The model is its Attachment."""

    def get_fieldsets(
        self, request: HttpRequest, obj: ContentModel | None = None
    ) -> list[tuple[str | None, dict[str, list[str]]]]:
        fieldsets = super().get_fieldsets(request, obj)
        if requested_language(request) == SOURCE:
            fieldsets[0][1]["fields"].insert(0, "document")
        return fieldsets
