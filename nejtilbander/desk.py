"""The editor's own pages: publish, take back, look at a draft, share it, see its history, find what was deleted."""

import copy
import secrets
from datetime import timedelta
from typing import Any

from django import forms
from django.apps import apps
from django.conf import settings
from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone, translation

from nejtilbander import changes, checking, fitting, notices, sealing, versions, ways
from nejtilbander.headers import LOOK_POLICY
from nejtilbander.languages import CODES, SOURCE, State, direction
from nejtilbander.models import DAYS_SHARED, SharedPreview, Version
from nejtilbander.moments import refuse_far_away
from nejtilbander.reading import KEEP_NOTHING, in_language, readers_addresses, reading

NAMES = dict(settings.LANGUAGES)
WIDTHS = [("Telefon", 375), ("Computer", 1280)]  # CSS pixels
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
        return ways.straight_to_a_page(to, own) if to else ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.tells_why and not data.get("to") and not data.get(SOURCE) and "to" not in self.errors:
            self.add_error(SOURCE, "Skriv grunden på dansk. Læserne får den at se.")
        return data


class CareForm(forms.Form):
    owner = forms.ModelChoiceField(User.objects.filter(is_staff=True), label="Ansvarlig", required=False)
    review_by = forms.DateField(
        label="Gennemgås senest", required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )


def _found(desk: Any, request: HttpRequest, pk: int, *, publishing: bool = False) -> Any:
    """The thing, for someone who may see it; and publish it, where that is what it is about."""
    if not desk.has_view_permission(request) or (publishing and not desk.has_publish_permission(request)):
        raise PermissionDenied
    return get_object_or_404(desk.model, pk=pk)


def _page(request: HttpRequest, desk: Any, template: str, **context: Any) -> HttpResponse:
    own = {"opts": desk.model._meta, "desk": desk, "may_write": desk.may_write(request)}
    context = desk.admin_site.each_context(request) | own | context
    return TemplateResponse(request, f"admin/content/{template}.html", context)


def log(request: HttpRequest, thing: Any, words: str) -> None:
    """Keep what staff did beside the versions. It is a line in the log too (apps.py)."""
    LogEntry.objects.log_actions(_who(request).pk, [thing], CHANGE, words, single_object=True)


def _who(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def around(request: HttpRequest, desk: Any, thing: Any) -> dict[str, Any]:
    """What the form shows beside its fields: where the thing stands, its languages, and the ways from here."""
    row = desk.model._default_manager.get(pk=thing.pk)
    newest, plan, may_publish = versions.newest(thing), versions.plan_of(row), desk.has_publish_permission(request)
    return {
        "desk": desk,
        "newest": newest,
        "standing": versions.standing(row, newest.number if newest else None, has_plan=plan is not None).label,
        "plan": plan,
        "may_write": desk.may_write(request),
        "may_publish": may_publish,
        "may_withdraw": may_publish and may_be_withdrawn(row),
        "languages": _states(row),
        "preview": desk.address("looked_at", thing.pk, request.GET.get("sprog", SOURCE)),
    }


def _states(thing: Any) -> list[tuple[str, str, State, bool]]:
    """How `thing` stands in each language: code, name, state, and whether a machine wrote it. Danish comes first."""
    return [
        (code, name, State(thing.language_state(code)), thing.is_machine_made(code))
        for code, name in settings.LANGUAGES
    ]


def publish(request: HttpRequest, desk: Any, pk: int) -> HttpResponse:
    """What is about to change for readers, what is wrong with it, and the button."""
    thing = _found(desk, request, pk, publishing=True)
    public = desk.model._default_manager.get(pk=pk)
    newest = versions.newest(thing)
    with versions.as_working_copy(thing) as left_out:
        copied = desk.model._default_manager.get(pk=pk)
        findings = [finding for one in (copied, *copied.parts()) for finding in checking.findings(one)]
        findings += [*fitting.unfit(copied), *fitting.taken(copied, left_out)]
        states = _states(copied)[1:]
        content = versions.content_of(copied)
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
    return _page(
        request, desk, "publish", title=f"Udgiv: {thing}", original=thing, form=form, bars=bars,
        hints=[finding for finding in findings if not finding.is_bar], states=states, newest=newest,
        changes=_named(changes.between(desk.model, old, content)), is_new=old is None, plan=versions.plan_of(public),
    )  # fmt: skip


def _first(thing: Any) -> Version:
    """What readers see now, as a version."""
    versions.begin(thing)
    return versions.of(thing).get(number=1)


def _publish(request: HttpRequest, thing: Any, version: Version, form: PublishForm) -> list[str]:
    at, until = form.cleaned_data["at"], form.cleaned_data["until"]
    version = versions.publish(thing, version, at, until)
    if at and at > timezone.now():
        log(request, thing, f"Version {version.number} planlagt.")
        return [f"Planlagt. Læserne ser den fra {timezone.localtime(at):%d.%m.%Y kl. %H:%M}."]
    log(request, thing, f"Version {version.number} udgivet.")
    return ["Udgivet. Læserne ser den nu.", *version.told]


def drop_plan(request: HttpRequest, desk: Any, pk: int) -> HttpResponse:
    """No plan after all."""
    thing = _found(desk, request, pk, publishing=True)
    if request.method == "POST" and (plan := versions.drop_plan(thing)):
        log(request, thing, f"Planen om {timezone.localtime(plan.at):%d.%m.%Y kl. %H:%M} droppet.")
        messages.success(request, "Planen er droppet. Læserne ser det samme som før, og din kladde er her stadig.")
    return HttpResponseRedirect(desk.address("change", pk))


def _public_content(thing: Any) -> versions.Content | None:
    return versions.content_of(thing) if thing.has_been_public and not thing.is_withdrawn else None


def _named(found: list[changes.Change]) -> list[tuple[str, str, str, list[changes.Change]]]:
    """By language: code, name, direction, changes."""
    return [
        (code or SOURCE, NAMES.get(code, "Fælles for alle sprog"), direction(code or SOURCE), mine)
        for code in ["", *CODES]
        if (mine := [change for change in found if change.language == code])
    ]


def may_be_withdrawn(thing: Any) -> bool:
    """Whether readers have it, or will, and the site can do without it."""
    return thing.public_from is not None and not getattr(thing, "is_fixed", False)


def withdraw(request: HttpRequest, desk: Any, pk: int) -> HttpResponse:
    """Take it from readers, with a reason or a way on."""
    thing = _found(desk, request, pk, publishing=True)
    if not may_be_withdrawn(thing):
        messages.error(
            request, "Den her kan ikke trækkes tilbage: Den er ikke offentlig, eller siden kan ikke undvære den."
        )
        return HttpResponseRedirect(desk.address("change", pk))
    form = WithdrawForm(request.POST if request.method == "POST" else None, thing=thing)
    if request.method == "POST" and form.is_valid():
        reasons, to = {code: form.cleaned_data.get(code, "") for code in CODES}, form.cleaned_data.get("to", "")
        versions.withdraw(thing, reasons, to)
        why = [f"Læserne bliver sendt til {to}"] if to else []
        why += [f"Grund: {reasons[SOURCE]}"] if reasons[SOURCE] else []
        log(request, thing, ". ".join(["Trukket tilbage", *why]))
        messages.success(request, "Trukket tilbage. Læserne ser den ikke mere.")
        return HttpResponseRedirect(desk.address("change", pk))
    return _page(request, desk, "withdraw", title=f"Træk tilbage: {thing}", original=thing, form=form)


def draft_page(request: HttpRequest, thing: Any, language: str) -> HttpResponse:
    """The page of the working copy, made by the very view that readers get. Nothing of it stays.

    What has no address of its own is seen where it will stand, and a notice on top of that page.
    """
    with versions.as_working_copy(thing):
        now = timezone.now()
        rows = type(thing)._default_manager.filter(pk=thing.pk)
        minute = timedelta(minutes=1)
        rows.update(public_from=now - minute, withdrawn_at=None, public_until=now + minute)  # a notice must have an end
        copied = rows.get()
        own = reverse(copied.shown_on) if copied.shown_on else copied.get_absolute_url()
        address = in_language(own, language)
        with translation.override(language), notices.drafting(copied):
            match = readers_addresses().resolve(address)
            asked = copy.copy(request)
            asked.path = asked.path_info = address
            asked.method, asked.LANGUAGE_CODE = "GET", language
            asked.GET = QueryDict()
            response = match.func(asked, *match.args, **match.kwargs)
            response.render()
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Content-Language"] = language
    return response


def look(request: HttpRequest, desk: Any, pk: int, language: str) -> HttpResponse:
    """The draft in one language, as wide as a phone and as a computer."""
    thing = _found(desk, request, pk)
    if language not in CODES:
        raise Http404
    links = SharedPreview.objects.filter(
        kind=versions.kind_of(thing), object_id=pk, made_at__gt=timezone.now() - timedelta(days=DAYS_SHARED)
    )
    return _page(
        request, desk, "look", title=f"Se kladden: {thing}", original=thing, language=language, widths=WIDTHS,
        languages=[(code, name, desk.address("look", pk, code)) for code, name in settings.LANGUAGES],
        frame=desk.address("looked_at", pk, language), links=links.select_related("made_by"), days=DAYS_SHARED,
    )  # fmt: skip


def looked_at(request: HttpRequest, desk: Any, pk: int, language: str) -> HttpResponse:
    """What stands in the frame."""
    thing = _found(desk, request, pk)
    if language not in CODES:
        raise Http404
    response = draft_page(request, thing, language)
    response.policy = LOOK_POLICY  # type: ignore[attr-defined]
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def share(request: HttpRequest, desk: Any, pk: int) -> HttpResponse:
    """Make a link that shows the draft to people without a login, or take all of them back."""
    thing = _found(desk, request, pk)
    if request.method == "POST" and not desk.may_write(request):
        raise PermissionDenied
    kind = versions.kind_of(thing)
    SharedPreview.objects.filter(made_at__lte=timezone.now() - timedelta(days=DAYS_SHARED)).delete()
    if request.method == "POST" and request.POST.get("action") == "revoke":
        SharedPreview.objects.filter(kind=kind, object_id=pk).delete()
        log(request, thing, "Alle links til kladden trukket tilbage.")
        messages.success(request, "Linkene er trukket tilbage. De viser ikke noget mere.")
    elif request.method == "POST":
        secret = secrets.token_urlsafe(32)
        SharedPreview.objects.create(mark=sealing.mark(secret), kind=kind, object_id=pk, made_by=_who(request))
        log(request, thing, "Link til kladden lavet.")
        address = f"{settings.SITE_URL}{in_language(f'/kladde/{secret}/', SOURCE)}"
        messages.success(
            request, f"Linket virker i {DAYS_SHARED} dage, og enhver, der har det, kan se kladden: {address}"
        )
    return HttpResponseRedirect(desk.address("look", pk, SOURCE))


@reading(KEEP_NOTHING)
def shared(request: HttpRequest, secret: str) -> HttpResponse:
    """A draft, for whoever was given the link."""
    newest = timezone.now() - timedelta(days=DAYS_SHARED)
    link = get_object_or_404(SharedPreview, mark=sealing.mark(secret), made_at__gt=newest)
    thing = get_object_or_404(apps.get_model(link.kind), pk=link.object_id)
    response = draft_page(request, thing, translation.get_language() or SOURCE)
    response.headers["Referrer-Policy"] = "no-referrer"  # the address is the key
    response.is_one_of_a_kind = True  # type: ignore[attr-defined]
    return response


def care(request: HttpRequest, desk: Any, pk: int) -> HttpResponse:
    """Who looks after it, and when it is looked at next. Readers see nothing of it."""
    thing = _found(desk, request, pk)
    if not desk.may_write(request):
        raise PermissionDenied
    form = CareForm(
        request.POST if request.method == "POST" else None,
        initial={"owner": thing.owner_id, "review_by": thing.review_by},
    )
    if request.method == "POST" and form.is_valid():
        type(thing)._default_manager.filter(pk=pk).update(**form.cleaned_data)
        log(request, thing, "Ansvarlig og dato for gennemgang ændret.")
        messages.success(request, "Gemt.")
        return HttpResponseRedirect(desk.address("change", pk))
    return _page(request, desk, "care", title=f"Hvem passer på: {thing}", original=thing, form=form)


def history(request: HttpRequest, desk: Any, pk: int) -> HttpResponse:
    """Who saved what and when, and what readers saw."""
    thing = _found(desk, request, pk)
    found = list(versions.of(thing).select_related("saved_by").defer("content")[:200])
    log = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(thing), object_id=str(pk))
    log = log.select_related("user")[:200]
    return _page(
        request, desk, "history", title=f"Historik: {thing}", original=thing, versions=found, entries=log,
        plan=versions.plan_of(thing),
    )  # fmt: skip


def version(request: HttpRequest, desk: Any, pk: int, number: int) -> HttpResponse:
    """What one version changed; and the way to bring it back."""
    thing = _found(desk, request, pk)
    shown = get_object_or_404(versions.of(thing), number=number)
    if request.method == "POST":
        if not desk.may_write(request):
            raise PermissionDenied
        versions.begin(thing)
        if versions.record(thing, shown.content, _who(request), note=f"Hentet tilbage fra version {number}"):
            log(request, thing, f"Version {number} hentet tilbage.")
        messages.success(request, f"Version {number} er nu din kladde. Læserne ser den først, når den bliver udgivet.")
        return HttpResponseRedirect(desk.address("change", pk))
    before = versions.of(thing).filter(number__lt=number).first()
    newest = versions.newest(thing)
    return _page(
        request, desk, "version", title=f"{thing}, version {number}", original=thing, version=shown, before=before,
        changes=_named(changes.between(desk.model, before.content if before else None, shown.content)),
        is_newest=newest is None or newest.number == number,
    )  # fmt: skip


def deleted(request: HttpRequest, desk: Any) -> HttpResponse:
    """What was deleted, and the way to find it again."""
    if not desk.has_view_permission(request):
        raise PermissionDenied
    found, may_add = versions.deleted(desk.model), desk.has_add_permission(request)
    if request.method == "POST":
        if not may_add:
            raise PermissionDenied
        chosen = next((one for one in found if str(one.pk) == request.POST.get("version")), None)
        if chosen is None:
            raise Http404
        try:
            thing = versions.bring_back(chosen, _who(request))
        except versions.Refused as refused:
            messages.error(request, str(refused))
            return HttpResponseRedirect(request.path)
        log(request, thing, "Fundet frem igen.")
        desk.brought_back(request, thing)
        messages.success(request, "Fundet frem igen, som kladde.")
        return HttpResponseRedirect(desk.address("change", thing.pk))
    return _page(request, desk, "deleted", title="Slettet", found=found, may_add=may_add)
