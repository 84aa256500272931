"""What the editor's own pages share, what stands around the form of a text, and who looks after it."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse

from nejtilbander.i18n.languages import CODES, SOURCE, State, direction
from nejtilbander.publishing import actions, comparison, versions

NAMES = dict(settings.LANGUAGES)


class CareForm(forms.Form):
    owner = forms.ModelChoiceField(User.objects.filter(is_staff=True), label="Ansvarlig", required=False)
    review_by = forms.DateField(
        label="Gennemgås senest", required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )


def the_thing(desk: Any, request: HttpRequest, pk: int, *, publishing: bool = False) -> Any:
    """The thing, for someone who may see it; and publish it, where that is what it is about."""
    if not desk.has_view_permission(request) or (publishing and not desk.has_publish_permission(request)):
        raise PermissionDenied
    return get_object_or_404(desk.model, pk=pk)


def page(request: HttpRequest, desk: Any, template: str, **context: Any) -> HttpResponse:
    own = {"opts": desk.model._meta, "desk": desk, "may_write": desk.may_write(request)}
    context = desk.admin_site.each_context(request) | own | context
    return TemplateResponse(request, f"editorial/{template}.html", context)


def log(request: HttpRequest, thing: Any, words: str) -> None:
    """Keep what staff did beside the versions. It is a line in the log too (apps.py)."""
    LogEntry.objects.log_actions(who(request).pk, [thing], CHANGE, words, single_object=True)


def who(request: HttpRequest) -> User:
    """The member of staff. Raises PermissionDenied; the admin lets nobody else come as far."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def around(request: HttpRequest, desk: Any, thing: Any) -> dict[str, Any]:
    """What the form shows beside its fields: where the thing stands, its languages, and the ways from here."""
    row = desk.model._default_manager.get(pk=thing.pk)
    newest, plan, may_publish = versions.newest(thing), actions.plan_of(row), desk.has_publish_permission(request)
    return {
        "desk": desk,
        "newest": newest,
        "standing": versions.standing(row, newest.number if newest else None, has_plan=plan is not None).label,
        "plan": plan,
        "may_write": desk.may_write(request),
        "may_publish": may_publish,
        "may_withdraw": may_publish and may_be_withdrawn(row),
        "languages": states_of(row),
        "preview": desk.address("looked_at", thing.pk, request.GET.get("sprog", SOURCE)),
    }


def states_of(thing: Any) -> list[tuple[str, str, State, bool]]:
    """How `thing` stands in each language: code, name, state, and whether a machine wrote it. Danish comes first."""
    return [
        (code, name, State(thing.language_state(code)), thing.is_machine_made(code))
        for code, name in settings.LANGUAGES
    ]


def by_language(found: list[comparison.Change]) -> list[tuple[str, str, str, list[comparison.Change]]]:
    """By language: code, name, direction, changes."""
    return [
        (code or SOURCE, NAMES.get(code, "Fælles for alle sprog"), direction(code or SOURCE), mine)
        for code in ["", *CODES]
        if (mine := [change for change in found if change.language == code])
    ]


def may_be_withdrawn(thing: Any) -> bool:
    """Whether readers have it, or will, and the site can do without it."""
    return thing.public_from is not None and not getattr(thing, "is_fixed", False)


def care(request: HttpRequest, desk: Any, pk: int) -> HttpResponse:
    """Who looks after it, and when it is looked at next. Readers see nothing of it."""
    thing = the_thing(desk, request, pk)
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
    return page(request, desk, "care", title=f"Hvem passer på: {thing}", original=thing, form=form)
