"""Translations as PO files, for translators' agencies: down, up, a preview of what changes, and then working copies."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from nejtilbander.editorial.forms.translation import may_translate
from nejtilbander.editorial.views.base import EditorialAdmin, log_change, staff_user
from nejtilbander.i18n.languages import CODES, DANISH_NAMES, SOURCE, direction, full_name
from nejtilbander.publishing.models import ContentModel
from nejtilbander.text.counting import counted
from nejtilbander.transfer.json_files import TransferError
from nejtilbander.transfer.po_files import export_po
from nejtilbander.transfer.po_import import ReviewOutdated, apply_review, read_po
from nejtilbander.transfer.po_parsing import TranslatedFile
from nejtilbander.transfer.po_review import Ignored, PoReview, Reason, review_po

MAX_UPLOAD = 2_000_000  # bytes; all of our texts in one language are a tenth of it
MAX_AGE = 24 * 60 * 60  # seconds a preview can be confirmed
MAX_LISTED = 100  # ignored entries of one kind that are shown
RESULT = "po_result"  # the session's key
Admins = Sequence[EditorialAdmin]


class DownloadForm(forms.Form):
    sprog = forms.ChoiceField(label="Sprog")
    kun = forms.ChoiceField(
        label="Hvilke tekster", widget=forms.RadioSelect, initial="mangler",
        choices=[("mangler", "Kun det, der mangler, skal opdateres eller er en maskines"), ("alt", "Alle tekster")],
    )  # fmt: skip

    def __init__(self, data: QueryDict | None, codes: list[str]) -> None:
        super().__init__(data, auto_id="down_%s")
        self.fields["sprog"].choices = [(code, full_name(code)) for code in codes]  # type: ignore[attr-defined]


class UploadForm(forms.Form):
    sprog = forms.ChoiceField(label="Sprog")
    file = forms.FileField(
        label="PO-fil", widget=forms.FileInput(attrs={"accept": ".po,text/x-gettext-translation"}),
        help_text=f"Højst {MAX_UPLOAD // 1_000_000} MB. Intet bliver gemt, før du har set, hvad der bliver anderledes.",
        error_messages={"required": "Vælg filen, som oversætteren har sendt.", "empty": "Filen er tom."},
    )  # fmt: skip
    parsed: TranslatedFile

    def __init__(
        self, data: QueryDict | None, files: MultiValueDict[str, UploadedFile] | None, codes: list[str]
    ) -> None:
        super().__init__(data, files)
        self.fields["sprog"].choices = [(code, full_name(code)) for code in codes]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Reads the file into `parsed`."""
        data = super().clean() or {}
        if self.errors:
            return data
        try:
            self.parsed = read_po(data["sprog"], data["file"].read(MAX_UPLOAD + 1), MAX_UPLOAD)
        except TransferError as refused:
            self.add_error("file", str(refused))
        return data


def po_files(request: HttpRequest, admins: Admins) -> HttpResponse:
    """The page with both forms. POST with a file previews it; POST with a preview's `token` saves what it showed."""
    codes = _languages(request, admins)
    if request.method == "POST" and "token" in request.POST:
        return _confirm(request, admins, codes)
    form = UploadForm(request.POST, request.FILES, codes) if request.method == "POST" else UploadForm(None, None, codes)
    if not form.is_valid():
        return _page(request, admins, codes, upload=form, status=422 if form.is_bound else 200)
    language = form.cleaned_data["sprog"]
    review = review_po(language, form.parsed, _models(request, admins, language))
    return _preview(request, admins, language, review, token=_token(request, language, form.parsed))


def download(request: HttpRequest, admins: Admins) -> HttpResponse:
    """The texts the user may write in one language as a PO file."""
    codes = _languages(request, admins)
    form = DownloadForm(request.GET, codes)
    if not form.is_valid():
        return _page(request, admins, codes, download=form, status=422)
    language, kind = form.cleaned_data["sprog"], form.cleaned_data["kun"]
    objects = [obj for admin in _writable(request, admins, language) for obj in admin.dashboard_queryset()]
    name = f"{language}-{kind}-{timezone.localdate()}.po"
    return HttpResponse(
        export_po(language, objects, only_pending=kind == "mangler"), content_type="text/x-gettext-translation",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )  # fmt: skip


def may_use(request: HttpRequest, admins: Admins) -> bool:
    """True for those who may write in some language beside Danish."""
    return any(_writable(request, admins, code) for code in CODES if code != SOURCE)


def _languages(request: HttpRequest, admins: Admins) -> list[str]:
    """The languages in which the user may write anything. Raises PermissionDenied where there is none."""
    codes = [code for code in CODES if code != SOURCE and _writable(request, admins, code)]
    if not codes:
        raise PermissionDenied
    return codes


def _writable(request: HttpRequest, admins: Admins, language: str) -> list[EditorialAdmin]:
    is_translator = may_translate(request.user, language)
    return [admin for admin in admins if is_translator or admin.has_full_change_permission(request)]


def _models(request: HttpRequest, admins: Admins, language: str) -> list[type[ContentModel]]:
    return [admin.model for admin in _writable(request, admins, language)]


def _token(request: HttpRequest, language: str, file: TranslatedFile) -> str:
    """The parsed file, signed for this user: the preview's form carries it, so nothing is stored on the way."""
    entries = [[*key, text] for key, text in file.translations.items()]
    return signing.dumps([staff_user(request).pk, language, file.unfinished, entries], salt=RESULT, compress=True)


def _read_token(request: HttpRequest, codes: list[str]) -> tuple[str, TranslatedFile]:
    """Raises BadSignature for one that is old, changed, another user's or in a language that is theirs no more."""
    user, language, unfinished, entries = signing.loads(request.POST["token"], salt=RESULT, max_age=MAX_AGE)
    if user != staff_user(request).pk or language not in codes:
        raise signing.BadSignature
    return language, TranslatedFile(language, {(key, danish): text for key, danish, text in entries}, unfinished)


def _confirm(request: HttpRequest, admins: Admins, codes: list[str]) -> HttpResponse:
    try:
        language, file = _read_token(request, codes)
    except signing.BadSignature:
        error = "Forhåndsvisningen gælder ikke mere. Send filen igen. Intet er gemt."
        return _page(request, admins, codes, error=error, status=422)
    models = _models(request, admins, language)
    try:
        changed = apply_review(language, file, models, request.POST.get("seen", ""), staff_user(request))
    except ReviewOutdated as outdated:
        error = "Nogen har rettet i teksterne, siden du så dette. Se det igennem igen. Intet er gemt endnu."
        return _preview(request, admins, language, outdated.review, token=request.POST["token"], error=error)
    except TransferError as refused:
        review = review_po(language, file, models)
        return _preview(request, admins, language, review, token=request.POST["token"], error=str(refused))
    _tell(request, admins, language, changed)
    return HttpResponseRedirect(reverse("admin:po_files"))


def _tell(request: HttpRequest, admins: Admins, language: str, changed: list[ContentModel]) -> None:
    """Logs each of `changed`, and keeps links to them for the next look at the page."""
    by_model = {admin.model: admin for admin in admins}
    for obj in changed:
        log_change(request, obj, f"Oversættelse til {DANISH_NAMES[language]} fra en fil.")
    links = [[str(obj), f"{by_model[type(obj)].url_for('change', obj.pk)}?sprog={language}"] for obj in changed]
    request.session[RESULT] = links
    number = counted(len(changed), "tekst", "tekster")
    messages.success(request, f"{number} har fået en ny kladde. Læserne ser det først, når det bliver udgivet.")


def _preview(  # noqa: PLR0913 - what the page shows, by name
    request: HttpRequest, admins: Admins, language: str, review: PoReview, *, token: str, error: str = ""
) -> HttpResponse:
    context = {
        "title": f"Se filen igennem: {DANISH_NAMES[language]}", "review": review, "token": token, "error": error,
        "language": language, "direction": direction(language), "ignored": _by_reason(review.ignored),
    }  # fmt: skip
    return _render(request, admins, "po_preview", context, status=422 if error else 200)


def _by_reason(ignored: list[Ignored]) -> list[tuple[str, int, list[Ignored]]]:
    """(sentence, number, the first of them) of each reason there is any of."""
    found = {reason: [one for one in ignored if one.reason is reason] for reason in Reason}
    return [(reason.value, len(own), own[:MAX_LISTED]) for reason, own in found.items() if own]


def _page(request: HttpRequest, admins: Admins, codes: list[str], *, status: int, **context: Any) -> HttpResponse:
    forms_shown = {"upload": UploadForm(None, None, codes), "download": DownloadForm(None, codes)}
    result = request.session.pop(RESULT, []) if request.method == "GET" else []
    context = {"title": "Oversættelser som filer", "result": result, **forms_shown, **context}
    return _render(request, admins, "po_files", context, status=status)


def _render(
    request: HttpRequest, admins: Admins, template: str, context: dict[str, Any], *, status: int
) -> HttpResponse:
    context = {**admins[0].admin_site.each_context(request), **context}
    return TemplateResponse(request, f"editorial/{template}.html", context, status=status)
