"""The form of anything we write, and what saving it says of the translations."""

from typing import Any

from django import forms
from django.utils.html import format_html

from nejtilbander.editorial.forms.merge import MergeConflict
from nejtilbander.editorial.forms.translation import SideBySideForm
from nejtilbander.i18n.languages import CODES, SOURCE, TranslationState, worst_state
from nejtilbander.i18n.models import Translated
from nejtilbander.publishing import serialization, validation, versions


class ContentForm(SideBySideForm):
    """The form of anything we write. It knows which version it was opened on, so that nobody's work is lost."""

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
    conflict: MergeConflict | None = None  # likewise
    left_out: serialization.Columns = {}  # likewise: what of the working copy somebody else has taken since
    newly_read = False  # set in the save, for the rows inside

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["is_read" if self.language == SOURCE else "is_small"]
        if not self.instance.pk:
            self.fields.pop("is_small", None)
            return
        for finding in validation.uniqueness_conflicts(self.instance, self.left_out):
            if field := self.fields.get(finding.field):
                field.help_text = format_html('<strong class="errornote">{}</strong>', finding.sentence)
        newest = versions.newest_version(self.instance)
        self.initial["seen"] = newest.number if newest else 1  # what readers see becomes the first
        if self.language != SOURCE:
            objects = (self.instance, *self.instance.parts())
            self.initial["is_read"] = (
                worst_state(obj.language_state(self.language) for obj in objects) == TranslationState.REVIEWED
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.conflict:
            self.conflict.add_errors(self)
            raise forms.ValidationError(self.conflict.sentence)
        return data


def update_translation_state(obj: Translated, form: ContentForm, before: Translated | None) -> None:
    """Keep what this save says of each translation of `thing`, which was `before`.

    A new tick means it was read as it stands. A translation that was changed follows the Danish of today. A small
    correction of the Danish leaves those that were right, right.
    """
    language = form.language
    if language == SOURCE:
        if before and form.cleaned_data.get("is_small"):
            for code in obj.translations.keys() & CODES:
                if before.language_state(code) in {TranslationState.UNREAD, TranslationState.REVIEWED}:
                    obj.translations[code]["source"] = obj.source_hash()
    elif obj.language_state(language) != TranslationState.MISSING:
        is_read = form.cleaned_data.get("is_read", False)
        is_changed = before is None or obj.required_texts(language) != before.required_texts(language)
        if form.newly_read or is_changed or language not in obj.translations:
            obj.mark_translated(language, read=is_read)
        elif not is_read:
            obj.translations[language]["read"] = False
    obj.save(update_fields=["translations"])
