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

from nejtilbander.i18n.languages import CODES, SOURCE, TranslationState, direction
from nejtilbander.publishing import actions, comparison, versions

NAMES = dict(settings.LANGUAGES)


class OwnershipForm(forms.Form):
    owner = forms.ModelChoiceField(User.objects.filter(is_staff=True), label="Ansvarlig", required=False)
    review_by = forms.DateField(
        label="Gennemgås senest", required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )


def get_object(model_admin: Any, request: HttpRequest, pk: int, *, publishing: bool = False) -> Any:
    """The thing, for someone who may see it; and publish it, where that is what it is about."""
    if not model_admin.has_view_permission(request) or (publishing and not model_admin.has_publish_permission(request)):
        raise PermissionDenied
    return get_object_or_404(model_admin.model, pk=pk)


def render_admin_page(request: HttpRequest, model_admin: Any, template: str, **context: Any) -> HttpResponse:
    own = {
        "opts": model_admin.model._meta,
        "model_admin": model_admin,
        "has_write_permission": model_admin.has_write_permission(request),
    }
    context = model_admin.admin_site.each_context(request) | own | context
    return TemplateResponse(request, f"editorial/{template}.html", context)


def log_change(request: HttpRequest, obj: Any, words: str) -> None:
    """Keep what staff did beside the versions. It is a line in the log too (apps.py)."""
    LogEntry.objects.log_actions(staff_user(request).pk, [obj], CHANGE, words, single_object=True)


def staff_user(request: HttpRequest) -> User:
    """The member of staff. Raises PermissionDenied; the admin lets nobody else come as far."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def form_context(request: HttpRequest, model_admin: Any, obj: Any) -> dict[str, Any]:
    """What the form shows beside its fields: where the thing stands, its languages, and the ways from here."""
    row = model_admin.model._default_manager.get(pk=obj.pk)
    newest, plan, may_publish = (
        versions.newest_version(obj),
        actions.plan_of(row),
        model_admin.has_publish_permission(request),
    )
    return {
        "model_admin": model_admin,
        "newest": newest,
        "status": versions.publication_status(row, newest.number if newest else None, has_plan=plan is not None).label,
        "plan": plan,
        "has_write_permission": model_admin.has_write_permission(request),
        "may_publish": may_publish,
        "may_withdraw": may_publish and may_be_withdrawn(row),
        "languages": language_states(row),
        "preview": model_admin.address("looked_at", obj.pk, request.GET.get("sprog", SOURCE)),
    }


def language_states(obj: Any) -> list[tuple[str, str, TranslationState, bool]]:
    """How `thing` stands in each language: code, name, state, and whether a machine wrote it. Danish comes first."""
    return [
        (code, name, TranslationState(obj.language_state(code)), obj.is_machine_translated(code))
        for code, name in settings.LANGUAGES
    ]


def by_language(found: list[comparison.FieldChange]) -> list[tuple[str, str, str, list[comparison.FieldChange]]]:
    """By language: code, name, direction, changes."""
    return [
        (code or SOURCE, NAMES.get(code, "Fælles for alle sprog"), direction(code or SOURCE), mine)
        for code in ["", *CODES]
        if (mine := [change for change in found if change.language == code])
    ]


def may_be_withdrawn(obj: Any) -> bool:
    """Whether readers have it, or will, and the site can do without it."""
    return obj.public_from is not None and not obj.is_fixed


def ownership(request: HttpRequest, model_admin: Any, pk: int) -> HttpResponse:
    """Who looks after it, and when it is looked at next. Readers see nothing of it."""
    obj = get_object(model_admin, request, pk)
    if not model_admin.has_write_permission(request):
        raise PermissionDenied
    form = OwnershipForm(
        request.POST if request.method == "POST" else None,
        initial={"owner": obj.owner_id, "review_by": obj.review_by},
    )
    if request.method == "POST" and form.is_valid():
        type(obj)._default_manager.filter(pk=pk).update(**form.cleaned_data)
        log_change(request, obj, "Ansvarlig og dato for gennemgang ændret.")
        messages.success(request, "Gemt.")
        return HttpResponseRedirect(model_admin.address("change", pk))
    return render_admin_page(request, model_admin, "care", title=f"Hvem passer på: {obj}", original=obj, form=form)
