"""A notice in a minute: one page to choose or write the words and how long they stand, and one click that publishes."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from nejtilbander.editorial.views.base import EditorialAdmin, log_change, render_admin_page, staff_user
from nejtilbander.editorial.views.quick_notice_form import OWN, QuickNoticeForm, words_of
from nejtilbander.i18n.languages import CODES, SOURCE, direction, full_name, listed_languages
from nejtilbander.notices import current
from nejtilbander.notices.models import Notice
from nejtilbander.notices.phrases import PHRASES, Phrase
from nejtilbander.notices.quick import NoticeRefused, missing_languages, write_notice
from nejtilbander.publishing.versions import PublicationRefused


def quick_notice(request: HttpRequest, model_admin: EditorialAdmin) -> HttpResponse:
    """GET shows the form. POST publishes, or saves a draft for those who may not; `action` "edit" opens a phrase."""
    if not model_admin.has_add_permission(request):
        raise PermissionDenied
    if request.POST.get("action") == "edit":
        return _page(request, model_admin, QuickNoticeForm(initial=_reopened(request)))
    form = QuickNoticeForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, model_admin, form, status=422 if form.is_bound else 200)
    missing = missing_languages(form.texts())
    if missing and request.POST.get("action") != "without":
        return _page(request, model_admin, form, status=422, missing=missing)
    if notice := _write(request, model_admin, form):
        return HttpResponseRedirect(model_admin.url_for("change", notice.pk))
    return _page(request, model_admin, form, status=422)


def _reopened(request: HttpRequest) -> dict[str, object]:
    """One's own words that begin as those of the chosen phrase; the rest of the form as it was, typed words too."""
    return {**request.POST.dict(), "phrase": OWN, **words_of(request.POST.get("phrase", ""))}


def _write(request: HttpRequest, model_admin: EditorialAdmin, form: QuickNoticeForm) -> Notice | None:
    """Returns None, with errors on `form`, when the notice is refused."""
    may_publish, until = model_admin.has_publish_permission(request), form.end()
    try:
        notice, is_new = write_notice(
            form.cleaned_data["key"], form.chosen_level(), form.texts(), staff_user(request),
            until=until if may_publish else None,
        )  # fmt: skip
    except NoticeRefused as refused:
        for finding in refused.findings:
            form.add_error(finding.field, finding.sentence)
        return None
    except PublicationRefused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return None
    if is_new:
        log_change(request, notice, "Version 1 udgivet." if may_publish else "Ny besked skrevet.")
    _tell(request, notice, until, may_publish=may_publish)
    return notice


def _tell(request: HttpRequest, notice: Notice, until: datetime, *, may_publish: bool) -> None:
    if may_publish:
        end = f"{timezone.localtime(notice.public_until or until):%d.%m.%Y kl. %H.%M}"
        messages.success(request, f"Udgivet. Læserne ser beskeden nu. Den går væk af sig selv {end}.")
        return
    roles = Group.objects.filter(permissions__codename="publish_pages").order_by("name").values_list("name", flat=True)
    messages.warning(
        request,
        f"Gemt som kladde. Læserne ser den ikke endnu. Ring til en, der må udgive den: {' eller '.join(roles)}.",
    )


def _page(
    request: HttpRequest,
    model_admin: EditorialAdmin,
    form: QuickNoticeForm,
    *,
    status: int = 200,
    missing: list[str] | None = None,
) -> HttpResponse:
    return render_admin_page(
        request, model_admin, "quick_notice", status=status, title="Ny besked nu", form=form,
        phrases=[_described(phrase) for phrase in PHRASES.values()], own=OWN, chosen=form["phrase"].value(),
        missing=listed_languages(missing) if missing else "", may_publish=model_admin.has_publish_permission(request),
        shown_now=current.active_notices(), max_shown=current.MAX_NOTICES,
    )  # fmt: skip


def _described(phrase: Phrase) -> dict[str, object]:
    unread = [code for code in CODES if code != SOURCE and code not in phrase.read]
    return {
        "phrase": phrase, "danish_title": phrase.title[SOURCE], "danish_body": phrase.body[SOURCE],
        "level": phrase.level.label, "unread": listed_languages(unread) if unread else "",
        "words": [
            (code, full_name(code), direction(code), phrase.title[code], phrase.body[code])
            for code in CODES if code != SOURCE
        ],
    }  # fmt: skip
