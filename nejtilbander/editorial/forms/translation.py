"""Writing in another language with the Danish beside it, and seeing what is new in that since it was translated."""

from typing import Any

from django import forms
from django.conf import settings
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString

from nejtilbander.editorial.forms.values import normalise_value
from nejtilbander.i18n.languages import CODES, SOURCE
from nejtilbander.i18n.models import Translated
from nejtilbander.publishing import serialization, versions
from nejtilbander.text.diff import diff_html
from nejtilbander.text.prose import ProseField, render_facts, to_plain_text

TARGET_LANGUAGES = [(code, name) for code, name in settings.LANGUAGES if code != SOURCE]
NAMES = dict(settings.LANGUAGES)
MAX_VERSIONS = 50  # versions
CHANGED = "Ændret på dansk siden oversættelsen:"
CHANGED_LOOKS = "Ordene er de samme på dansk siden oversættelsen. Overskrifter, fed skrift eller links er ændret:"


def requested_language(request: HttpRequest) -> str:
    """The language being written: ?sprog=ar. Danish unless another of ours is asked for."""
    asked = request.GET.get("sprog", SOURCE)
    return asked if asked in CODES else SOURCE


def may_translate(user: Any, language: str) -> bool:
    return language != SOURCE and user.has_perm(f"nejtilbander.translate_{language}")


class SideBySideWidget(forms.Widget):
    """A widget with the Danish text beside it."""

    def __init__(self, inner: forms.Widget, danish: SafeString | str) -> None:
        super().__init__(inner.attrs)
        self.inner, self.danish = inner, danish
        self.is_required, self.needs_multipart_form = inner.is_required, inner.needs_multipart_form

    @property
    def media(self) -> forms.Media:
        return self.inner.media

    def id_for_label(self, id_: str) -> str:
        return self.inner.id_for_label(id_)

    def value_from_datadict(self, *given: Any) -> Any:
        return self.inner.value_from_datadict(*given)

    def value_omitted_from_data(self, *given: Any) -> bool:
        return self.inner.value_omitted_from_data(*given)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        return format_html(
            '<div class="beside"><div class="danish" lang="da" dir="ltr">{}</div><div>{}</div></div>',
            self.danish or "–",
            self.inner.render(name, value, attrs, renderer),
        )


def source_version(obj: Translated, language: str) -> Any:
    """`thing` as it was when it was translated, where the Danish has changed since; None where nobody can say.

    It is the newest version with the Danish that the translation remembers. At most `LOOKED_AT` are looked through.
    """
    source = obj.translations.get(language, {}).get("source")
    if not obj.pk or source in {None, obj.source_hash()}:
        return None
    whole = _parent(obj)
    kept = versions.versions_of(whole).values_list("content", flat=True)[:MAX_VERSIONS]
    for content in kept.iterator(chunk_size=5):  # the first few are nearly always enough
        before = type(whole)(pk=whole.pk)
        rows = serialization.deserialize(before, content)
        if one := next((one for one in (before, *rows) if one == obj and one.source_hash() == source), None):
            return one
    return None


def _parent(obj: Any) -> Any:
    """What `thing` is a row inside; else `thing` itself."""
    for field in obj._meta.concrete_fields:
        if field.is_relation and field.remote_field.name in getattr(field.related_model, "part_names", ()):
            return getattr(obj, field.name)
    return obj


def source_html(obj: Translated, name: str, before: Translated | None) -> SafeString | str:
    """The Danish of one field as translators see it: what is new in it, when it was something else `before`."""
    is_prose = isinstance(obj._meta.get_field(name), ProseField)
    now = getattr(obj, f"{name}_{SOURCE}") or ""
    was = (getattr(before, f"{name}_{SOURCE}") or "") if before else now
    shown = render_facts(now) if is_prose else now
    if was == now:
        return shown
    words = (to_plain_text(was), to_plain_text(now)) if is_prose else (was, now)
    if words[0] == words[1]:
        return format_html('<p class="desk-changed">{}</p>{}', CHANGED_LOOKS, shown)
    told = '<p class="desk-changed">{}</p><div class="desk-difference">{}</div>'
    return format_html(told, CHANGED, diff_html(*words))


class SideBySideForm(ModelForm):
    """A form whose translated fields stand beside the Danish they are made from, or what has changed in it since."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        before: dict[str, Any] = {}
        for name, field in self.fields.items():
            column: Any = next((one for one in self._meta.model._meta.concrete_fields if one.name == name), None)
            language = getattr(column, "language", None)
            if language is None or language == SOURCE or column.name == column.translated_field.name:
                continue
            if language not in before:
                before[language] = source_version(self.instance, language)
            danish = source_html(self.instance, column.translated_field.name, before[language])
            field.widget = SideBySideWidget(field.widget, danish)

    @cached_property
    def changed_data(self) -> list[str]:
        """Without what a browser alone sends as something else: it makes two signs of the end of a line."""
        return [name for name in super().changed_data if self._is_another(self[name])]

    @staticmethod
    def _is_another(bound: Any) -> bool:
        return bool(normalise_value(bound.field, bound.initial) != normalise_value(bound.field, bound.data))
