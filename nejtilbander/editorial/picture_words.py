"""What a picture shows, in six languages: all its texts on one page, saved into the working copies they belong to.

The words belong to the pages (docs/decisions/0011). Each page's words are saved as a version of it, like any edit.
Where somebody has saved other words since the form was opened, nothing is overwritten: theirs are shown beside.
"""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib.admin import AdminSite
from django.contrib.auth.models import User
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse

from nejtilbander.editorial.forms.translation import NAMES, may_translate
from nejtilbander.editorial.usage import Use
from nejtilbander.editorial.views.base import log_change, staff_user
from nejtilbander.i18n.languages import CODES, SOURCE, TranslationState, direction
from nejtilbander.images.models import Picture, Pictured
from nejtilbander.publishing import serialization, versions
from nejtilbander.publishing.models import ContentModel

COLUMNS = {f"picture_alt_{code}": code for code in CODES}
NOTE = "Ordene om billedet"


class WordsForm(forms.Form):
    """The words of one page about its picture. `languages`: those that the user may write in."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    is_decorative = forms.BooleanField(
        label="Billedet er kun pynt", required=False,
        help_text="Sæt mærket, hvis billedet ikke siger noget nyt. Så bliver det ikke læst op.",
    )  # fmt: skip

    def __init__(self, *args: Any, obj: ContentModel, languages: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.obj, self.use_url = obj, ""
        for name, code in COLUMNS.items():
            attributes = {"lang": code, "dir": direction(code), "rows": 3}
            self.fields[name] = forms.CharField(
                label=NAMES[code], max_length=200, required=False, widget=forms.Textarea(attributes),
                disabled=code not in languages,
            )  # fmt: skip
        self.fields["is_decorative"].disabled = SOURCE not in languages
        newest = versions.newest_version(obj)
        self.content: Any = newest.content if newest else serialization.serialize(obj)
        content = self.content
        self.initial = {name: content["fields"].get(name) or "" for name in COLUMNS}
        self.initial |= {"is_decorative": content["fields"]["is_decorative"], "seen": newest.number if newest else 1}

    def words(self) -> Iterator[forms.BoundField]:
        return (self[name] for name in COLUMNS)

    def clean(self) -> dict[str, Any]:
        """What the user changed; where another has changed it too, an error with what is saved."""
        data = super().clean() or {}
        opened = _fields_of(self.obj, data.get("seen") or 0)
        for name in ("is_decorative", *COLUMNS):
            sent, saved, was = data.get(name, ""), self.initial[name], (opened or self.initial)[name]
            sent = data[name] = sent if isinstance(sent, bool) else " ".join(sent.splitlines())  # it is one line
            if sent == was:
                data[name] = saved  # untouched: what is saved now stays
            elif saved not in {was, sent}:
                self.add_error(name, f"En anden har imens gemt: {_in_words(saved)}. Ret til, og gem igen.")
        if self.errors:
            self.data = {**self.data.dict(), self.add_prefix("seen"): str(self.initial["seen"])}  # type: ignore[attr-defined]
        return data


def _in_words(value: object) -> str:
    return {True: "mærket er sat", False: "mærket er ikke sat"}[value] if isinstance(value, bool) else f"„{value}“"


def _fields_of(obj: ContentModel, number: int) -> dict[str, Any] | None:
    """The words in the version with this number, None when there is none."""
    content = versions.versions_of(obj).filter(number=number).values_list("content", flat=True).first()
    if content is None:
        return None
    fields = content["fields"]
    return {name: fields.get(name) or "" for name in COLUMNS} | {"is_decorative": fields["is_decorative"]}


def save_words(obj: ContentModel, words: dict[str, Any], by: User) -> bool:
    """Makes `words` (columns to values) part of the working copy of `obj`. Returns True when that changed it."""
    with transaction.atomic():
        obj = versions.lock(obj)
        versions.ensure_first_version(obj)
        with versions.as_working_copy(obj):
            row: Any = type(obj)._default_manager.get(pk=obj.pk)
            before: Any = type(obj)._default_manager.get(pk=obj.pk)
            for name, value in words.items():
                setattr(row, name, value)
            row.tidy()
            _mark_translations(row, before, by)
            row.save()
            content = serialization.serialize(row)
        return versions.save_version(row, content, by, NOTE) is not None


def _mark_translations(row: Pictured, before: Pictured, by: User) -> None:
    """A translation that was up to date but for the words, and has them now, is up to date. None other becomes so."""
    for name, code in COLUMNS.items():
        if code == SOURCE or getattr(row, name) == getattr(before, name):
            continue
        record = before.translations.get(code, {})
        if row.language_state(code) != TranslationState.MISSING and record.get("source") in _hashes(before):
            row.mark_translated(code, read=bool(record.get("read")) and may_translate(by, code))


def _hashes(obj: Pictured) -> set[str]:
    """Of the Danish as it was, with and without words about the picture."""
    with_words, was = obj.source_hash(), obj.is_decorative
    obj.is_decorative = True
    without, obj.is_decorative = obj.source_hash(), was
    return {with_words, without}


def forms_of(request: HttpRequest, site: AdminSite, picture_id: int, uses: list[Use]) -> list[WordsForm]:
    """A form for each page that the user may look at and whose working copy has the picture. A POST locks them.

    Bound are those that were sent: a page that got the picture meanwhile was not on the screen.
    """
    found = []
    admins: dict[str, Any] = {model._meta.label_lower: model_admin for model, model_admin in site._registry.items()}
    for use in sorted(uses):
        model_admin = admins[use.kind]
        if not model_admin.has_view_permission(request):
            continue
        rows = model_admin.model._default_manager.all()
        if request.method == "POST":
            rows = rows.select_for_update(no_key=True, of=("self",))
        obj = get_object_or_404(rows, pk=use.object_id)
        is_writer = model_admin.has_full_change_permission(request)
        languages = {code for code in CODES if is_writer or may_translate(request.user, code)}
        prefix = f"{use.kind.replace('.', '-')}-{obj.pk}"
        data = request.POST if f"{prefix}-seen" in request.POST else None
        form = WordsForm(data, obj=obj, languages=languages, prefix=prefix)
        form.use_url = use.url
        if form.content["fields"]["picture_id"] == picture_id:
            found.append(form)
    return found


@transaction.atomic
def words_page(request: HttpRequest, model_admin: Any, pk: int) -> HttpResponse:
    """All places of one picture, with their words. Saves those that were changed; 422 while any is refused."""
    picture = model_admin.get_object(request, str(pk))
    if picture is None:
        raise Http404
    words = forms_of(request, model_admin.admin_site, pk, model_admin.uses([pk])[pk])
    sent = [form for form in words if form.is_bound]
    valid = [form.is_valid() for form in sent]
    if request.method == "POST" and all(valid):
        _save_all(request, model_admin, picture, sent)
        return HttpResponseRedirect(request.path)
    context = {
        **model_admin.admin_site.each_context(request), "opts": model_admin.opts, "original": picture, "forms": words,
        "title": f"{picture}: hvad billedet viser", "is_refused": request.method == "POST",
        "may_save": any(not field.field.disabled for form in words for field in form.words()),
    }  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return TemplateResponse(request, "editorial/picture_words.html", context, status=status)


def _save_all(request: HttpRequest, model_admin: Any, picture: Picture, words: list[WordsForm]) -> None:
    saved = [form.obj for form in words if save_words(form.obj, _changed(form), staff_user(request))]
    for obj in saved:
        log_change(request, obj, f"{NOTE} {picture}.")
    names = ", ".join(f"„{obj}“" for obj in saved)
    told = f"Gemt som kladde: {names}. Udgiv hver side for sig." if saved else "Der var ikke noget nyt at gemme."
    model_admin.message_user(request, told)


def _changed(form: WordsForm) -> dict[str, Any]:
    """The words that differ from what is saved."""
    return {
        name: form.cleaned_data[name]
        for name in ("is_decorative", *COLUMNS)
        if form.cleaned_data[name] != form.initial[name]
    }
