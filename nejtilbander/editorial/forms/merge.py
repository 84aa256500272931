"""Three-way merge of two people's edits of the same text, field by field.

A form knows the version it was opened on: the common ancestor of what it sends and what has been saved since. A field
that only one of the two changed gets that one's value. Where both changed it, the later sender's value stays in the
field with the saved one beside it. Nothing is saved before they have seen it (docs/decisions/0010).
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from django import forms
from django.contrib.admin import ModelAdmin
from django.forms.models import model_to_dict
from django.http import HttpRequest, QueryDict

from nejtilbander.editorial.forms.unsaved_input import PART_FIELD, UnsavedInput, unsaved_input
from nejtilbander.editorial.forms.values import (
    Values,
    describe_saved,
    editable_fields,
    initial_value,
    normalise_value,
    submitted_data,
)
from nejtilbander.i18n.languages import SOURCE, TranslationState, worst_state
from nejtilbander.i18n.models import Translated
from nejtilbander.publishing import serialization, versions
from nejtilbander.publishing.models import ContentModel


class StaleForm(NamedTuple):
    """Version numbers: a form was opened on `opened_on` (0 when it does not say) and `newest` has been saved since."""

    opened_on: int
    newest: int


class CommonAncestor:
    """The version a form was opened on. `fields` is None when it is unknown: then every difference is a conflict."""

    def __init__(self, obj: ContentModel, number: int, language: str) -> None:
        self.fields: Values | None = None
        self.rows: dict[type[Translated], dict[str, Values]] = {}  # by model and primary key
        self.source_texts: Values = {}
        content = versions.versions_of(obj).filter(number=number).values_list("content", flat=True).first()
        if content is None:
            return
        ancestor = type(obj)()
        ancestor.pk = obj.pk
        rows = serialization.deserialize(ancestor, content)
        is_read = worst_state(row.language_state(language) for row in (ancestor, *rows)) == TranslationState.REVIEWED
        self.fields = model_to_dict(ancestor) | {"is_read": is_read}
        for row in rows:
            self.rows.setdefault(type(row), {})[str(row.pk)] = model_to_dict(row)
        self.source_texts = _source_texts([ancestor, *rows])


class MergeConflict:
    """What a form sent, merged with what was saved since it was opened.

    A "prefix" is the start of field names in an HTML form: "" for the object's own fields, "updates-0-" for an inline
    row's.
    """

    def __init__(self, posted: QueryDict, saved_by: str, ancestor: CommonAncestor) -> None:
        self.posted, self.saved_by, self.ancestor = posted, saved_by, ancestor
        self.merged = posted.copy()  # the data of the form to show
        self.saved_values: dict[str, str] = {}  # a sentence for each field that both changed, by its HTML name
        self.orphaned: list[UnsavedInput] = []  # sent for rows that are deleted
        self.has_changes = False  # True when anything on the page differs from when it was opened

    @property
    def sentence(self) -> str:
        neither = "I har ikke ændret de samme felter."
        both = "Ved de felter, I begge har ændret, står den tekst, der er gemt."
        return (
            f"{self.saved_by} har gemt, mens du skrev. Din tekst står i felterne og er ikke gemt. I de felter, du ikke "
            f"har rørt, står det, der er gemt nu. {both if self.saved_values else neither} "
            "Ret til, og gem igen: Så gælder det, der står her."
        )

    def add_errors(self, form: forms.ModelForm) -> None:
        """Adds the saved value as an error at each field of `form` that both changed."""
        for name in list(form.fields):
            if sentence := self.saved_values.get(form.add_prefix(name)):
                form.add_error(None if name == "DELETE" else name, sentence)

    def merge_fields(
        self, form: forms.ModelForm, ancestor: Values | None, sent_prefix: str | None, prefix: str
    ) -> None:
        """Fills the merged fields under `prefix`.

        `form` holds what is saved. What was sent is under `sent_prefix`; None when nothing was sent for this row.
        """
        has_changes = False
        for name, field in editable_fields(form):
            saved = initial_value(form, name, form.initial)
            values = submitted_data(field.widget, field.prepare_value(saved))
            is_changed = ancestor is None or (
                normalise_value(field, initial_value(form, name, ancestor)) != normalise_value(field, saved)
            )
            has_changes |= is_changed
            if sent_prefix is not None and self.is_touched(form, name, ancestor, sent_prefix):
                if is_changed and self.is_touched(form, name, form.initial, sent_prefix):
                    self.saved_values[prefix + name] = describe_saved(field, saved)
                values = {suffix: self.posted.getlist(sent_prefix + name + suffix) for suffix in values}
            for suffix, value in values.items():
                self.set_values(prefix + name + suffix, value)
        self.has_changes |= has_changes
        if sent_prefix and f"{sent_prefix}DELETE" in self.posted:
            self.set_values(f"{prefix}DELETE", ["on"])
            if has_changes:
                sentence = f"{self.saved_by} har ændret det, du vil slette. Se på det, før du gemmer."
                self.saved_values[f"{prefix}DELETE"] = sentence

    def set_values(self, key: str, values: list[str]) -> None:
        if values:
            self.merged.setlist(key, values)
        else:
            self.merged.pop(key, None)  # an unticked checkbox sends nothing

    def is_touched(self, form: forms.ModelForm, name: str, initial: Values | None, prefix: str) -> bool:
        """True when the field was sent with another value than in `initial` (None: what is saved)."""
        field = form.fields[name]
        if field.widget.value_omitted_from_data(self.posted, {}, prefix + name):
            return False
        sent = field.widget.value_from_datadict(self.posted, {}, prefix + name)
        opened = initial_value(form, name, form.initial if initial is None else initial)
        return field.has_changed(normalise_value(field, opened), normalise_value(field, sent))

    def differs(self, form: forms.ModelForm, initial: Values | None, prefix: str) -> bool:
        return any(self.is_touched(form, name, initial, prefix) for name, _field in editable_fields(form))

    def merge_rows(self, formset: forms.BaseInlineFormSet, *, may_add: bool) -> None:
        """Fills the rows of one inline: those that are saved, in their order, then those only the sender has.

        Without `may_add` the latter become `orphaned`.
        """
        name, saved = str(formset.prefix), {str(form.instance.pk): form for form in formset.forms}
        ancestor, sent_prefixes = self.ancestor.rows.get(formset.model, {}), self._take_rows(name)
        by_pk = {self.posted.get(f"{prefix}id", ""): prefix for prefix in sent_prefixes}
        for number, (pk, form) in enumerate(saved.items()):
            self.merge_fields(form, ancestor.get(pk), by_pk.get(pk), f"{name}-{number}-")
            self.set_values(f"{name}-{number}-id", [pk])
        self.has_changes |= bool(ancestor.keys() - saved.keys())
        only_sent = self._rows_only_sent(formset, ancestor, saved, sent_prefixes)
        if not may_add:
            self.orphaned += unsaved_input(type(formset.instance), _with_prefix(self.posted, only_sent))
            only_sent = []
        for number, prefix in enumerate(only_sent, len(saved)):
            for key, values in _with_prefix(self.posted, [prefix]):
                self.set_values(f"{name}-{number}-{key.removeprefix(prefix)}", values)
            self.set_values(f"{name}-{number}-id", [""])
        self.set_values(f"{name}-TOTAL_FORMS", [str(len(saved) + len(only_sent))])
        self.set_values(f"{name}-INITIAL_FORMS", [str(len(saved))])

    def _take_rows(self, name: str) -> list[str]:
        """Removes the sent rows of the inline `name` from the merged data. Returns their prefixes."""
        places = [place for key in self.posted if (place := PART_FIELD.fullmatch(key)) and place[1] == name]
        prefixes = [f"{name}-{number}-" for number in sorted({int(place[2]) for place in places})]
        for key, _values in _with_prefix(self.posted, prefixes):
            self.set_values(key, [])
        return prefixes

    def _rows_only_sent(
        self, formset: forms.BaseInlineFormSet, ancestor: dict[str, Values], saved: dict[str, forms.ModelForm],
        prefixes: list[str],
    ) -> list[str]:  # fmt: skip
        """Prefixes of sent rows that were written in but are deleted now, and of new rows nobody has just saved."""
        empty, added = formset.empty_form, [form for pk, form in saved.items() if pk not in ancestor]

        def is_only_sent(prefix: str) -> bool:
            if pk := self.posted.get(f"{prefix}id"):
                is_kept = pk not in saved and f"{prefix}DELETE" not in self.posted
                return is_kept and self.differs(empty, ancestor.get(pk), prefix)
            return all(self.differs(form, form.initial, prefix) for form in added)

        return [prefix for prefix in prefixes if is_only_sent(prefix)]


def find_stale(posted: QueryDict, obj: ContentModel) -> StaleForm | None:
    """Compares the version the form was opened on (its field "seen") with the newest. None when they are the same."""
    seen, newest = posted.get("seen", ""), versions.newest_version(obj)
    if newest is None or seen in {"", str(newest.number)}:
        return None
    return StaleForm(int(seen) if re.fullmatch(r"[0-9]{1,9}", seen) else 0, newest.number)


def merge(model_admin: ModelAdmin, request: HttpRequest, obj: ContentModel, stale: StaleForm) -> MergeConflict:
    """Merges what `request` sends with what was saved since its form was opened.

    When the result's `has_changes` is False, nothing that stands on the page has changed (the others may have written
    in another language), and the merged data can be saved without asking.
    """
    form = model_admin.get_form(request, obj, change=True)(instance=obj)
    language: str = getattr(form, "language", SOURCE)
    ancestor = CommonAncestor(obj, stale.opened_on, language)
    conflict = MergeConflict(request.POST, _saved_by(request, obj, stale.opened_on), ancestor)
    conflict.merge_fields(form, ancestor.fields, "", "")
    for formset_class, inline in model_admin.get_formsets_with_inlines(request, obj):
        if inline.has_change_permission(request, obj):
            prefix, rows = formset_class.get_default_prefix(), inline.get_queryset(request)
            formset = formset_class(instance=obj, prefix=prefix, queryset=rows)
            conflict.merge_rows(formset, may_add=inline.has_add_permission(request, obj))
    conflict.set_values("seen", [str(stale.newest)])
    if language != SOURCE:
        conflict.has_changes |= ancestor.source_texts != _source_texts([obj, *obj.parts()])
    return conflict


def _saved_by(request: HttpRequest, obj: ContentModel, opened_on: int) -> str:
    later = versions.versions_of(obj).filter(number__gt=opened_on).order_by("number")
    mine, names = request.user.get_username(), later.values_list("saved_by__username", flat=True)
    return " og ".join(dict.fromkeys("Du selv" if name == mine else name or "En anden" for name in names)) or "En anden"


def _source_texts(objects: Iterable[Translated]) -> Values:
    """The Danish texts that translators see beside their fields."""
    return {f"{obj._meta.label_lower} {obj.pk}": obj.texts(SOURCE) for obj in objects}


def _with_prefix(posted: QueryDict, prefixes: list[str]) -> list[tuple[str, list[str]]]:
    return [(key, values) for key, values in posted.lists() if key.startswith(tuple(prefixes))]
