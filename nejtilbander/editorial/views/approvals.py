"""The views of what takes two people: asking for a yes, and giving or refusing it."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html

from nejtilbander.approvals import rules
from nejtilbander.approvals.actions import Change, actions, subject
from nejtilbander.approvals.models import Approval
from nejtilbander.audit.models import AuditLine
from nejtilbander.editorial.views.base import staff_user
from nejtilbander.publishing.fact_checks import validate_facts

WORDS: dict[type[rules.Refused], str] = {
    rules.NotWaiting: "Anmodningen er allerede besvaret, eller den er for gammel. Intet er ændret.",
    rules.NotAsShown: "Det, der spørges om, er ændret, siden der blev spurgt. Intet er sket. Der skal spørges igen.",
}


class RefusalForm(forms.Form):
    reason = forms.CharField(
        label="Hvorfor ikke?", max_length=500, widget=forms.Textarea(attrs={"rows": 3, "cols": 60}),
        help_text="Den, der spurgte, får det at vide. Skriv ikke noget om borgere.", validators=[validate_facts],
    )  # fmt: skip


def ask(request: HttpRequest, action: str, about: Model, change: Change | None = None) -> Approval:
    """Asks for a yes, and says so to whoever asked."""
    approval = rules.ask(staff_user(request), action, about, change)
    link = reverse("admin:approval", args=[approval.pk])
    what = " ".join(actions[action].describe(approval, about))
    said = 'Det her sker først, når en anden har sagt ja: {} Svar inden 24 timer. <a href="{}">Se anmodningen</a>'
    messages.warning(request, format_html(said, what, link))
    return approval


def ask_first(request: HttpRequest, action: str, about: Model) -> HttpResponse:
    """GET: the page that says it takes two. POST: asks, and leads to the request."""
    if request.method == "POST":
        return HttpResponseRedirect(reverse("admin:approval", args=[ask(request, action, about).pk]))
    title = f"Det kræver et ja: {actions[action].label}"
    pending = rules.pending(staff_user(request), action, about)
    return _page(request, "ask_approval", title=title, about=about, pending=pending)


def approval(request: HttpRequest, pk: int) -> HttpResponse:
    """One request. GET for those it concerns; POST answers it, for those who may."""
    found = get_object_or_404(Approval.objects.select_related("asked_by", "decided_by"), pk=pk)
    user = staff_user(request)
    if not rules.may_see(user, found) or (request.method == "POST" and not rules.may_decide(user, found)):
        raise PermissionDenied
    answer = request.POST.get("answer", "")
    form = RefusalForm(request.POST if answer == "no" else None)
    if answer == "yes" or (answer == "no" and form.is_valid()):
        return _answer(request, found, form)
    return _show(request, found, form, status=422 if request.method == "POST" else 200)


def _answer(request: HttpRequest, found: Approval, form: RefusalForm) -> HttpResponse:
    """Raises MayNotDecide, which is a PermissionDenied."""
    user = staff_user(request)
    try:
        if request.POST["answer"] == "yes":
            rules.approve(user, found.pk, request.POST.get("seen", ""))
            messages.success(request, "Du har sagt ja.")
        else:
            rules.refuse(user, found.pk, form.cleaned_data["reason"])
            messages.success(request, "Du har sagt nej. Den, der spurgte, får det at vide.")
    except (rules.NotWaiting, rules.NotAsShown) as error:
        messages.error(request, WORDS[type(error)])
    return HttpResponseRedirect(request.path)


def _show(request: HttpRequest, found: Approval, form: RefusalForm, status: int) -> HttpResponse:
    about, action = subject(found), actions[found.action]
    lines = AuditLine.objects.filter(kind=AuditLine.Kind.ROLE, what=found.what, which=found.which)
    return _page(
        request, "approval", status=status, title=f"Anmodning {found.pk}: {action.label}", approval=found,
        sentences=action.describe(found, about) if about else [], is_carried_out=action.apply is not None,
        may_decide=found.is_waiting and rules.may_decide(staff_user(request), found), form=form, lines=lines[:5],
    )  # fmt: skip


def _page(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    context = admin.site.each_context(request) | context
    return TemplateResponse(request, f"editorial/{template}.html", context, status=status)
