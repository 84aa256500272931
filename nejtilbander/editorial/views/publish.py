"""The pages where staff publish, plan, drop a plan, and take something back."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from nejtilbander.editorial.views.base import (
    by_language,
    get_object,
    language_states,
    log_change,
    may_be_withdrawn,
    render_admin_page,
)
from nejtilbander.i18n.dates import validate_year
from nejtilbander.i18n.languages import CODES, SOURCE, direction
from nejtilbander.links import targets
from nejtilbander.publishing import actions, comparison, content_checks, serialization, validation, versions
from nejtilbander.publishing.models import Version

JUST_GONE = timedelta(minutes=5)  # the time it takes to read on before pressing the button


class LocalDateTimeField(forms.SplitDateTimeField):
    """A day and a time, with the browser's own pickers."""

    default_validators = [validate_year]
    widget = forms.SplitDateTimeWidget(
        date_attrs={"type": "date", "aria-label": "dag"}, time_attrs={"type": "time", "aria-label": "klokkeslæt"},
        date_format="%Y-%m-%d", time_format="%H:%M",
    )  # fmt: skip


class PublishForm(forms.Form):
    at = LocalDateTimeField(label="Offentlig fra", required=False, help_text="Tom: nu.")
    until = LocalDateTimeField(
        label="Offentlig til", required=False, help_text="Tom: indtil nogen trækker den tilbage."
    )

    def __init__(self, *args: Any, obj: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        until = self.fields["until"]
        until.help_text = obj._meta.get_field("public_until").help_text or until.help_text

    def clean_at(self) -> Any:
        at = self.cleaned_data["at"]
        if at and at < timezone.now() - JUST_GONE:
            raise forms.ValidationError("Det tidspunkt er gået. Vælg et, der kommer, eller lad feltet være tomt: nu.")
        return at


class WithdrawForm(forms.Form):
    """The reason in every language, or where readers are sent instead; nothing, where nobody can ask for it."""

    to = forms.CharField(
        label="Send læserne til", required=False, max_length=200,
        help_text='En adresse på siden her, fx "/indsatser/". Tom: Læserne ser grunden.',
    )  # fmt: skip

    def __init__(self, *args: Any, obj: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.obj = obj
        self.tells_why = "withdrawn_reason" in obj.content_fields
        if not self.tells_why:
            del self.fields["to"]
            return
        for code, name in settings.LANGUAGES:
            box = forms.TextInput(attrs={"lang": code, "dir": direction(code), "size": 80})
            self.fields[code] = forms.CharField(label=f"Grund, {name}", max_length=300, required=False, widget=box)

    def clean_to(self) -> str:
        to = self.cleaned_data["to"]
        own = self.obj.get_absolute_url() if hasattr(self.obj, "get_absolute_url") else ""
        return targets.validate_public_target(to, own) if to else ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.tells_why and not data.get("to") and not data.get(SOURCE) and "to" not in self.errors:
            self.add_error(SOURCE, "Skriv grunden på dansk. Læserne får den at se.")
        return data


def publish(request: HttpRequest, model_admin: Any, pk: int) -> HttpResponse:
    """What is about to change for readers, what is wrong with it, and the button."""
    obj = get_object(model_admin, request, pk, publishing=True)
    public = model_admin.model._default_manager.get(pk=pk)
    newest = versions.newest_version(obj)
    with versions.as_working_copy(obj) as left_out:
        copied = model_admin.model._default_manager.get(pk=pk)
        findings = [finding for one in (copied, *copied.parts()) for finding in content_checks.check_content(one)]
        findings += [*validation.validate(copied), *validation.uniqueness_conflicts(copied, left_out)]
        states = language_states(copied)[1:]
        content = serialization.serialize(copied)
    bars = [finding for finding in findings if finding.is_error]
    ends = obj.public_until if obj.public_until and obj.public_until > timezone.now() else None
    form = PublishForm(request.POST if request.method == "POST" else None, initial={"until": ends}, obj=obj)
    if request.method == "POST" and form.is_valid() and not bars:
        if form.cleaned_data["until"] and obj.is_fixed:
            form.add_error("until", "Menuen og loven har brug for siden. Den kan ikke holde op med at være offentlig.")
        seen = request.POST.get("seen", "")
        if seen != str(newest.number if newest else 0):
            form.add_error(None, "Nogen har gemt en ny version, siden du så denne. Se den igennem herunder.")
        elif form.is_valid():
            version = newest or _first_version(obj)
            try:
                answers = _publish(request, obj, version, form)
            except versions.PublicationRefused as refused:
                form.add_error(refused.field, str(refused))
            else:
                for answer in answers:
                    messages.success(request, answer)
                return HttpResponseRedirect(model_admin.address("change", pk))
    old = _public_content(public)
    return render_admin_page(
        request, model_admin, "publish", title=f"Udgiv: {obj}", original=obj, form=form, bars=bars,
        hints=[finding for finding in findings if not finding.is_error], states=states, newest=newest,
        changes=by_language(comparison.compare_content(model_admin.model, old, content)), is_new=old is None,
        plan=actions.plan_of(public),
    )  # fmt: skip


def _first_version(obj: Any) -> Version:
    """What readers see now, as a version."""
    versions.ensure_first_version(obj)
    return versions.versions_of(obj).get(number=1)


def _publish(request: HttpRequest, obj: Any, version: Version, form: PublishForm) -> list[str]:
    at, until = form.cleaned_data["at"], form.cleaned_data["until"]
    version = actions.publish(obj, version, at, until)
    if at and at > timezone.now():
        log_change(request, obj, f"Version {version.number} planlagt.")
        return [f"Planlagt. Læserne ser den fra {timezone.localtime(at):%d.%m.%Y kl. %H:%M}."]
    log_change(request, obj, f"Version {version.number} udgivet.")
    return ["Udgivet. Læserne ser den nu.", *version.staff_messages]


def drop_plan(request: HttpRequest, model_admin: Any, pk: int) -> HttpResponse:
    """No plan after all."""
    obj = get_object(model_admin, request, pk, publishing=True)
    if request.method == "POST" and (plan := actions.cancel_plan(obj)):
        log_change(request, obj, f"Planen om {timezone.localtime(plan.at):%d.%m.%Y kl. %H:%M} droppet.")
        messages.success(request, "Planen er droppet. Læserne ser det samme som før, og din kladde er her stadig.")
    return HttpResponseRedirect(model_admin.address("change", pk))


def _public_content(obj: Any) -> serialization.Content | None:
    return serialization.serialize(obj) if obj.has_been_public and not obj.is_withdrawn else None


def withdraw(request: HttpRequest, model_admin: Any, pk: int) -> HttpResponse:
    """Take it from readers, with a reason or a way on."""
    obj = get_object(model_admin, request, pk, publishing=True)
    if not may_be_withdrawn(obj):
        messages.error(
            request, "Den her kan ikke trækkes tilbage: Den er ikke offentlig, eller siden kan ikke undvære den."
        )
        return HttpResponseRedirect(model_admin.address("change", pk))
    form = WithdrawForm(request.POST if request.method == "POST" else None, obj=obj)
    if request.method == "POST" and form.is_valid():
        reasons, to = {code: form.cleaned_data.get(code, "") for code in CODES}, form.cleaned_data.get("to", "")
        actions.withdraw(obj, reasons, to)
        why = [f"Læserne bliver sendt til {to}"] if to else []
        why += [f"Grund: {reasons[SOURCE]}"] if reasons[SOURCE] else []
        log_change(request, obj, ". ".join(["Trukket tilbage", *why]))
        messages.success(request, "Trukket tilbage. Læserne ser den ikke mere.")
        return HttpResponseRedirect(model_admin.address("change", pk))
    return render_admin_page(request, model_admin, "withdraw", title=f"Træk tilbage: {obj}", original=obj, form=form)
