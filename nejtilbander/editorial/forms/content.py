"""The admin form of a `ContentModel`, and the translation states that saving it records."""

import itertools
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
from nejtilbander.text.slugs import numbered_slug, slug_of

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

    class Media:
        js = ["js/form-bar.js"]

    language = SOURCE  # set by ContentAdmin.get_form
    conflict: MergeConflict | None = None  # set there too
    left_out: serialization.Columns = {}  # set there too: see RequestState
    newly_read = False  # set by ContentAdmin.save_model, for the inline rows

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["is_read" if self.language == SOURCE else "is_small"]
        if not self.instance.pk:
            self.fields.pop("is_small", None)
            self._suggest_address()
            return
        for finding in validation.uniqueness_conflicts(self.instance, self.left_out):
            if form_field := self.fields.get(finding.field):
                form_field.help_text = format_html('<strong class="errornote">{}</strong>', finding.sentence)
        newest = versions.newest_version(self.instance)
        self.initial["seen"] = newest.number if newest else 1  # the public text becomes the first version
        if self.language != SOURCE:
            states = (obj.language_state(self.language) for obj in (self.instance, *self.instance.parts()))
            self.initial["is_read"] = worst_state(states) == TranslationState.REVIEWED

    def _suggest_address(self) -> None:
        """The address of a new object may be left empty; a script shows meanwhile what it will be (js/form-bar.js)."""
        if address := self.fields.get("slug"):
            address.required = False
            address.widget.attrs["data-suggested-from"] = self[f"{self._title_name()}_{SOURCE}"].auto_id
            address.help_text = "Lad feltet stå tomt, så bliver den lavet af titlen. Den kan ses i adresselinjen."

    def _title_name(self) -> str:
        """The name of the text that the object is known by: "title" or "name"."""
        name: str = self._meta.model.content_fields[0]
        return name

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("slug") == "" and (title := data.get(f"{self._title_name()}_{SOURCE}")):
            data["slug"] = self._free_address(title)
        if self.conflict:
            self.conflict.add_errors(self)
            raise forms.ValidationError(self.conflict.sentence)
        return data

    def _free_address(self, title: str) -> str:
        """The address that `title` makes, or the first of "address-2" and so on that is free; "", with an error."""
        address = slug_of(title)
        if not address:
            self.add_error(
                "slug", "Skriv en webadresse. Den kan ikke laves af titlen, for der er ingen bogstaver fra a til z."
            )
            return ""
        return next(slug for number in itertools.count(1) if self._is_free(slug := numbered_slug(address, number)))

    def _is_free(self, slug: str) -> bool:
        """True when no object and no page of the site's own has the address."""
        model = self._meta.model
        try:
            model(slug=slug).clean()
        except forms.ValidationError:
            return False
        return not model._default_manager.filter(slug=slug).exists()


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
