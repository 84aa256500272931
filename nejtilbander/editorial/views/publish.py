"""The pages where staff publish, plan, drop a plan, and take something back."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from nejtilbander.editorial.views.base import by_language, log, may_be_withdrawn, page, states_of, the_thing
from nejtilbander.i18n.dates import refuse_far_away
from nejtilbander.i18n.languages import CODES, SOURCE, direction
from nejtilbander.links import targets
from nejtilbander.publishing import actions, comparison, content_checks, serialization, validation, versions
from nejtilbander.publishing.models import Version

JUST_GONE = timedelta(minutes=5)  # the time it takes to read on before pressing the button


class MomentField(forms.SplitDateTimeField):
    """A day and a time, with the browser's own pickers."""

    default_validators = [refuse_far_away]
    widget = forms.SplitDateTimeWidget(
        date_attrs={"type": "date", "aria-label": "dag"}, time_attrs={"type": "time", "aria-label": "klokkeslæt"},
        date_format="%Y-%m-%d", time_format="%H:%M",
    )  # fmt: skip


class PublishForm(forms.Form):
    at = MomentField(label="Offentlig fra", required=False, help_text="Tom: nu.")
    until = MomentField(label="Offentlig til", required=False, help_text="Tom: indtil nogen trækker den tilbage.")

    def __init__(self, *args: Any, thing: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        until = self.fields["until"]
        until.help_text = thing._meta.get_field("public_until").help_text or until.help_text

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

    def __init__(self, *args: Any, thing: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.thing = thing
        self.tells_why = "withdrawn_reason" in thing.content_fields
        if not self.tells_why:
            del self.fields["to"]
            return
        for code, name in settings.LANGUAGES:
            box = forms.TextInput(attrs={"lang": code, "dir": direction(code), "size": 80})
            self.fields[code] = forms.CharField(label=f"Grund, {name}", max_length=300, required=False, widget=box)

    def clean_to(self) -> str:
        to = self.cleaned_data["to"]
        own = self.thing.get_absolute_url() if hasattr(self.thing, "get_absolute_url") else ""
        return targets.straight_to_a_page(to, own) if to else ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.tells_why and not data.get("to") and not data.get(SOURCE) and "to" not in self.errors:
            self.add_error(SOURCE, "Skriv grunden på dansk. Læserne får den at se.")
        return data


def publish(request: HttpRequest, desk: Any, pk: int) -> HttpResponse:
    """What is about to change for readers, what is wrong with it, and the button."""
    thing = the_thing(desk, request, pk, publishing=True)
    public = desk.model._default_manager.get(pk=pk)
    newest = versions.newest(thing)
    with versions.as_working_copy(thing) as left_out:
        copied = desk.model._default_manager.get(pk=pk)
        findings = [finding for one in (copied, *copied.parts()) for finding in content_checks.findings(one)]
        findings += [*validation.unfit(copied), *validation.taken(copied, left_out)]
        states = states_of(copied)[1:]
        content = serialization.content_of(copied)
    bars = [finding for finding in findings if finding.is_bar]
    ends = thing.public_until if thing.public_until and thing.public_until > timezone.now() else None
    form = PublishForm(request.POST if request.method == "POST" else None, initial={"until": ends}, thing=thing)
    if request.method == "POST" and form.is_valid() and not bars:
        if form.cleaned_data["until"] and getattr(thing, "is_fixed", False):
            form.add_error("until", "Menuen og loven har brug for siden. Den kan ikke holde op med at være offentlig.")
        seen = request.POST.get("seen", "")
        if seen != str(newest.number if newest else 0):
            form.add_error(None, "Nogen har gemt en ny version, siden du så denne. Se den igennem herunder.")
        elif form.is_valid():
            version = newest or _first(thing)
            try:
                answers = _publish(request, thing, version, form)
            except versions.Refused as refused:
                form.add_error(refused.field, str(refused))
            else:
                for answer in answers:
                    messages.success(request, answer)
                return HttpResponseRedirect(desk.address("change", pk))
    old = _public_content(public)
    return page(
        request, desk, "publish", title=f"Udgiv: {thing}", original=thing, form=form, bars=bars,
        hints=[finding for finding in findings if not finding.is_bar], states=states, newest=newest,
        changes=by_language(comparison.between(desk.model, old, content)), is_new=old is None,
        plan=actions.plan_of(public),
    )  # fmt: skip


def _first(thing: Any) -> Version:
    """What readers see now, as a version."""
    versions.begin(thing)
    return versions.of(thing).get(number=1)


def _publish(request: HttpRequest, thing: Any, version: Version, form: PublishForm) -> list[str]:
    at, until = form.cleaned_data["at"], form.cleaned_data["until"]
    version = actions.publish(thing, version, at, until)
    if at and at > timezone.now():
        log(request, thing, f"Version {version.number} planlagt.")
        return [f"Planlagt. Læserne ser den fra {timezone.localtime(at):%d.%m.%Y kl. %H:%M}."]
    log(request, thing, f"Version {version.number} udgivet.")
    return ["Udgivet. Læserne ser den nu.", *version.told]


def drop_plan(request: HttpRequest, desk: Any, pk: int) -> HttpResponse:
    """No plan after all."""
    thing = the_thing(desk, request, pk, publishing=True)
    if request.method == "POST" and (plan := actions.drop_plan(thing)):
        log(request, thing, f"Planen om {timezone.localtime(plan.at):%d.%m.%Y kl. %H:%M} droppet.")
        messages.success(request, "Planen er droppet. Læserne ser det samme som før, og din kladde er her stadig.")
    return HttpResponseRedirect(desk.address("change", pk))


def _public_content(thing: Any) -> serialization.Content | None:
    return serialization.content_of(thing) if thing.has_been_public and not thing.is_withdrawn else None


def withdraw(request: HttpRequest, desk: Any, pk: int) -> HttpResponse:
    """Take it from readers, with a reason or a way on."""
    thing = the_thing(desk, request, pk, publishing=True)
    if not may_be_withdrawn(thing):
        messages.error(
            request, "Den her kan ikke trækkes tilbage: Den er ikke offentlig, eller siden kan ikke undvære den."
        )
        return HttpResponseRedirect(desk.address("change", pk))
    form = WithdrawForm(request.POST if request.method == "POST" else None, thing=thing)
    if request.method == "POST" and form.is_valid():
        reasons, to = {code: form.cleaned_data.get(code, "") for code in CODES}, form.cleaned_data.get("to", "")
        actions.withdraw(thing, reasons, to)
        why = [f"Læserne bliver sendt til {to}"] if to else []
        why += [f"Grund: {reasons[SOURCE]}"] if reasons[SOURCE] else []
        log(request, thing, ". ".join(["Trukket tilbage", *why]))
        messages.success(request, "Trukket tilbage. Læserne ser den ikke mere.")
        return HttpResponseRedirect(desk.address("change", pk))
    return page(request, desk, "withdraw", title=f"Træk tilbage: {thing}", original=thing, form=form)
