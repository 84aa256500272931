"""Translation forms: each field beside the Danish text, with what has changed in it since it was translated."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Field
from django.forms import ModelForm
from django.forms.renderers import BaseRenderer
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString

from nejtilbander.editorial.forms.values import normalise_value
from nejtilbander.i18n.languages import CODES, DANISH_NAMES, SOURCE
from nejtilbander.i18n.models import Translated
from nejtilbander.publishing import serialization, versions
from nejtilbander.publishing.models import ContentModel
from nejtilbander.text.diff import diff_html
from nejtilbander.text.prose import ProseField, render_facts, to_plain_text

TARGET_LANGUAGES = [(code, name) for code, name in settings.LANGUAGES if code != SOURCE]
NAMES = dict(settings.LANGUAGES)  # in their own words
MAX_VERSIONS = 50  # looked through for the Danish text that a translation was made from
CHANGED = "Ændret på dansk siden oversættelsen:"
CHANGED_LOOKS = "Ordene er de samme på dansk siden oversættelsen. Overskrifter, fed skrift eller links er ændret:"
FormData = Mapping[str, Any]


def requested_language(request: HttpRequest) -> str:
    """The language of the form, from the query string: ?sprog=ar. Danish when it names none of the site's."""
    code = request.GET.get("sprog", SOURCE)
    return code if code in CODES else SOURCE


def language_label(code: str) -> SafeString | str:
    """The Danish name of a language, with what it calls itself: "Arabisk (العربية)"."""
    danish = DANISH_NAMES[code].capitalize()
    if code == SOURCE:
        return danish
    return format_html('{} (<bdi lang="{}">{}</bdi>)', danish, code, NAMES[code])


def field_label(column: Field) -> str:
    """What staff call a field: "Begynder", and for a text "Titel på dansk"."""
    code = getattr(column, "language", None)
    name = str(getattr(column, "translated_field", column).verbose_name)
    return f"{name[:1].upper()}{name[1:]}" + (f" på {DANISH_NAMES[code]}" if code else "")


def may_translate(user: User | AnonymousUser, language: str) -> bool:
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

    def value_from_datadict(self, data: FormData, files: MultiValueDict, name: str) -> object:
        return self.inner.value_from_datadict(data, files, name)

    def value_omitted_from_data(self, data: FormData, files: MultiValueDict, name: str) -> bool:
        return self.inner.value_omitted_from_data(data, files, name)

    def render(
        self, name: str, value: object, attrs: dict[str, object] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        return format_html(
            '<div class="beside"><div class="danish" lang="da" dir="ltr">{}</div><div>{}</div></div>',
            self.danish or "–",
            self.inner.render(name, value, attrs, renderer),
        )


def source_version(obj: Translated, language: str) -> Translated | None:
    """`obj` as it was when it was translated to `language`, when the Danish has changed since; else None.

    It is the newest version whose Danish has the hash that the translation remembers; None too when it is not among
    the newest `MAX_VERSIONS`.
    """
    source = obj.translations.get(language, {}).get("source")
    if not obj.pk or source in {None, obj.source_hash()} or (parent := _parent(obj)) is None:
        return None
    contents = versions.versions_of(parent).values_list("content", flat=True)[:MAX_VERSIONS]
    for content in contents.iterator(chunk_size=5):  # the first few are nearly always enough
        version = type(parent)()
        version.pk = parent.pk
        rows = serialization.deserialize(version, content)
        if match := next((row for row in (version, *rows) if row == obj and row.source_hash() == source), None):
            return match
    return None


def _parent(obj: Translated) -> ContentModel | None:
    """The object that `obj` is, or is a part of (`part_names`)."""
    for field in obj._meta.concrete_fields:
        if field.remote_field and field.remote_field.name in getattr(field.related_model, "part_names", ()):
            parent: ContentModel = getattr(obj, field.name)
            return parent
    return obj if isinstance(obj, ContentModel) else None


def source_html(obj: Translated, name: str, previous: Translated | None) -> SafeString | str:
    """The Danish of one field as translators see it: as a diff when it reads otherwise in `previous`."""
    is_prose = isinstance(obj._meta.get_field(name), ProseField)
    now = getattr(obj, f"{name}_{SOURCE}") or ""
    was = (getattr(previous, f"{name}_{SOURCE}") or "") if previous else now
    shown = render_facts(now) if is_prose else now
    if was == now:
        return shown
    words = (to_plain_text(was), to_plain_text(now)) if is_prose else (was, now)
    if words[0] == words[1]:
        return format_html('<p class="desk-changed">{}</p>{}', CHANGED_LOOKS, shown)
    template = '<p class="desk-changed">{}</p><div class="desk-difference">{}</div>'
    return format_html(template, CHANGED, diff_html(*words))


class SideBySideForm(ModelForm):
    """A form with the Danish text beside each field of another language."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        columns: dict[str, Any] = {column.name: column for column in self._meta.model._meta.concrete_fields}
        previous: dict[str, Translated | None] = {}  # by language
        for name, field in self.fields.items():
            language = getattr(columns.get(name), "language", None)
            if language is None or language == SOURCE or name == columns[name].translated_field.name:
                continue
            if language not in previous:
                previous[language] = source_version(self.instance, language)
            danish = source_html(self.instance, columns[name].translated_field.name, previous[language])
            field.widget = SideBySideWidget(field.widget, danish)

    @cached_property
    def changed_data(self) -> list[str]:
        """Without fields that differ only in what a browser makes of them: "\\r\\n" at the end of a line."""
        changed = [self[name] for name in super().changed_data]
        return [
            bound.name for bound in changed
            if normalise_value(bound.field, bound.initial) != normalise_value(bound.field, bound.data)
        ]  # fmt: skip
