"""Views that publish the working copy now or at a planned time, cancel that plan, and withdraw what is public."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone

from nejtilbander.editorial.forms.link_target import LinkTargetInput
from nejtilbander.editorial.views.base import (
    EditorialAdmin,
    LanguageStates,
    by_language,
    get_object,
    language_states,
    log_change,
    may_be_withdrawn,
    render_admin_page,
)
from nejtilbander.i18n.dates import validate_year
from nejtilbander.i18n.languages import CODES, SOURCE, direction
from nejtilbander.links import publication, targets
from nejtilbander.publishing import actions, comparison, content_checks, serialization, validation, versions
from nejtilbander.publishing.models import ContentModel, Version

JUST_GONE = timedelta(minutes=5)  # for reading on before pressing the button: a time so little past means now


class LocalDateTimeField(forms.SplitDateTimeField):
    """A day and a time in local time, with the browser's own pickers."""

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

    def __init__(self, data: QueryDict | None, obj: ContentModel) -> None:
        is_future = obj.public_until is not None and obj.public_until > timezone.now()
        super().__init__(data, initial={"until": obj.public_until if is_future else None})
        until = self.fields["until"]
        until.help_text = type(obj).public_until.field.help_text or until.help_text

    def clean_at(self) -> datetime | None:
        at: datetime | None = self.cleaned_data["at"]
        if at and at < timezone.now() - JUST_GONE:
            raise forms.ValidationError("Det tidspunkt er gået. Vælg et, der kommer, eller lad feltet være tomt: nu.")
        return at


class WithdrawForm(forms.Form):
    """The reason in every language, or a page to redirect readers to; no fields for a model without reasons."""

    to = forms.CharField(
        label="Send læserne til", required=False, max_length=200, widget=LinkTargetInput,
        help_text="En side her på websitet: Skriv nogle ord fra den, og vælg den. Tom: Læserne ser grunden.",
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
            self.fields[code] = forms.CharField(label=f"Grund, {name}", max_length=300, required=False, widget=widget)

    def clean_to(self) -> str:
        to = self.cleaned_data["to"]
        own = self.obj.get_absolute_url() if hasattr(self.obj, "get_absolute_url") else ""
        return targets.validate_public_target(to, own) if to else ""

    def clean(self) -> dict[str, str]:
        data = super().clean() or {}
        if self.has_reason and not data.get("to") and not data.get(SOURCE) and "to" not in self.errors:
            self.add_error(SOURCE, "Skriv grunden på dansk. Læserne får den at se.")
        return data


class Review(NamedTuple):
    """The working copy as it would be published, with what the checks find in it and its state in each language."""

    newest: Version | None
    content: serialization.Content
    findings: list[content_checks.Finding]
    states: LanguageStates


def _review(obj: ContentModel) -> Review:
    """Checks the working copy. Leaves the fields of `obj` as the working copy has them."""
    newest = versions.newest_version(obj)
    with versions.as_working_copy(obj) as left_out:
        copy = type(obj)._default_manager.get(pk=obj.pk)
        findings = [finding for row in (copy, *copy.parts()) for finding in content_checks.check_content(row)]
        findings += [*validation.validate(copy), *validation.uniqueness_conflicts(copy, left_out)]
        check_links = publication.prepare(copy)
        review = Review(newest, serialization.serialize(copy), findings, language_states(copy))
    return review._replace(findings=[*findings, *check_links()])


def publish(request: HttpRequest, model_admin: EditorialAdmin, pk: int) -> HttpResponse:
    """Shows what would change for readers and what the checks find. POST publishes it, unless there is an error."""
    obj = get_object(request, model_admin, pk, publishing=True)
    public = model_admin.model._default_manager.get(pk=pk)
    review = _review(obj)
    errors = [finding for finding in review.findings if finding.is_error]
    form = PublishForm(request.POST if request.method == "POST" else None, obj)
    if form.is_valid() and not errors and _publish(request, obj, review.newest, form):
        return HttpResponseRedirect(model_admin.url_for("change", pk))
    is_shown = public.has_been_public and not public.is_withdrawn
    changes = comparison.compare_content(
        model_admin.model, serialization.serialize(public) if is_shown else None, review.content
    )
    return render_admin_page(
        request, model_admin, "publish", title=f"Udgiv: {obj}", original=obj, form=form, errors=errors,
        hints=[finding for finding in review.findings if not finding.is_error], states=review.states[1:],
        newest=review.newest, changes=by_language(changes), is_new=not is_shown, plan=actions.plan_of(public),
    )  # fmt: skip


def _publish(request: HttpRequest, obj: ContentModel, newest: Version | None, form: PublishForm) -> bool:
    """Publishes or plans what the user has seen. Returns False, with errors on `form`, when that is refused."""
    at, until = form.cleaned_data["at"], form.cleaned_data["until"]
    if until and obj.is_fixed:
        form.add_error("until", "Menuen og loven har brug for siden. Den kan ikke holde op med at være offentlig.")
    if request.POST.get("seen", "") != str(newest.number if newest else 0):
        form.add_error(None, "Nogen har gemt en ny version, siden du så denne. Se den igennem herunder.")
    if form.errors:
        return False
    try:
        version = actions.publish(obj, newest or _first_version(obj), at, until)
    except versions.PublicationRefused as refused:
        form.add_error(refused.field, str(refused))
        return False
    if at and at > timezone.now():
        log_change(request, obj, f"Version {version.number} planlagt.")
        messages.success(request, f"Planlagt. Læserne ser den fra {timezone.localtime(at):%d.%m.%Y kl. %H:%M}.")
        return True
    log_change(request, obj, f"Version {version.number} udgivet.")
    for message in ["Udgivet. Læserne ser den nu.", *version.staff_messages]:
        messages.success(request, message)
    return True


def _first_version(obj: ContentModel) -> Version:
    versions.ensure_first_version(obj)
    return versions.versions_of(obj).get(number=1)


def drop_plan(request: HttpRequest, model_admin: EditorialAdmin, pk: int) -> HttpResponse:
    """POST cancels the planned publication, if there is one."""
    obj = get_object(request, model_admin, pk, publishing=True)
    if request.method == "POST" and (plan := actions.cancel_plan(obj)):
        log_change(request, obj, f"Planen om {timezone.localtime(plan.at):%d.%m.%Y kl. %H:%M} droppet.")
        messages.success(request, "Planen er droppet. Læserne ser det samme som før, og din kladde er her stadig.")
    return HttpResponseRedirect(model_admin.url_for("change", pk))


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
            request, model_admin, "withdraw", title=f"Træk tilbage: {obj}", original=obj, form=form
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
