"""Views that publish the working copy now or at a planned time, and cancel that plan."""

import copy
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone

from nejtilbander.editorial.forms.date_fields import LocalDateTimeField
from nejtilbander.editorial.views import review as reviews
from nejtilbander.editorial.views.base import (
    EditorialAdmin,
    LanguageStates,
    by_language,
    get_object,
    language_states,
    log_change,
    render_admin_page,
    review_note,
    staff_user,
)
from nejtilbander.editorial.views.undo import with_undo_button
from nejtilbander.links import publication
from nejtilbander.publishing import actions, comparison, content_checks, serialization, validation, versions
from nejtilbander.publishing.consequences import Change, Consequence, consequences
from nejtilbander.publishing.models import ContentModel, Version

JUST_GONE = timedelta(minutes=5)  # for reading on before pressing the button: a time so little past means now


class PublishForm(forms.Form):
    at = LocalDateTimeField(label="Offentlig fra", required=False, help_text="Lad feltet stå tomt for at udgive nu.")
    until = LocalDateTimeField(
        label="Offentlig til", required=False, help_text="Lad feltet stå tomt, hvis den skal blive stående."
    )

    def __init__(self, data: QueryDict | None, obj: ContentModel) -> None:
        is_future = obj.public_until is not None and obj.public_until > timezone.now()
        super().__init__(data, initial={"until": obj.public_until if is_future else None})
        until = self.fields["until"]
        until.help_text = type(obj).public_until.field.help_text or until.help_text

    def clean_at(self) -> datetime | None:
        at: datetime | None = self.cleaned_data["at"]
        if at and at < timezone.now() - JUST_GONE:
            raise forms.ValidationError(
                "Det tidspunkt er gået. Vælg et, der kommer, eller lad feltet stå tomt for at udgive nu."
            )
        return at


class Review(NamedTuple):
    """The working copy as it would be published, with what the checks find in it and its state in each language."""

    row: ContentModel
    newest: Version | None
    content: serialization.Content
    findings: list[content_checks.Finding]
    states: LanguageStates
    consequences: list[Consequence]


def _review(obj: ContentModel, public: ContentModel, user: User) -> Review:
    """Checks the working copy, for `user` to publish. Leaves the fields of `obj` as the working copy has them."""
    newest = versions.newest_version(obj)
    with versions.as_working_copy(obj) as left_out:
        row = type(obj)._default_manager.get(pk=obj.pk)
        findings = [finding for one in (row, *row.parts()) for finding in content_checks.check_content(one)]
        findings += [*validation.validate(row), *validation.uniqueness_conflicts(row, left_out)]
        check_links = publication.prepare(row)
        content, states = serialization.serialize(row), language_states(row)
    findings += check_links()
    return Review(row, newest, content, findings, states, consequences(Change(public, row, content, user)))


def publish(request: HttpRequest, model_admin: EditorialAdmin, pk: int) -> HttpResponse:
    """Shows what would change for readers, what else would happen and what the checks find. POST publishes it.

    With an error POST publishes nothing; with `repair` it changes the working copy as a consequence has offered.
    """
    obj = get_object(request, model_admin, pk, publishing=True)
    public, user = model_admin.model._default_manager.get(pk=pk), staff_user(request)
    review = _review(obj, public, user)
    form = PublishForm(request.POST if request.method == "POST" else None, obj)
    if key := request.POST.get("repair"):
        if _repair(request, model_admin, obj, review, key):
            review = _review(obj, public, user)
    elif _may_leave(form, review) and _publish(request, model_admin, obj, review.newest, form):
        return HttpResponseRedirect(model_admin.url_for("change", pk))
    return _publish_page(request, model_admin, public, review, form)


def _may_leave(form: PublishForm, review: Review) -> bool:
    return form.is_valid() and not any(finding.is_error for finding in review.findings)


def _publish_page(
    request: HttpRequest, model_admin: EditorialAdmin, public: ContentModel, review: Review, form: PublishForm
) -> HttpResponse:
    is_shown = public.has_been_public and not public.is_withdrawn
    old = serialization.serialize(public) if is_shown else None
    return render_admin_page(
        request, model_admin, "publish", title=f"Udgiv: {review.row}", original=review.row, form=form,
        errors=[finding for finding in review.findings if finding.is_error],
        hints=[finding for finding in review.findings if not finding.is_error], states=review.states[1:],
        newest=review.newest, consequences=review.consequences, is_new=not is_shown,
        changes=by_language(comparison.compare_content(model_admin.model, old, review.content)),
        status=422 if form.is_bound and "repair" not in request.POST else 200,
        review=review_note(request, model_admin, public, review.newest),
        **_planned(public, staff_user(request)),
    )  # fmt: skip


def _planned(public: ContentModel, user: User) -> dict[str, Any]:
    """The plan, and what else will happen when it is carried out."""
    plan = actions.plan_of(public)
    version = versions.versions_of(public).filter(number=plan.number or 0).first() if plan else None
    if version is None:
        return {"plan": plan}
    after = copy.copy(public)
    serialization.set_fields(after, version.content["fields"])
    return {"plan": plan, "planned": consequences(Change(public, after, version.content, user))}


def _repair(
    request: HttpRequest, model_admin: EditorialAdmin, obj: ContentModel, review: Review, key: str
) -> Version | None:
    """Saves the working copy that a consequence has offered under `key`, unless another has saved one since."""
    if not model_admin.has_full_change_permission(request):
        raise PermissionDenied
    offered = {one.repair.key: one.repair for one in review.consequences if one.repair}
    with transaction.atomic():
        versions.lock(obj)  # what is offered was made of the version that was the newest before
        if key not in offered or not _is_seen(request, versions.newest_version(obj)):
            messages.error(request, "Nogen har gemt en ny version, siden du så denne. Se den igennem herunder.")
            return None
        versions.ensure_first_version(obj)
        version = versions.save_version(obj, offered[key].content, staff_user(request), note=offered[key].label[:200])
    messages.success(request, "Gemt i kladden. Læserne ser det, når du udgiver.")
    return version


def _is_seen(request: HttpRequest, newest: Version | None) -> bool:
    return request.POST.get("seen", "") == str(newest.number if newest else 0)


def _publish(
    request: HttpRequest, model_admin: EditorialAdmin, obj: ContentModel, newest: Version | None, form: PublishForm
) -> bool:
    """Publishes or plans what the user has seen. Returns False, with errors on `form`, when that is refused."""
    at, until = form.cleaned_data["at"], form.cleaned_data["until"]
    if until and obj.is_fixed:
        form.add_error("until", "Menuen og loven har brug for siden. Den kan ikke holde op med at være offentlig.")
    if not _is_seen(request, newest):
        form.add_error(None, "Nogen har gemt en ny version, siden du så denne. Se den igennem herunder.")
    if form.errors:
        return False
    try:
        with transaction.atomic():
            version = actions.publish(obj, newest or _first_version(obj), at, until)
            reviews.after_publishing(request, obj, version)
    except versions.PublicationRefused as refused:
        form.add_error(refused.field, str(refused))
        return False
    if at and at > timezone.now():
        log_change(request, obj, f"Version {version.number} planlagt.")
        messages.success(request, f"Planlagt. Læserne ser den fra {timezone.localtime(at):%d.%m.%Y kl. %H.%M}.")
        return True
    log_change(request, obj, f"Version {version.number} udgivet.")
    messages.success(request, with_undo_button(request, model_admin, obj, "Udgivet. Læserne ser den nu."))
    for message in version.staff_messages:
        messages.success(request, message)
    return True


def _first_version(obj: ContentModel) -> Version:
    versions.ensure_first_version(obj)
    return versions.versions_of(obj).get(number=1)


def drop_plan(request: HttpRequest, model_admin: EditorialAdmin, pk: int) -> HttpResponse:
    """POST cancels the planned publication, if there is one."""
    obj = get_object(request, model_admin, pk, publishing=True)
    if request.method == "POST" and (plan := actions.cancel_plan(obj)):
        log_change(request, obj, f"Planen om {timezone.localtime(plan.at):%d.%m.%Y kl. %H.%M} annulleret.")
        messages.success(request, "Planen er annulleret. Læserne ser det samme som før, og din kladde er her stadig.")
    return HttpResponseRedirect(model_admin.url_for("change", pk))
