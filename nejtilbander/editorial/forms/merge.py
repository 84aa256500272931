"""Two who wrote in the same text at once: what each has changed is put together, field by field.

A form knows the version it was opened on. That is what both began with, so it tells who has touched what: a field that
one of them changed gets that one's words. Where both did, the words of who comes last stay in the field, and what is
saved stands beside them. Nothing is saved before they have seen it (docs/decisions/0010).
"""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.db.models import BooleanField
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

from nejtilbander.editorial.forms.values import (
    Values,
    describe_saved,
    editable_fields,
    initial_value,
    normalise_value,
    submitted_data,
)
from nejtilbander.i18n.languages import SOURCE, TranslationState, direction, worst_state
from nejtilbander.publishing import serialization, versions
from nejtilbander.text import prose

ROW = re.compile(r"(\w+)-(\d{1,4})-(\w+)")  # a field of a row inside, as a form names it


class UnsavedInput(NamedTuple):
    """What somebody typed in a field that is not there any more."""

    label: str
    text: str
    language: str
    direction: str
    is_prose: bool

    @property
    def looks(self) -> SafeString:
        """Prose as it looks: what is copied from here keeps its headings and links in the editor."""
        return mark_safe(prose.sanitize(self.text))  # noqa: S308 - cleaned as in every save


class CommonAncestor:
    """What both began with. `fields` is None when nobody can say: then whatever differs was changed by both."""

    def __init__(self, obj: Any, number: int, language: str) -> None:
        self.fields: Values | None = None
        self.rows: dict[Any, dict[str, Values]] = {}  # by their model and number
        self.danish: Values = {}
        content = versions.versions_of(obj).filter(number=number).values_list("content", flat=True).first()
        if content is None:
            return
        before = type(obj)(pk=obj.pk)
        rows = serialization.deserialize(before, content)
        is_read = worst_state(one.language_state(language) for one in (before, *rows)) == TranslationState.REVIEWED
        self.fields = model_to_dict(before) | {"is_read": is_read}
        for row in rows:
            self.rows.setdefault(type(row), {})[str(row.pk)] = model_to_dict(row)
        self.danish = _danish_texts([before, *rows])


class MergeConflict:
    """What a form sends, put together with what was saved since it was opened. `merged` is the form to show."""

    def __init__(self, posted: QueryDict, saved_by: str, ancestor: CommonAncestor) -> None:
        self.posted, self.merged, self.saved_by, self.ancestor = posted, posted.copy(), saved_by, ancestor
        self.saved_values: dict[str, str] = {}  # what is to be told at a field, by its name on the page
        self.orphaned: list[UnsavedInput] = []
        self.has_changes = False  # whether anything on the page is not as it was when it was opened

    @property
    def sentence(self) -> str:
        neither = "I har ikke ændret de samme felter."
        both = "Ved de felter, I begge har ændret, står den tekst, der er gemt."
        return (
            f"{self.saved_by} har gemt, mens du skrev. Din tekst står i felterne og er ikke gemt. I de felter, du ikke "
            f"har rørt, står det, der er gemt nu. {both if self.saved_values else neither} "
            "Ret til, og gem igen: Så gælder det, der står her."
        )

    def add_errors(self, form: Any) -> None:
        """Say at each field of `form` what is saved there."""
        for name in list(form.fields):
            if sentence := self.saved_values.get(form.add_prefix(name)):
                form.add_error(None if name == "DELETE" else name, sentence)

    def merge(self, form: Any, ancestor: Values | None, at: str | None, to: str) -> None:
        """Fill the fields that begin with `to`. `form` holds what is saved; what was typed begins with `at`, if any."""
        has_changes = False
        for name, field in editable_fields(form):
            saved = initial_value(form, name, form.initial)
            sent = submitted_data(field.widget, field.prepare_value(saved))
            is_new = ancestor is None or normalise_value(field, initial_value(form, name, ancestor)) != normalise_value(
                field, saved
            )
            has_changes |= is_new
            if at is not None and self.is_touched(form, name, ancestor, at):
                if is_new and self.is_touched(form, name, form.initial, at):
                    self.saved_values[to + name] = describe_saved(field, saved)
                sent = {tail: self.posted.getlist(at + name + tail) for tail in sent}
            for tail, values in sent.items():
                self.set_values(to + name + tail, values)
        self.has_changes |= has_changes
        if at and f"{at}DELETE" in self.posted:
            self.set_values(f"{to}DELETE", ["on"])
            if has_changes:
                self.saved_values[f"{to}DELETE"] = (
                    f"{self.saved_by} har ændret det, du vil slette. Se på det, før du gemmer."
                )

    def set_values(self, key: str, values: list[str]) -> None:
        if values:
            self.merged.setlist(key, values)
        else:
            self.merged.pop(key, None)  # a box without a tick sends nothing

    def is_touched(self, form: Any, name: str, before: Values | None, at: str) -> bool:
        """Whether a field was sent as something else than it was `before`."""
        field = form.fields[name]
        if field.widget.value_omitted_from_data(self.posted, {}, at + name):
            return False
        sent = field.widget.value_from_datadict(self.posted, {}, at + name)
        began = initial_value(form, name, form.initial if before is None else before)
        return bool(field.has_changed(normalise_value(field, began), normalise_value(field, sent)))

    def differs(self, form: Any, before: Values | None, at: str) -> bool:
        return any(self.is_touched(form, name, before, at) for name, _field in editable_fields(form))

    def merge_rows(self, formset: Any, whole: Any, *, may_add: bool) -> None:
        """The rows that are saved, in their order, and after them those that only the sender has."""
        prefix, saved = formset.prefix, {str(form.instance.pk): form for form in formset.forms}
        ancestor, places = self.ancestor.rows.get(formset.model, {}), self.take_rows(prefix)
        by_pk = {self.posted.get(f"{at}id", ""): at for at in places}
        for number, (pk, form) in enumerate(saved.items()):
            self.merge(form, ancestor.get(pk), by_pk.get(pk), f"{prefix}-{number}-")
            self.set_values(f"{prefix}-{number}-id", [pk])
        self.has_changes |= bool(ancestor.keys() - saved.keys())
        only_here = self.only_here(formset, ancestor, saved, places)
        if not may_add:
            self.orphaned += unsaved_input(type(whole), _with_prefix(self.posted, only_here))
            only_here = []
        for number, at in enumerate(only_here, len(saved)):
            for key, values in _with_prefix(self.posted, [at]):
                self.set_values(f"{prefix}-{number}-{key.removeprefix(at)}", values)
            self.set_values(f"{prefix}-{number}-id", [""])
        self.set_values(f"{prefix}-TOTAL_FORMS", [str(len(saved) + len(only_here))])
        self.set_values(f"{prefix}-INITIAL_FORMS", [str(len(saved))])

    def take_rows(self, prefix: str) -> list[str]:
        """What the fields of each row that was sent begin with. They are taken out of the form to show."""
        found = {int(place[2]): key for key in self.posted if (place := ROW.fullmatch(key)) and place[1] == prefix}
        places = [f"{prefix}-{number}-" for number in sorted(found)]
        for key, _values in _with_prefix(self.posted, places):
            self.set_values(key, [])
        return places

    def only_here(
        self, formset: Any, ancestor: dict[str, Values], saved: dict[str, Any], places: list[str]
    ) -> list[str]:
        """Of the rows that were sent, those written in and deleted meanwhile, and new ones not saved a moment ago."""
        blank, added = formset.empty_form, [form for pk, form in saved.items() if pk not in ancestor]

        def is_only_here(at: str) -> bool:
            if pk := self.posted.get(f"{at}id"):
                return (
                    pk not in saved and f"{at}DELETE" not in self.posted and self.differs(blank, ancestor.get(pk), at)
                )
            return all(self.differs(form, form.initial, at) for form in added)

        return [at for at in places if is_only_here(at)]


def merge_if_stale(model_admin: Any, request: HttpRequest, obj: Any) -> MergeConflict | None:
    """What somebody saved since the form was opened that `request` sends, put together with it.

    The request then sends what was put together. None when all that stands on the page is as it was: they may have
    written in another language, and then nobody is asked anything.
    """
    seen, newest = request.POST.get("seen", ""), versions.newest_version(obj)
    if newest is None or seen in {"", str(newest.number)}:
        return None
    number = int(seen) if re.fullmatch(r"[0-9]{1,9}", seen) else 0
    form = model_admin.get_form(request, obj, change=True)(instance=obj)
    conflict = MergeConflict(request.POST, _saved_by(request, obj, number), CommonAncestor(obj, number, form.language))
    conflict.merge(form, conflict.ancestor.fields, "", "")
    for kind, inline in model_admin.get_formsets_with_inlines(request, obj):
        if inline.has_change_permission(request, obj):
            rows = kind(instance=obj, prefix=kind.get_default_prefix(), queryset=inline.get_queryset(request))
            conflict.merge_rows(rows, obj, may_add=inline.has_add_permission(request, obj))
    conflict.set_values("seen", [str(newest.number)])
    if form.language != SOURCE:
        conflict.has_changes |= conflict.ancestor.danish != _danish_texts([obj, *obj.parts()])
    request.POST = conflict.merged  # type: ignore[assignment]
    return conflict if conflict.has_changes else None


def deleted_meanwhile(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """For what was sent to something that is deleted: all that was typed, to copy from, and where to find the rest."""
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    context = model_admin.admin_site.each_context(request) | {
        "title": "Slettet, mens du skrev", "opts": model_admin.model._meta, "model_admin": model_admin,
        "typed": unsaved_input(model_admin.model, request.POST.lists()), "deleted": model_admin.address("deleted"),
    }  # fmt: skip
    return TemplateResponse(request, "editorial/gone.html", context, status=409)


def unsaved_input(model: Any, sent: Iterable[tuple[str, list[str]]]) -> list[UnsavedInput]:
    """The words and facts a form sends, by what their fields are called."""
    found: list[UnsavedInput] = []
    for key, values in sent:
        kind, name, before = model, key, ""
        if (place := ROW.fullmatch(key)) and place[1] in model.part_names:
            kind, name = model._meta.get_field(place[1]).related_model, place[3]
            before = f"{capfirst(kind._meta.verbose_name)} {int(place[2]) + 1}: "
        column = _column(kind, name)
        if column is None or not any(values):
            continue
        text = ", ".join(str(dict(column.flatchoices).get(value, value)) for value in values)
        is_prose = isinstance(getattr(column, "translated_field", column), prose.ProseField)
        label = before + capfirst(str(column.verbose_name))
        if found and found[-1].label == label:  # the other half of a moment
            text = f"{found.pop().text} {text}"
        language = getattr(column, "language", SOURCE)
        found.append(UnsavedInput(label, text, language, direction(language), is_prose))
    return found


def _column(model: Any, name: str) -> Any:
    """The column somebody typed into: a moment is sent in two halves, "starts_at_0" and "starts_at_1"."""
    columns = {
        one.name: one for one in model._meta.concrete_fields
        if one.editable and not (one.is_relation or one.primary_key or isinstance(one, BooleanField))
    }  # fmt: skip
    return columns.get(name) or columns.get(re.sub(r"_[01]\Z", "", name))


def _saved_by(request: HttpRequest, obj: Any, seen: int) -> str:
    later = versions.versions_of(obj).filter(number__gt=seen).order_by("number")
    mine, names = request.user.get_username(), later.values_list("saved_by__username", flat=True)
    return " og ".join(dict.fromkeys("Du selv" if name == mine else name or "En anden" for name in names)) or "En anden"


def _danish_texts(objects: Iterable[Any]) -> Values:
    """What translators see beside their fields."""
    return {f"{obj._meta.label_lower} {obj.pk}": obj.texts(SOURCE) for obj in objects}


def _with_prefix(sent: QueryDict, places: list[str]) -> list[tuple[str, list[str]]]:
    return [(key, values) for key, values in sent.lists() if key.startswith(tuple(places))]
