"""View that withdraws what is public, with a reason for readers or a page to redirect them to."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict

from nejtilbander.editorial.forms.link_target import LinkTargetInput
from nejtilbander.editorial.views.base import (
    EditorialAdmin,
    get_object,
    log_change,
    may_be_withdrawn,
    render_admin_page,
)
from nejtilbander.i18n.languages import CODES, SOURCE, direction
from nejtilbander.links import targets
from nejtilbander.publishing import actions
from nejtilbander.publishing.fact_checks import validate_facts
from nejtilbander.publishing.models import ContentModel


class WithdrawForm(forms.Form):
    """The reason in every language, or a page to redirect readers to; no fields for a model without reasons."""

    to = forms.CharField(
        label="Send læserne til", required=False, max_length=200, widget=LinkTargetInput,
        help_text="En side her på websitet: Skriv nogle ord fra den, og vælg den. Lad feltet stå tomt, hvis læserne "
        "skal se grunden.",
    )  # fmt: skip

    def __init__(self, data: QueryDict | None, obj: ContentModel) -> None:
        super().__init__(data)
        self.obj = obj
        self.has_reason = "withdrawn_reason" in obj.content_fields
        if not self.has_reason:
            del self.fields["to"]
            return
        for code, name in settings.LANGUAGES:
            widget = forms.TextInput(attrs={"lang": code, "dir": direction(code), "size": 80})
            self.fields[code] = forms.CharField(
                label=f"Grund, {name}", max_length=300, required=False, widget=widget,
                validators=[validate_facts],
            )  # fmt: skip

    def clean_to(self) -> str:
        to = self.cleaned_data["to"]
        own = self.obj.get_absolute_url() if hasattr(self.obj, "get_absolute_url") else ""
        return targets.validate_public_target(to, own) if to else ""

    def clean(self) -> dict[str, str]:
        data = super().clean() or {}
        if self.has_reason and not data.get("to") and not data.get(SOURCE) and "to" not in self.errors:
            self.add_error(SOURCE, "Skriv grunden på dansk. Læserne får den at se.")
        return data


def withdraw(request: HttpRequest, model_admin: EditorialAdmin, pk: int) -> HttpResponse:
    """Asks for the reason, or a page to redirect readers to. POST withdraws the object from readers at once."""
    obj = get_object(request, model_admin, pk, publishing=True)
    if not may_be_withdrawn(obj):
        messages.error(
            request, "Denne kan ikke trækkes tilbage: Den er ikke offentlig, eller siden kan ikke undvære den."
        )
        return HttpResponseRedirect(model_admin.url_for("change", pk))
    form = WithdrawForm(request.POST if request.method == "POST" else None, obj)
    if not form.is_valid():
        return render_admin_page(
            request,
            model_admin,
            "withdraw",
            title=f"Træk tilbage: {obj}",
            original=obj,
            form=form,
            status=422 if form.is_bound else 200,
        )
    _withdraw(request, obj, form)
    return HttpResponseRedirect(model_admin.url_for("change", pk))


def _withdraw(request: HttpRequest, obj: ContentModel, form: WithdrawForm) -> None:
    reasons, to = {code: form.cleaned_data.get(code, "") for code in CODES}, form.cleaned_data.get("to", "")
    actions.withdraw(obj, reasons, to)
    why = [f"Læserne bliver sendt til {to}"] if to else []
    why += [f"Grund: {reasons[SOURCE]}"] if reasons[SOURCE] else []
    log_change(request, obj, ". ".join(["Trukket tilbage", *why]))
    messages.success(request, "Trukket tilbage. Læserne ser den ikke mere.")
