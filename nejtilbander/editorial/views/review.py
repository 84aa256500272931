"""The page about reviews of an object: what is new, remarks, asking for a look, approving, sending back, "Set"."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from nejtilbander.editorial import reviews
from nejtilbander.editorial.forms.translation import requested_language
from nejtilbander.editorial.forms.unsaved_input import UnsavedInput
from nejtilbander.editorial.views.base import (
    EditorialAdmin,
    by_language,
    get_object,
    log_change,
    render_admin_page,
    staff_user,
)
from nejtilbander.i18n.languages import SOURCE
from nejtilbander.publishing import comparison, serialization, versions
from nejtilbander.publishing.models import ContentModel, Version
from nejtilbander.reviews import rules
from nejtilbander.reviews.models import MAX_REMARK, Review, name_of

UNSEEN = "Ingen anden har set den. Den står som „ikke set af en anden“, til en kollega har set den."
REFUSALS = {
    rules.NotNewest: "Nogen har gemt en ny version, siden du så denne. Se den igennem herunder, før du svarer.",
    rules.NothingWaiting: "Ingen venter på det svar mere: En anden har været her før dig.",
}
Form = dict[str, Any]  # cleaned data
Changes = list[tuple[str, str, str, list[comparison.FieldChange]]]


class RemarkForm(forms.Form):
    """Fields have ids of their own: the page has several of these forms."""

    remark = forms.CharField(
        label="Bemærkning", max_length=MAX_REMARK, widget=forms.Textarea(attrs={"rows": 3, "cols": 60}),
        help_text="Kolleger ser den. Skriv ikke noget om borgere.",
    )  # fmt: skip
    required_css_class = "required"


class ReturnForm(RemarkForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["remark"].label = "Hvad skal rettes?"


class ColleagueField(forms.ModelChoiceField):
    def label_from_instance(self, obj: User) -> str:
        return name_of(obj)


class AskForm(RemarkForm):
    colleague = ColleagueField(
        User.objects.none(), label="Hvem?", required=False, empty_label="Alle, der må udgive",
        help_text="De får en mail med titlen, din bemærkning og et link.",
    )  # fmt: skip
    field_order = ["colleague", "remark"]

    def __init__(self, *args: Any, obj: ContentModel, by: User, newest: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["remark"].required = False
        allowed = rules.colleagues(obj, newest, by)
        field = self.fields["colleague"]
        field.queryset = allowed  # type: ignore[attr-defined]
        if not allowed.exists():
            field.help_text = "Lige nu er der ingen anden, der må udgive den. Den bliver stående og venter."


def review(request: HttpRequest, model_admin: EditorialAdmin, pk: int) -> HttpResponse:
    """GET for all who may see the draft. POST takes one step ("step", a key of STEPS), for those who may change it."""
    is_post = request.method == "POST"
    if is_post and not model_admin.has_change_permission(request):
        raise PermissionDenied
    try:
        obj = get_object(request, model_admin, pk)
    except Http404:
        if is_post:
            return _deleted_meanwhile(request, model_admin)
        raise
    step = request.POST.get("step", "") if is_post else ""
    bound = _forms(request, obj, step)
    if step not in STEPS or (step in bound and not bound[step].is_valid()):
        return _page(request, model_admin, obj, bound)
    try:
        _take(request, model_admin, obj, step, bound)
    except rules.ReviewRefused as refused:
        return _page(request, model_admin, obj, bound, REFUSALS[type(refused)])
    except ObjectDoesNotExist:  # deleted since it was fetched above
        return _deleted_meanwhile(request, model_admin)
    return HttpResponseRedirect(request.get_full_path())


def _deleted_meanwhile(request: HttpRequest, model_admin: EditorialAdmin) -> HttpResponse:
    """Status 409, with the remark to copy from."""
    typed = request.POST.get("remark", "")
    unsaved = [UnsavedInput("Bemærkning", typed, SOURCE, "ltr", is_prose=False)]
    return render_admin_page(
        request, model_admin, "deleted_meanwhile", status=409, title="Slettet, mens du skrev",
        unsaved=unsaved, recycle_bin=model_admin.url_for("deleted"),
    )  # fmt: skip


def _forms(request: HttpRequest, obj: ContentModel, step: str) -> dict[str, RemarkForm]:
    """By step. What was typed stands in the one that was sent."""
    by, newest = staff_user(request), versions.newest_version(obj)
    number = newest.number if newest else 0
    data = {name: request.POST if name == step else None for name in ("ask", "return", "remark")}
    return {
        "ask": AskForm(data["ask"], obj=obj, by=by, newest=number, auto_id="id_ask_%s"),
        "return": ReturnForm(data["return"], auto_id="id_return_%s"),
        "remark": RemarkForm(data["remark"], auto_id="id_remark_%s"),
    }


def _take(
    request: HttpRequest, model_admin: EditorialAdmin, obj: ContentModel, step: str, bound: dict[str, RemarkForm]
) -> None:
    sent = request.POST.get("seen", "")
    seen = int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 10 else -1
    cleaned = bound[step].cleaned_data if step in bound else {}
    if step == "ask":
        cleaned["language"] = "" if model_admin.has_full_change_permission(request) else requested_language(request)
    carry_out, logged, told = STEPS[step]
    with transaction.atomic():
        carry_out(staff_user(request), obj, seen, cleaned)
        log_change(request, obj, logged.format(max(seen, 1)))
    messages.success(request, told)


def _ask(by: User, obj: ContentModel, seen: int, form: Form) -> None:
    rules.ask(by, obj, seen, rules.Question(form["remark"], form["colleague"], form["language"]))


def _approve(by: User, obj: ContentModel, seen: int, form: Form) -> None:
    rules.approve(by, obj, seen)


def _send_back(by: User, obj: ContentModel, seen: int, form: Form) -> None:
    rules.send_back(by, obj, seen, form["remark"])


def _mark_seen(by: User, obj: ContentModel, seen: int, form: Form) -> None:
    rules.mark_seen(by, obj, seen)


def _remark(by: User, obj: ContentModel, seen: int, form: Form) -> None:
    rules.add_remark(by, obj, seen, form["remark"])


# What carries it out, what the log says, what the user is told.
STEPS: dict[str, tuple[Callable[[User, ContentModel, int, Form], None], str, str]] = {
    "ask": (_ask, "Version {} sendt til gennemsyn.", "Sendt til gennemsyn. Du får en mail, når der er svar."),
    "approve": (_approve, "Version {} godkendt.", "Godkendt. De, der spurgte, får en mail."),
    "return": (_send_back, "Version {} sendt tilbage.", "Sendt tilbage. De, der spurgte, får en mail."),
    "seen": (_mark_seen, "Version {} set af en anden.", "Tak. Nu har to set den."),
    "remark": (_remark, "Bemærkning til version {}.", "Bemærkningen er gemt."),
}


def _page(
    request: HttpRequest, model_admin: EditorialAdmin, obj: ContentModel, bound: dict[str, RemarkForm], error: str = ""
) -> HttpResponse:
    """Status 422 after what was sent and refused."""
    user, newest, unseen = staff_user(request), versions.newest_version(obj), rules.unseen_publication(obj)
    status = 422 if request.method == "POST" else 200
    note = reviews.note(user, obj, newest, request.get_full_path())
    return render_admin_page(
        request, model_admin, "review", status=status, title=f"Gennemsyn: {obj}", original=obj, newest=newest,
        forms=bound, error=error, note=note, changes=_changes(obj, newest), remarks=reviews.remarks_on(obj),
        may_change=model_admin.has_change_permission(request),
        unseen=unseen if unseen and rules.may_mark_seen(user, unseen) else None,
        unseen_changes=_unseen_changes(obj, unseen), is_shown=obj.has_been_public and not obj.is_withdrawn,
    )  # fmt: skip


def _changes(obj: ContentModel, newest: Version | None) -> Changes:
    """What publishing the working copy would change for readers."""
    is_shown = obj.has_been_public and not obj.is_withdrawn
    public = serialization.serialize(obj)
    content = newest.content if newest else public
    return by_language(comparison.compare_content(type(obj), public if is_shown else None, content))


def _unseen_changes(obj: ContentModel, unseen: Review | None) -> Changes:
    """What the publication that nobody else has seen changed for readers."""
    if unseen is None:
        return []
    saved = versions.versions_of(obj)
    published = saved.get(number=unseen.number)
    before = saved.filter(number__lt=unseen.number, published_at__isnull=False).first()
    return by_language(comparison.compare_content(type(obj), before.content if before else None, published.content))


def after_publishing(request: HttpRequest, obj: ContentModel, version: Version) -> None:
    """Tells the reviews, in the transaction that publishes or plans `version`, and the user what it was to them."""
    publication = rules.record_publication(staff_user(request), obj, version)
    if publication.is_approval:
        log_change(request, obj, f"Version {version.number} godkendt.")
    if publication.is_unseen:
        messages.warning(request, UNSEEN)
