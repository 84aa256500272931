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
from modeltranslation.admin import TranslationAdmin, TranslationStackedInline, TranslationTabularInline

from nejtilbander.languages import CODES, SOURCE, State, Translated, direction, worst
from nejtilbander.matching import fold
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

    newly_read: set[str]  # set in the save, for the rows inside

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["read_by_speaker"] = [
                code
                for code, _ in OTHERS
                if worst(thing.language_state(code) for thing in (self.instance, *self.instance.parts()))
                == State.REVIEWED
            ]


class LanguageFields:
    """Every field says which language and direction it is in. For forms and the rows inside them."""

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> Any:
        if isinstance(db_field, URLField):
            kwargs["assume_scheme"] = "https"
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        code = getattr(db_field, "language", None)
        if field and code:
            field.widget.attrs |= {"lang": code, "dir": direction(code)}
            if isinstance(db_field, ProseField) and not field.help_text:
                field.help_text = PROSE_HELP
        return field


class StackedRows(LanguageFields, TranslationStackedInline):
    extra = 0


class TabularRows(LanguageFields, TranslationTabularInline):
    extra = 0


class ContentAdmin(LanguageFields, TranslationAdmin):
    """Danish first, then each language folded away. What is saved is recorded as honestly as it can be known."""

    form = ContentForm
    search_fields = [f"search_text_{code}" for code in CODES]
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

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """On the public site's own address: the staff process answers nothing but the admin."""
        return f"{settings.SITE_URL}{obj.get_absolute_url()}" if hasattr(obj, "get_absolute_url") else None

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        return super().get_search_results(request, queryset, fold(search_term))

    def save_model(self, request: HttpRequest, obj: Translated, form: ContentForm, change: bool) -> None:
        stored = type(obj)._default_manager.filter(pk=obj.pk).first()
        before = {code: stored.lasting_texts(code) if stored else {} for code in CODES}
        super().save_model(request, obj, form, change)
        changed = {code for code in CODES if obj.lasting_texts(code) != before[code]}
        ticked = set(form.cleaned_data.get("read_by_speaker", []))
        form.newly_read = ticked - set(form.initial.get("read_by_speaker", []))
        self.record(obj, changed, ticked, form.newly_read)

    def save_related(self, request: HttpRequest, form: ContentForm, formsets: Any, change: bool) -> None:
        """The rows inside are translated with the page they belong to: its ticks speak for them too."""
        super().save_related(request, form, formsets, change)
        ticked = set(form.cleaned_data.get("read_by_speaker", []))
        for formset in formsets:
            written = [*formset.new_objects, *(row for row, _ in formset.changed_objects)]
            for row in formset.model._default_manager.filter(**{formset.fk.name: form.instance}):
                self.record(row, set(CODES) if row in written else set(), ticked, form.newly_read)

    @staticmethod
    def record(thing: Translated, changed: set[str], ticked: set[str], newly_read: set[str]) -> None:
        """Keep what this save says of each translation.

        A new tick means it was read as it stands. A translation that was changed follows the Danish of today, unless
        the Danish changed in the same save: then only a tick can say so.
        """
        for code, _ in OTHERS:
            if thing.language_state(code) == State.MISSING:
                continue
            is_new = code not in thing.translations
            if code in newly_read:
                thing.mark_translated(code, read=True)
            elif is_new or (code in changed and SOURCE not in changed):
                thing.mark_translated(code, read=code in ticked)
            elif code not in ticked:
                thing.translations[code]["read"] = False
        thing.save(update_fields=["translations"])

    @admin.display(description="sprog")
    def language_states(self, obj: Translated) -> SafeString:
        """One word a language, for lists."""
        return format_html_join(
            " · ",
            "{}: {}",
            ((code, State(obj.language_state(code)).label) for code in CODES if code != SOURCE),
        )
