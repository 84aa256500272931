"""The rows that are written with their page, as forms below its own."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.db.models import DateField, Field, URLField
from django.http import HttpRequest
from modeltranslation.admin import TranslationStackedInline

from nejtilbander.editorial.forms.merge import MergeConflict
from nejtilbander.editorial.forms.prose_editor import ProseWidget
from nejtilbander.editorial.forms.translation import SideBySideForm, may_translate, requested_language
from nejtilbander.i18n.dates import validate_year
from nejtilbander.i18n.languages import SOURCE, direction
from nejtilbander.publishing import serialization
from nejtilbander.text.prose import ProseField

PROSE_HELP = "Numre skrives som {politi}, {alarm} eller {offerraadgivning}."


class PartFormSet(forms.BaseInlineFormSet):
    """The rows inside, as forms below the form of their page."""

    conflict: MergeConflict | None = None  # set by RowsInside.get_formset

    def clean(self) -> None:
        for form in self.forms if self.conflict else []:
            self.conflict.add_errors(form)  # type: ignore[union-attr]
        super().clean()


class LanguageFieldsMixin:
    """Every field says which language and direction it is in, and prose has its editor. For forms and rows inside."""

    formfield_overrides: ClassVar[Mapping[type[Field], Mapping[str, Any]]] = {ProseField: {"widget": ProseWidget}}

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> Any:
        if isinstance(db_field, URLField):
            kwargs["assume_scheme"] = "https"
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if field and isinstance(db_field, DateField):  # a DateTimeField is one
            field.validators.append(validate_year)
        for part, what in zip(
            getattr(getattr(field, "widget", None), "widgets", []), ("dag", "klokkeslæt"), strict=False
        ):
            part.attrs["aria-label"] = f"{field.label}, {what}"  # a day and a time under one label
        for related in ("can_change_related", "can_delete_related", "can_view_related"):
            if hasattr(getattr(field, "widget", None), related):
                setattr(field.widget, related, False)  # another may be added from here; the rest has a page of its own
        code = getattr(db_field, "language", None)
        if field and code:
            field.widget.attrs |= {"lang": code, "dir": direction(code)}
            if isinstance(db_field, ProseField) and not field.help_text:
                field.help_text = PROSE_HELP
        return field


class PartInlineMixin(LanguageFieldsMixin):
    """Rows that are written with their page: all of them in Danish, only their words in another language."""

    extra = 0
    view_on_site = False
    form: type[forms.ModelForm] = SideBySideForm
    formset: type[forms.BaseInlineFormSet] = PartFormSet

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)  # type: ignore[misc]
        formset.conflict = getattr(request, "conflict", None)
        return formset

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        model: Any = self.model  # type: ignore[attr-defined]
        language = requested_language(request)
        words = [f"{name}_{language}" for name in model.content_fields]
        if language != SOURCE:
            return [(None, {"fields": words})]
        own = [
            field.name for field in serialization.versioned_fields(model)
            if not hasattr(field, "translated_field") and field.editable and not field.is_relation
        ]  # fmt: skip
        return [(None, {"fields": [*own, *words]})]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return requested_language(request) == SOURCE and super().has_add_permission(request, obj)  # type: ignore[misc]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return requested_language(request) == SOURCE and super().has_delete_permission(request, obj)  # type: ignore[misc]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_translate(request.user, requested_language(request)) or super().has_change_permission(request, obj)  # type: ignore[misc]


class StackedPartInline(PartInlineMixin, TranslationStackedInline):
    pass
