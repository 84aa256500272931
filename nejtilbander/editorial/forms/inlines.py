"""Inlines for the parts of a content object, and the form fields they share with its own form."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db.models import DateField, DateTimeField, Field, ForeignKey, URLField
from django.http import HttpRequest
from modeltranslation.admin import TranslationStackedInline

from nejtilbander.editorial.forms.content import state_of
from nejtilbander.editorial.forms.date_fields import DayInput, LocalDateField, LocalDateTimeField, LocalDateTimeWidget
from nejtilbander.editorial.forms.merge import MergeConflict
from nejtilbander.editorial.forms.picture_select import PictureSelect
from nejtilbander.editorial.forms.prose_editor import ProseWidget
from nejtilbander.editorial.forms.translation import SideBySideForm, field_label, may_translate, requested_language
from nejtilbander.i18n.languages import SOURCE, direction
from nejtilbander.i18n.models import Translated
from nejtilbander.images.models import Picture
from nejtilbander.publishing import serialization
from nejtilbander.publishing.models import ContentModel
from nejtilbander.text.prose import ProseField
from nejtilbander.web.form_fields import LinkField

PROSE_HELP = "Numre skrives som {politi}, {alarm} eller {offerraadgivning}."


class PartFormSet(forms.BaseInlineFormSet):
    conflict: MergeConflict | None = None  # set by StackedPartInline.get_formset

    def clean(self) -> None:
        if self.conflict:
            for form in self.forms:
                self.conflict.add_errors(form)
        super().clean()


class LanguageFieldsMixin:
    """Form fields with the `lang` and `dir` of their column, the prose editor, and a label at each part of a date."""

    formfield_overrides: ClassVar[Mapping[type[Field], Mapping[str, Any]]] = {
        ProseField: {"widget": ProseWidget},
        DateField: {"form_class": LocalDateField, "widget": DayInput},
        DateTimeField: {"form_class": LocalDateTimeField, "widget": LocalDateTimeWidget},
    }

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: object) -> forms.Field | None:
        if isinstance(db_field, URLField):
            kwargs |= {"assume_scheme": "https", "form_class": LinkField}
        if isinstance(db_field, ForeignKey) and db_field.remote_field.model is Picture:
            kwargs["widget"] = PictureSelect
        field: forms.Field | None = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if field is None:
            return None
        if isinstance(field.widget, LocalDateTimeWidget):
            field.widget.name_parts(str(field.label))
        if isinstance(wrapper := field.widget, RelatedFieldWidgetWrapper):
            # Another may be added from here; the rest has a page of its own.
            wrapper.can_change_related = wrapper.can_delete_related = wrapper.can_view_related = False
        if code := getattr(db_field, "language", None):
            field.label = field_label(db_field)
            field.widget.attrs |= {"lang": code, "dir": direction(code)}
            if isinstance(db_field, ProseField) and not field.help_text:
                field.help_text = PROSE_HELP
        return field


class StackedPartInline(LanguageFieldsMixin, TranslationStackedInline):
    """The parts of an object: all their fields in Danish, only their texts in another language."""

    model: type[Translated]
    template = "editorial/part_rows.html"
    extra = 0
    view_on_site = False
    form: type[forms.ModelForm] = SideBySideForm
    formset: type[forms.BaseInlineFormSet] = PartFormSet

    def get_formset(
        self, request: HttpRequest, obj: ContentModel | None = None, **kwargs: object
    ) -> type[forms.BaseInlineFormSet]:
        formset: type[PartFormSet] = super().get_formset(request, obj, **kwargs)
        formset.conflict = state_of(request).conflict
        return formset

    def get_fieldsets(
        self, request: HttpRequest, obj: ContentModel | None = None
    ) -> list[tuple[str | None, dict[str, list[str]]]]:
        language = requested_language(request)
        texts = [f"{name}_{language}" for name in self.model.content_fields]
        if language != SOURCE:
            return [(None, {"fields": texts})]
        facts = [
            field.name for field in serialization.versioned_fields(self.model)
            if not hasattr(field, "translated_field") and field.editable and not field.is_relation
        ]  # fmt: skip
        return [(None, {"fields": [*facts, *texts]})]

    def has_add_permission(self, request: HttpRequest, obj: ContentModel | None = None) -> bool:
        return requested_language(request) == SOURCE and super().has_add_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: ContentModel | None = None) -> bool:
        return requested_language(request) == SOURCE and super().has_delete_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: ContentModel | None = None) -> bool:
        return may_translate(request.user, requested_language(request)) or super().has_change_permission(request, obj)
