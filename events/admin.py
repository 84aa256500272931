"""Staff edit what we arrange."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.validators import MaxValueValidator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import path
from django.utils import timezone

from events import retention, staff
from events.announcements import announce
from events.models import INTERPRETER_LANGUAGES, MOST_CAPACITY, Event
from events.register import Signup
from events.seats import set_capacity, shift
from nejtilbander.editing import ContentAdmin, ContentForm


class EventForm(ContentForm):
    interpreters = forms.MultipleChoiceField(
        label="Tolke",
        choices=list(
            zip(
                INTERPRETER_LANGUAGES,
                ["engelsk", "arabisk", "somalisk", "tyrkisk", "persisk", "tegnsprog"],
                strict=True,
            )
        ),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    capacity = forms.IntegerField(
        label="Pladser i alt", min_value=0, validators=[MaxValueValidator(MOST_CAPACITY)], initial=100,
        help_text="Senere ændrer du antallet under mødets tilmelding.",
    )  # fmt: skip

    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:  # then it has a page of its own, where the counting is safe
            del self.fields["capacity"]
            self.initial["seen_version"] = self.instance.seats.version

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.instance.pk:
            return data
        before = Event.objects.with_seats().get(pk=self.instance.pk)
        if data.get("seen_version") != before.seats.version:
            raise forms.ValidationError(
                "En anden har flyttet eller aflyst mødet, mens du skrev. Åbn mødet igen, og se, hvordan det står nu."
            )
        ends_at = data.get("ends_at")
        if ends_at and ends_at < timezone.now() < before.ends_at and before.signups.exists():
            self.add_error(
                "ends_at",
                "Der er tilmeldte. Mødet kan ikke flyttes til en dag, der er gået: Listen ville blive slettet.",
            )
        return data


@admin.register(Event)
class EventAdmin(ContentAdmin):
    form = EventForm
    change_form_template = "admin/events/event/change_form.html"
    facts = (
        "slug", "starts_at", "ends_at", "doors_at", "address", "interpreters", "signup_opens_at",
        "signup_closes_at", "state", "retention_days", "public_from", "withdrawn_at", "is_example",
    )  # fmt: skip
    list_display = [
        "__str__",
        "starts_at",
        "state",
        "capacity",
        "seats_taken",
        "is_example",
        "language_states",
    ]
    list_filter = ["state", "is_example"]
    date_hierarchy = "starts_at"

    def get_urls(self) -> list[Any]:
        own = [
            path("<int:pk>/tilmelding/", self._staff_view(staff.signups), name="events_event_signups"),
            path("<int:pk>/brev/", self._staff_view(staff.circular), name="events_event_circular"),
            path("<int:pk>/liste/<str:what>/", self._staff_view(staff.open_list), name="events_event_list"),
        ]
        return own + super().get_urls()

    def _staff_view(self, view: Any) -> Any:
        """`view` behind the login, with the admin's own surroundings."""

        def inside(request: HttpRequest, **kwargs: Any) -> Any:
            return view(request, self.admin_site.each_context(request), **kwargs)

        inside.role = getattr(view, "role", "staff")  # type: ignore[attr-defined]
        return self.admin_site.admin_view(inside)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        return super().get_queryset(request).select_related("seats")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None:
            fieldsets[0] = (None, {"fields": [*self.facts, "capacity"]})
        else:
            fieldsets[0] = (None, {"fields": [*self.facts, "seen_version"]})
        return fieldsets

    def save_model(self, request: HttpRequest, obj: Any, form: ContentForm, change: bool) -> None:
        """Whoever signed up is written to when the meeting is moved or cancelled: in the same transaction."""
        before = Event.objects.get(pk=obj.pk) if change else None
        if before:
            shift(obj.pk, 0)  # the seats first, as in every transaction
        super().save_model(request, obj, form, change)
        if before is None:
            set_capacity(obj, form.cleaned_data["capacity"])
        elif letters := announce(obj, before):
            self.message_user(request, f"{letters} breve om ændringen er på vej til de tilmeldte.", messages.SUCCESS)
        if before and before.state != obj.state == Event.State.CONFIRMED:
            text = "Mødet holdes igen. Tilmeldingen er lukket, til du åbner den under Tilmelding."
            self.message_user(request, text, messages.WARNING)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A coming meeting that people have signed up for is cancelled, not deleted: they must be told."""
        is_awaited = (
            obj is not None and not obj.is_example and not obj.is_past
            and Signup.objects.filter(event=obj).exclude(state__in=Signup.GONE).exists()
            and (obj.state == Event.State.CONFIRMED or obj.letters.waiting().exists())
        )  # fmt: skip
        return not is_awaited and super().has_delete_permission(request, obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """No deleting of many at once: each is looked at for people who must be told."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def delete_model(self, request: HttpRequest, obj: Event) -> None:
        retention.erase(obj)
        super().delete_model(request, obj)

    @admin.display(description="pladser", ordering="seats__capacity")
    def capacity(self, obj: Any) -> int:
        return obj.seats.capacity

    @admin.display(description="optagne pladser")
    def seats_taken(self, obj: Any) -> int:
        return obj.seats.taken
