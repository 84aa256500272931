"""How staff edit content in six languages, in the stock admin."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import Field, URLField
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from modeltranslation.admin import TranslationAdmin

from nejtilbander.languages import CODES, SOURCE, State, Translated, direction
from nejtilbander.prose import TAGS, ProseField

OTHERS = [(code, name) for code, name in settings.LANGUAGES if code != SOURCE]
PROSE_HELP = f"HTML med {', '.join(sorted(TAGS))}. Numre skrives som {{politi}}, {{alarm}} eller {{offerraadgivning}}."


class ContentForm(ModelForm):
    """The form of anything translated. The ticks say where a speaker has read the translation as it stands."""

    read_by_speaker = forms.MultipleChoiceField(
        label="Læst af en sprogkyndig",
        choices=OTHERS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Sæt mærket, når en, der taler sproget, har læst oversættelsen og siger, at den passer.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["read_by_speaker"] = [
                code for code, _ in OTHERS if self.instance.language_state(code) == State.REVIEWED
            ]

    def languages_written(self) -> set[str]:
        """The languages in which a text was changed in this form."""
        return {name.rsplit("_", 1)[-1] for name in self.changed_data} & set(CODES)


class ContentAdmin(TranslationAdmin):
    """Danish first, then each language folded away; every field says which language and direction it is in."""

    form = ContentForm
    facts: tuple[str, ...] = ()  # fields that are the same in every language

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        model: Any = self.model
        per_language = [
            (
                name,
                {
                    "fields": [f"{field}_{code}" for field in model.content_fields],
                    "classes": [] if code == SOURCE else ["collapse"],
                },
            )
            for code, name in settings.LANGUAGES
        ]
        return [
            (None, {"fields": self.facts}),
            *per_language,
            ("Oversættelser", {"fields": ["read_by_speaker"]}),
        ]

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> Any:
        if isinstance(db_field, URLField):
            kwargs["assume_scheme"] = "https"
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        code = getattr(db_field, "language", None)
        if field and code:
            field.widget.attrs |= {"lang": code, "dir": direction(code)}
            if isinstance(db_field, ProseField) and not field.help_text:
                field.help_text = PROSE_HELP
        return field

    def save_model(self, request: HttpRequest, obj: Translated, form: ContentForm, change: bool) -> None:
        before = set(form.initial.get("read_by_speaker", []))
        super().save_model(request, obj, form, change)
        ticked = set(form.cleaned_data.get("read_by_speaker", []))
        for code, _ in OTHERS:
            if code in ticked - before or code in form.languages_written():
                obj.mark_translated(code, read=code in ticked)
            elif code in before - ticked:
                obj.translations[code]["read"] = False
        obj.save(update_fields=["translations"])

    @admin.display(description="sprog")
    def language_states(self, obj: Translated) -> SafeString:
        """One word a language, for lists."""
        return format_html_join(
            " · ",
            "{}: {}",
            ((code, State(obj.language_state(code)).label) for code in CODES if code != SOURCE),
        )
