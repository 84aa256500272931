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

from nejtilbander.editorial.forms.values import Values, fields_of, said, sent_of, start, tidy
from nejtilbander.i18n.languages import SOURCE, State, direction, worst
from nejtilbander.publishing import serialization, versions
from nejtilbander.text import prose

ROW = re.compile(r"(\w+)-(\d{1,4})-(\w+)")  # a field of a row inside, as a form names it


class Typed(NamedTuple):
    """What somebody typed in a field that is not there any more."""

    label: str
    text: str
    language: str
    direction: str
    is_prose: bool

    @property
    def looks(self) -> SafeString:
        """Prose as it looks: what is copied from here keeps its headings and links in the editor."""
        return mark_safe(prose.clean(self.text))  # noqa: S308 - cleaned as in every save


class Base:
    """What both began with. `fields` is None when nobody can say: then whatever differs was changed by both."""

    def __init__(self, thing: Any, number: int, language: str) -> None:
        self.fields: Values | None = None
        self.rows: dict[Any, dict[str, Values]] = {}  # by their model and number
        self.danish: Values = {}
        content = versions.of(thing).filter(number=number).values_list("content", flat=True).first()
        if content is None:
            return
        before = type(thing)(pk=thing.pk)
        rows = serialization.in_memory(before, content)
        is_read = worst(one.language_state(language) for one in (before, *rows)) == State.REVIEWED
        self.fields = model_to_dict(before) | {"is_read": is_read}
        for row in rows:
            self.rows.setdefault(type(row), {})[str(row.pk)] = model_to_dict(row)
        self.danish = _danish([before, *rows])


class Conflict:
    """What a form sends, put together with what was saved since it was opened. `merged` is the form to show."""

    def __init__(self, posted: QueryDict, who: str, base: Base) -> None:
        self.posted, self.merged, self.who, self.base = posted, posted.copy(), who, base
        self.stands: dict[str, str] = {}  # what is to be told at a field, by its name on the page
        self.homeless: list[Typed] = []
        self.is_news = False  # whether anything on the page is not as it was when it was opened

    @property
    def sentence(self) -> str:
        both = "Ved de felter, I begge har ændret, står den tekst, der er gemt."
        return (
            f"{self.who} har gemt, mens du skrev. Din tekst står i felterne og er ikke gemt. I de felter, du ikke har "
            f"rørt, står det, der er gemt nu. {both if self.stands else 'I har ikke ændret de samme felter.'} "
            "Ret til, og gem igen: Så gælder det, der står her."
        )

    def tell(self, form: Any) -> None:
        """Say at each field of `form` what is saved there."""
        for name in list(form.fields):
            if sentence := self.stands.get(form.add_prefix(name)):
                form.add_error(None if name == "DELETE" else name, sentence)

    def merge(self, form: Any, base: Values | None, at: str | None, to: str) -> None:
        """Fill the fields that begin with `to`. `form` holds what is saved; what was typed begins with `at`, if any."""
        is_news = False
        for name, field in fields_of(form):
            saved = start(form, name, form.initial)
            sent = sent_of(field.widget, field.prepare_value(saved))
            is_new = base is None or tidy(field, start(form, name, base)) != tidy(field, saved)
            is_news |= is_new
            if at is not None and self.is_touched(form, name, base, at):
                if is_new and self.is_touched(form, name, form.initial, at):
                    self.stands[to + name] = said(field, saved)
                sent = {tail: self.posted.getlist(at + name + tail) for tail in sent}
            for tail, values in sent.items():
                self.put(to + name + tail, values)
        self.is_news |= is_news
        if at and f"{at}DELETE" in self.posted:
            self.put(f"{to}DELETE", ["on"])
            if is_news:
                self.stands[f"{to}DELETE"] = f"{self.who} har ændret det, du vil slette. Se på det, før du gemmer."

    def put(self, key: str, values: list[str]) -> None:
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
        began = start(form, name, form.initial if before is None else before)
        return bool(field.has_changed(tidy(field, began), tidy(field, sent)))

    def differs(self, form: Any, before: Values | None, at: str) -> bool:
        return any(self.is_touched(form, name, before, at) for name, _field in fields_of(form))

    def merge_rows(self, formset: Any, whole: Any, *, may_add: bool) -> None:
        """The rows that are saved, in their order, and after them those that only the sender has."""
        prefix, saved = formset.prefix, {str(form.instance.pk): form for form in formset.forms}
        base, places = self.base.rows.get(formset.model, {}), self.take_rows(prefix)
        by_pk = {self.posted.get(f"{at}id", ""): at for at in places}
        for number, (pk, form) in enumerate(saved.items()):
            self.merge(form, base.get(pk), by_pk.get(pk), f"{prefix}-{number}-")
            self.put(f"{prefix}-{number}-id", [pk])
        self.is_news |= bool(base.keys() - saved.keys())
        only_here = self.only_here(formset, base, saved, places)
        if not may_add:
            self.homeless += typed(type(whole), _beginning(self.posted, only_here))
            only_here = []
        for number, at in enumerate(only_here, len(saved)):
            for key, values in _beginning(self.posted, [at]):
                self.put(f"{prefix}-{number}-{key.removeprefix(at)}", values)
            self.put(f"{prefix}-{number}-id", [""])
        self.put(f"{prefix}-TOTAL_FORMS", [str(len(saved) + len(only_here))])
        self.put(f"{prefix}-INITIAL_FORMS", [str(len(saved))])

    def take_rows(self, prefix: str) -> list[str]:
        """What the fields of each row that was sent begin with. They are taken out of the form to show."""
        found = {int(place[2]): key for key in self.posted if (place := ROW.fullmatch(key)) and place[1] == prefix}
        places = [f"{prefix}-{number}-" for number in sorted(found)]
        for key, _values in _beginning(self.posted, places):
            self.put(key, [])
        return places

    def only_here(self, formset: Any, base: dict[str, Values], saved: dict[str, Any], places: list[str]) -> list[str]:
        """Of the rows that were sent, those written in and deleted meanwhile, and new ones not saved a moment ago."""
        blank, added = formset.empty_form, [form for pk, form in saved.items() if pk not in base]

        def is_only_here(at: str) -> bool:
            if pk := self.posted.get(f"{at}id"):
                return pk not in saved and f"{at}DELETE" not in self.posted and self.differs(blank, base.get(pk), at)
            return all(self.differs(form, form.initial, at) for form in added)

        return [at for at in places if is_only_here(at)]


def met(desk: Any, request: HttpRequest, thing: Any) -> Conflict | None:
    """What somebody saved since the form was opened that `request` sends, put together with it.

    The request then sends what was put together. None when all that stands on the page is as it was: they may have
    written in another language, and then nobody is asked anything.
    """
    seen, newest = request.POST.get("seen", ""), versions.newest(thing)
    if newest is None or seen in {"", str(newest.number)}:
        return None
    number = int(seen) if re.fullmatch(r"[0-9]{1,9}", seen) else 0
    form = desk.get_form(request, thing, change=True)(instance=thing)
    conflict = Conflict(request.POST, _who(request, thing, number), Base(thing, number, form.language))
    conflict.merge(form, conflict.base.fields, "", "")
    for kind, inline in desk.get_formsets_with_inlines(request, thing):
        if inline.has_change_permission(request, thing):
            rows = kind(instance=thing, prefix=kind.get_default_prefix(), queryset=inline.get_queryset(request))
            conflict.merge_rows(rows, thing, may_add=inline.has_add_permission(request, thing))
    conflict.put("seen", [str(newest.number)])
    if form.language != SOURCE:
        conflict.is_news |= conflict.base.danish != _danish([thing, *thing.parts()])
    request.POST = conflict.merged  # type: ignore[assignment]
    return conflict if conflict.is_news else None


def gone(desk: Any, request: HttpRequest) -> HttpResponse:
    """For what was sent to something that is deleted: all that was typed, to copy from, and where to find the rest."""
    if not desk.has_change_permission(request):
        raise PermissionDenied
    context = desk.admin_site.each_context(request) | {
        "title": "Slettet, mens du skrev", "opts": desk.model._meta, "desk": desk,
        "typed": typed(desk.model, request.POST.lists()), "deleted": desk.address("deleted"),
    }  # fmt: skip
    return TemplateResponse(request, "editorial/gone.html", context, status=409)


def typed(model: Any, sent: Iterable[tuple[str, list[str]]]) -> list[Typed]:
    """The words and facts a form sends, by what their fields are called."""
    found: list[Typed] = []
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
        found.append(Typed(label, text, language, direction(language), is_prose))
    return found


def _column(model: Any, name: str) -> Any:
    """The column somebody typed into: a moment is sent in two halves, "starts_at_0" and "starts_at_1"."""
    columns = {
        one.name: one for one in model._meta.concrete_fields
        if one.editable and not (one.is_relation or one.primary_key or isinstance(one, BooleanField))
    }  # fmt: skip
    return columns.get(name) or columns.get(re.sub(r"_[01]\Z", "", name))


def _who(request: HttpRequest, thing: Any, seen: int) -> str:
    later = versions.of(thing).filter(number__gt=seen).order_by("number")
    mine, names = request.user.get_username(), later.values_list("saved_by__username", flat=True)
    return " og ".join(dict.fromkeys("Du selv" if name == mine else name or "En anden" for name in names)) or "En anden"


def _danish(things: Iterable[Any]) -> Values:
    """What translators see beside their fields."""
    return {f"{thing._meta.label_lower} {thing.pk}": thing.texts(SOURCE) for thing in things}


def _beginning(sent: QueryDict, places: list[str]) -> list[tuple[str, list[str]]]:
    return [(key, values) for key, values in sent.lists() if key.startswith(tuple(places))]
