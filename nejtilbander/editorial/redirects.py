"""The admin of redirects from old paths to new ones."""

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest

from nejtilbander.editorial.audit_trail import AuditedDeletions
from nejtilbander.editorial.forms.link_target import LinkTargetInput
from nejtilbander.links import targets
from nejtilbander.publishing import redirects
from nejtilbander.publishing.models import Redirect
from nejtilbander.web import subrequests


class RedirectForm(forms.ModelForm):
    new_path = forms.CharField(
        label="Ny adresse", max_length=200, widget=LinkTargetInput,
        help_text="Den side, læserne skal hen til: Skriv nogle ord fra den, og vælg den.",
    )  # fmt: skip

    def clean_old_path(self) -> str:
        return targets.normalise_path(self.cleaned_data["old_path"])

    def clean_new_path(self) -> str:
        """A public path that is no redirect itself: a chain of two could become a circle."""
        return targets.validate_target(self.cleaned_data["new_path"], self.cleaned_data.get("old_path", ""))

    def clean(self) -> dict[str, str]:
        data = super().clean() or {}
        if data.get("old_path") and data.get("old_path") == data.get("new_path"):
            self.add_error("new_path", "Den nye adresse er den samme som den gamle.")
        return data


@admin.register(Redirect)
class RedirectAdmin(AuditedDeletions, admin.ModelAdmin):
    form = RedirectForm
    fields = ("old_path", "new_path")
    list_display = ["old_path", "new_path", "made_at"]
    search_fields = ["old_path", "new_path"]

    def save_model(self, request: HttpRequest, obj: Redirect, form: RedirectForm, change: bool) -> None:
        redirects.flatten_chains(obj.old_path, obj.new_path)
        super().save_model(request, obj, form, change)
        if subrequests.get_page(obj.old_path):
            text = "Der er en side på den gamle adresse. Læserne bliver først sendt videre, når den ikke er der mere."
            messages.warning(request, text)
        if not subrequests.get_page(obj.new_path):
            text = "Der er ingen offentlig side på den nye adresse endnu. Læserne får at vide, at siden ikke findes."
            messages.warning(request, text)
