"""Staff edit what we arrange."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from events.models import INTERPRETER_LANGUAGES, Event
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


@admin.register(Event)
class EventAdmin(ContentAdmin):
    form = EventForm
    facts = (
        "slug", "starts_at", "ends_at", "doors_at", "address", "interpreters", "capacity", "signup_opens_at",
        "signup_closes_at", "state", "public_from", "withdrawn_at", "is_example",
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

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        return super().get_queryset(request).select_related("seats")

    @admin.display(description="optagne pladser")
    def seats_taken(self, obj: Any) -> int:
        return obj.taken
