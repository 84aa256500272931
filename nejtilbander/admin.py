"""Staff edit what belongs to the whole site: notices on every page, and addresses that have moved."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils import timezone

from nejtilbander import moved, people, subrequests, uploading, ways  # noqa: F401 - their pages register themselves
from nejtilbander.editing import ContentAdmin
from nejtilbander.models import Moved, Notice


@admin.register(Notice)
class NoticeAdmin(ContentAdmin):
    facts = ("level",)
    list_display = ["title_da", "level", "standing", "public_from", "public_until", "language_states"]
    list_filter = ["level"]

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Whoever may publish pages may publish what stands on all of them."""
        return bool(request.user.has_perm("nejtilbander.publish_pages"))

    def of_concern(self) -> Any:
        """One whose time is over is nobody's work any more, in no language."""
        return super().of_concern().exclude(public_until__lte=timezone.now())


class MovedForm(forms.ModelForm):
    def clean_old_path(self) -> str:
        return ways.whole(self.cleaned_data["old_path"])

    def clean_new_path(self) -> str:
        """It must lead to a page, and straight there: two moves after each other could lead in circles."""
        return ways.straight(self.cleaned_data["new_path"], self.cleaned_data.get("old_path", ""))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("old_path") and data.get("old_path") == data.get("new_path"):
            self.add_error("new_path", "Den nye adresse er den samme som den gamle.")
        return data


@admin.register(Moved)
class MovedAdmin(admin.ModelAdmin):
    form = MovedForm
    fields = ("old_path", "new_path")
    list_display = ["old_path", "new_path", "made_at"]
    search_fields = ["old_path", "new_path"]

    def save_model(self, request: HttpRequest, obj: Any, form: MovedForm, change: bool) -> None:
        moved.straighten(obj.old_path, obj.new_path)
        super().save_model(request, obj, form, change)
        if subrequests.page(obj.old_path):
            text = "Der er en side på den gamle adresse. Læserne bliver først sendt videre, når den ikke er der mere."
            messages.warning(request, text)
        if not subrequests.page(obj.new_path):
            text = "Der er ingen offentlig side på den nye adresse endnu. Læserne får at vide, at siden ikke findes."
            messages.warning(request, text)
