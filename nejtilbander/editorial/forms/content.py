"""The admin form of a `ContentModel`, and the translation states that saving it records."""

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.html import format_html

from nejtilbander.editorial.forms.merge import MergeConflict
from nejtilbander.editorial.forms.translation import SideBySideForm
from nejtilbander.i18n.languages import CODES, SOURCE, TranslationState, worst_state
from nejtilbander.i18n.models import Translated
from nejtilbander.publishing import serialization, validation, versions

ChangeMessage = str | list[dict[str, dict[str, list[str]]]]  # as LogEntry keeps it


@dataclass
class RequestState:
    """State of one request to the form, for which the hooks of Django's ModelAdmin have no parameter.

    `left_out`: fields of the working copy whose unique value another object has taken (`as_working_copy`).
    `change_message`: what Django would have logged; None until the form has been saved.
    """

    conflict: MergeConflict | None = None
    left_out: serialization.Columns = field(default_factory=dict)
    change_message: ChangeMessage | None = None


def state_of(request: HttpRequest) -> RequestState:
    return request.__dict__.setdefault("content_form_state", RequestState())


class ContentForm(SideBySideForm):
    """`seen` is the number of the version the form was opened on: no save overwrites a later one (merge.py)."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    is_small = forms.BooleanField(
        label="Lille rettelse", required=False,
        help_text="Sæt mærket, når oversættelserne stadig passer, fx efter en stavefejl.",
    )  # fmt: skip
    is_read = forms.BooleanField(
        label="Læst af en sprogkyndig", required=False,
        help_text="Sæt mærket, når en, der taler sproget, har læst oversættelsen og siger, at den passer.",
    )  # fmt: skip

    language = SOURCE  # set by ContentAdmin.get_form
    conflict: MergeConflict | None = None  # set there too
    left_out: serialization.Columns = {}  # set there too: see RequestState
    newly_read = False  # set by ContentAdmin.save_model, for the inline rows

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["is_read" if self.language == SOURCE else "is_small"]
        if not self.instance.pk:
            self.fields.pop("is_small", None)
            return
        for finding in validation.uniqueness_conflicts(self.instance, self.left_out):
            if form_field := self.fields.get(finding.field):
                form_field.help_text = format_html('<strong class="errornote">{}</strong>', finding.sentence)
        newest = versions.newest_version(self.instance)
        self.initial["seen"] = newest.number if newest else 1  # the public text becomes the first version
        if self.language != SOURCE:
            states = (obj.language_state(self.language) for obj in (self.instance, *self.instance.parts()))
            self.initial["is_read"] = worst_state(states) == TranslationState.REVIEWED

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.conflict:
            self.conflict.add_errors(self)
            raise forms.ValidationError(self.conflict.sentence)
        return data


def update_translation_state(obj: Translated, form: ContentForm, previous: Translated | None) -> None:
    """Saves in `obj.translations` what this save says of its translations. `previous` is `obj` before it.

    A new tick of "is_read" means that a speaker has read the translation as it stands. A translation that was changed
    is up to date with the Danish of today. A small correction ("is_small") of the Danish makes none out of date.
    """
    language = form.language
    if language == SOURCE:
        if previous and form.cleaned_data.get("is_small"):
            for code in obj.translations.keys() & CODES:
                if previous.language_state(code) in {TranslationState.UNREAD, TranslationState.REVIEWED}:
                    obj.translations[code]["source"] = obj.source_hash()
    else:
        _update_translation(obj, form, previous)
    obj.save(update_fields=["translations"])


def _update_translation(obj: Translated, form: ContentForm, previous: Translated | None) -> None:
    language, is_read = form.language, form.cleaned_data.get("is_read", False)
    before = previous.required_texts(language) if previous else {}
    changed = [field for field, text in obj.required_texts(language).items() if text != before.get(field, "")]
    if obj.language_state(language) != TranslationState.MISSING:
        if form.newly_read or changed or previous is None or language not in obj.translations:
            obj.mark_translated(language, read=is_read)
        elif not is_read:
            obj.translations[language]["read"] = False
    obj.mark_rewritten(language, changed)
