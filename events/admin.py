"""The admin of meetings."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.validators import MaxValueValidator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path, reverse

from events import bulk_letter_views, group_views, staff_views
from events.models import Event, EventDocument, Letter, Signup
from events.models.event import INTERPRETERS, LIST_WOULD_BE_LOST
from events.models.seats import MAX_CAPACITY
from events.privacy import retention
from events.signups.seats import set_capacity
from events.signups.staff_counts import rounded_words
from nejtilbander.editorial.documents import DocumentInline
from nejtilbander.editorial.forms.content import ContentForm
from nejtilbander.editorial.model_admin import PICTURE_GROUP, ContentAdmin
from nejtilbander.editorial.toolbar import ToolbarAction
from nejtilbander.i18n.models import Translated
from nejtilbander.publishing import versions
from nejtilbander.web.decorators import View, has_role, role_of


class EventForm(ContentForm):
    interpreters = forms.MultipleChoiceField(
        label="Tolke",
        choices=list(INTERPRETERS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    capacity = forms.IntegerField(
        label="Pladser i alt", min_value=0, validators=[MaxValueValidator(MAX_CAPACITY)], initial=100,
        help_text="Senere ændrer du antallet under mødets tilmelding.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:  # changed on the sign-up page, where the seats are locked
            del self.fields["capacity"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.instance.pk:
            return data
        ends_at = data.get("ends_at")
        if ends_at and Event.objects.get(pk=self.instance.pk).would_lose_list(ends_at):
            self.add_error("ends_at", LIST_WOULD_BE_LOST)
        return data


class EventDocumentInline(DocumentInline):
    model = EventDocument


@admin.register(Event)
class EventAdmin(ContentAdmin):
    form = EventForm
    inlines = [EventDocumentInline]
    delete_confirmation_template = "admin/events/event/delete_confirmation.html"
    groups = (
        ("Hvornår", ("starts_at", "ends_at", "doors_at")),
        ("Hvor", ("place", "address", "access", "directions")),
        ("Tilmelding", ("signup_opens_at", "signup_closes_at", "retention_days")),
        ("Tolke og presse", ("interpreters", "press")),
        PICTURE_GROUP,
        ("Aflysning", ("state", "state_reason")),
        ("Efter mødet", ("outcome",)),
        ("Webadresse", ("is_example", "slug")),
    )
    list_display = [
        "heading", "publication_status", "starts_at", "state", "seats_taken", "language_states", "changed",
    ]  # fmt: skip
    list_filter = ["state", "is_example"]
    date_hierarchy = "starts_at"

    def get_urls(self) -> list[URLPattern]:
        own = [
            path("<int:pk>/tilmelding/", self._staff_view(staff_views.signups), name="events_event_signups"),
            path("<int:pk>/brev/", self._staff_view(bulk_letter_views.bulk_letter), name="events_event_circular"),
            path("<int:pk>/grupper/", self._staff_view(group_views.groups_page), name="events_event_groups"),
            path("<int:pk>/liste/<str:what>/", self._staff_view(staff_views.open_list), name="events_event_list"),
        ]
        return own + super().get_urls()

    def _staff_view(self, view: View) -> View:
        """`view` behind the login; the admin's own context is its second argument."""

        def inside(request: HttpRequest, **kwargs: object) -> HttpResponseBase:
            return view(request, self.admin_site.each_context(request), **kwargs)

        return self.admin_site.admin_view(has_role(role_of(view) or "staff")(inside))

    def toolbar_actions(self, request: HttpRequest, obj: Event) -> list[ToolbarAction]:
        actions = [ToolbarAction("Tilmelding", reverse("admin:events_event_signups", args=[obj.pk]))]
        if self.has_publish_permission(request):
            actions.append(ToolbarAction("Mail til alle", reverse("admin:events_event_circular", args=[obj.pk])))
        return [*super().toolbar_actions(request, obj), *actions]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        return super().get_queryset(request).select_related("seats", "kept_counts")

    def get_list_display(self, request: HttpRequest) -> Any:
        """With the exact count for those who may open the list, and rounded words for others."""
        if request.user.has_perm("events.open_list"):
            return self.list_display
        return ["seats_about" if name == "seats_taken" else name for name in self.list_display]

    def get_fieldsets(self, request: HttpRequest, obj: Event | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None:
            by_name = dict(fieldsets)
            by_name["Tilmelding"]["fields"].insert(0, "capacity")
            by_name["Tilmelding"]["classes"] = []
        return fieldsets

    def save_model(self, request: HttpRequest, obj: Translated, form: ContentForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if isinstance(obj, Event) and not change:
            set_capacity(obj, form.cleaned_data["capacity"])

    def has_delete_permission(self, request: HttpRequest, obj: Event | None = None) -> bool:
        """False for a coming meeting with sign-ups: it must be cancelled instead, so that people are told."""
        has_audience = (
            obj is not None and not obj.is_example and not obj.is_past
            and Signup.objects.filter(event=obj).exclude(state__in=Signup.GONE).exists()
            and (obj.state == Event.State.CONFIRMED or Letter.objects.waiting().filter(event=obj).exists())
        )  # fmt: skip
        return not has_audience and super().has_delete_permission(request, obj)

    def get_deleted_objects(
        self, objs: Iterable[Event], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """The meetings alone: Django would read all that goes with them, and not all of it is staff's to read."""
        found = list(objs)
        is_refused = not all(self.has_delete_permission(request, obj) for obj in found)
        refused = {str(self.opts.verbose_name)} if is_refused else set()
        return [str(obj) for obj in found], {str(self.opts.verbose_name_plural): len(found)}, refused, []

    def delete_model(self, request: HttpRequest, obj: Event) -> None:
        versions.ensure_first_version(obj)
        retention.erase_list(obj)
        super().delete_model(request, obj)

    def after_restore(self, request: HttpRequest, obj: Event) -> None:
        messages.warning(request, "Mødet har ingen pladser. Sæt antallet under Tilmelding, før du udgiver det.")

    @admin.display(description="optagne pladser", ordering="seats__capacity")
    def seats_taken(self, obj: Event) -> str:
        return f"{obj.seats.taken} (af {obj.seats.capacity} pladser)"

    @admin.display(description="optagne pladser", ordering="seats__capacity")
    def seats_about(self, obj: Event) -> str:
        kept = getattr(obj, "kept_counts", None)
        return f"{rounded_words(kept.numbers.get('taken') if kept else None)} (af {obj.seats.capacity} pladser)"
