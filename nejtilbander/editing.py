"""How staff write in six languages, in the stock admin: on a copy, Danish beside the language being written."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import DateField, Field, URLField
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.csrf import csrf_protect
from modeltranslation.admin import TranslationAdmin, TranslationStackedInline

from nejtilbander import conflicts, desk, fitting, versions
from nejtilbander.changes import difference
from nejtilbander.conflicts import Conflict
from nejtilbander.editor import EditorAdmin
from nejtilbander.languages import CODES, SOURCE, State, Translated, direction, worst
from nejtilbander.listing import Listing
from nejtilbander.matching import fold
from nejtilbander.moments import refuse_far_away
from nejtilbander.prose import ProseField, finished, plain

OTHERS = [(code, name) for code, name in settings.LANGUAGES if code != SOURCE]
NAMES = dict(settings.LANGUAGES)
PICTURE = ("picture", "is_decorative")  # facts of whatever may have one
LOOKED_AT = 50  # versions
SAVED = "Gemt som kladde. Læserne ser det først, når det bliver udgivet."
CHANGED = "Ændret på dansk siden oversættelsen:"
CHANGED_LOOKS = "Ordene er de samme på dansk siden oversættelsen. Overskrifter, fed skrift eller links er ændret:"
PROSE_HELP = "Numre skrives som {politi}, {alarm} eller {offerraadgivning}."


def language_asked(request: HttpRequest) -> str:
    """The language being written: ?sprog=ar. Danish unless another of ours is asked for."""
    asked = request.GET.get("sprog", SOURCE)
    return asked if asked in CODES else SOURCE


def may_translate(user: Any, language: str) -> bool:
    return language != SOURCE and user.has_perm(f"nejtilbander.translate_{language}")


class Beside(forms.Widget):
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


def translated_from(thing: Translated, language: str) -> Any:
    """`thing` as it was when it was translated, where the Danish has changed since; None where nobody can say.

    It is the newest version with the Danish that the translation remembers. At most `LOOKED_AT` are looked through.
    """
    source = thing.translations.get(language, {}).get("source")
    if not thing.pk or source in {None, thing.source_hash()}:
        return None
    whole = _whole(thing)
    contents = versions.of(whole).values_list("content", flat=True)[:LOOKED_AT]
    for content in contents.iterator(chunk_size=5):  # the first few are nearly always enough
        before = type(whole)(pk=whole.pk)
        rows = versions.in_memory(before, content)
        if one := next((one for one in (before, *rows) if one == thing and one.source_hash() == source), None):
            return one
    return None


def _whole(thing: Any) -> Any:
    """What `thing` is a row inside; else `thing` itself."""
    for field in thing._meta.concrete_fields:
        if field.is_relation and field.remote_field.name in getattr(field.related_model, "part_names", ()):
            return getattr(thing, field.name)
    return thing


def danish_of(thing: Translated, name: str, before: Translated | None) -> SafeString | str:
    """The Danish of one field as translators see it: what is new in it, when it was something else `before`."""
    is_prose = isinstance(thing._meta.get_field(name), ProseField)
    now = getattr(thing, f"{name}_{SOURCE}") or ""
    was = (getattr(before, f"{name}_{SOURCE}") or "") if before else now
    shown = finished(now) if is_prose else now
    if was == now:
        return shown
    words = (plain(was), plain(now)) if is_prose else (was, now)
    if words[0] == words[1]:
        return format_html('<p class="desk-changed">{}</p>{}', CHANGED_LOOKS, shown)
    told = '<p class="desk-changed">{}</p><div class="desk-difference">{}</div>'
    return format_html(told, CHANGED, difference(*words))


class BesideDanish(ModelForm):
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
                before[language] = translated_from(self.instance, language)
            danish = danish_of(self.instance, column.translated_field.name, before[language])
            field.widget = Beside(field.widget, danish)

    @cached_property
    def changed_data(self) -> list[str]:
        """Without what a browser alone sends as something else: it makes two signs of the end of a line."""
        return [name for name in super().changed_data if self._is_another(self[name])]

    @staticmethod
    def _is_another(bound: Any) -> bool:
        return bool(conflicts.tidy(bound.field, bound.initial) != conflicts.tidy(bound.field, bound.data))


class ContentForm(BesideDanish):
    """The form of anything we write. It knows which version it was opened on, so that nobody's work is lost."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    is_small = forms.BooleanField(
        label="Lille rettelse", required=False,
        help_text="Sæt mærket, når oversættelserne stadig passer, fx efter en stavefejl.",
    )  # fmt: skip
    is_read = forms.BooleanField(
        label="Læst af en sprogkyndig", required=False,
        help_text="Sæt mærket, når en, der taler sproget, har læst oversættelsen og siger, at den passer.",
    )  # fmt: skip

    language = SOURCE  # set by ContentAdmin.get_form
    conflict: Conflict | None = None  # likewise
    left_out: versions.Content = {}  # likewise: what of the working copy somebody else has taken since
    newly_read = False  # set in the save, for the rows inside

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["is_read" if self.language == SOURCE else "is_small"]
        if not self.instance.pk:
            self.fields.pop("is_small", None)
            return
        for finding in fitting.taken(self.instance, self.left_out):
            if field := self.fields.get(finding.field):
                field.help_text = format_html('<strong class="errornote">{}</strong>', finding.sentence)
        newest = versions.newest(self.instance)
        self.initial["seen"] = newest.number if newest else 1  # what readers see becomes the first
        if self.language != SOURCE:
            things = (self.instance, *self.instance.parts())
            self.initial["is_read"] = worst(thing.language_state(self.language) for thing in things) == State.REVIEWED

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.conflict:
            self.conflict.tell(self)
            raise forms.ValidationError(self.conflict.sentence)
        return data


class FormsOfRows(forms.BaseInlineFormSet):
    """The rows inside, as forms below the form of their page."""

    conflict: Conflict | None = None  # set by RowsInside.get_formset

    def clean(self) -> None:
        for form in self.forms if self.conflict else []:
            self.conflict.tell(form)  # type: ignore[union-attr]
        super().clean()


class LanguageFields:
    """Every field says which language and direction it is in. For forms and the rows inside them."""

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> Any:
        if isinstance(db_field, URLField):
            kwargs["assume_scheme"] = "https"
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if field and isinstance(db_field, DateField):  # a DateTimeField is one
            field.validators.append(refuse_far_away)
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


class RowsInside(LanguageFields):
    """Rows that are written with their page: all of them in Danish, only their words in another language."""

    extra = 0
    view_on_site = False
    form = BesideDanish
    formset = FormsOfRows

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)  # type: ignore[misc]
        formset.conflict = getattr(request, "conflict", None)
        return formset

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        model: Any = self.model  # type: ignore[attr-defined]
        language = language_asked(request)
        words = [f"{name}_{language}" for name in model.content_fields]
        if language != SOURCE:
            return [(None, {"fields": words})]
        own = [
            field.name for field in versions.columns(model)
            if not hasattr(field, "translated_field") and field.editable and not field.is_relation
        ]  # fmt: skip
        return [(None, {"fields": [*own, *words]})]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return language_asked(request) == SOURCE and super().has_add_permission(request, obj)  # type: ignore[misc]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return language_asked(request) == SOURCE and super().has_delete_permission(request, obj)  # type: ignore[misc]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_translate(request.user, language_asked(request)) or super().has_change_permission(request, obj)  # type: ignore[misc]


class StackedRows(RowsInside, TranslationStackedInline):
    pass


class ContentAdmin(EditorAdmin, LanguageFields, TranslationAdmin):
    """Saving adds a version and changes nothing that readers see; publishing does (docs/decisions/0010)."""

    form = ContentForm
    change_form_template = "admin/content/change_form.html"
    change_list_template = "admin/content/change_list.html"
    search_fields = [f"search_text_{code}" for code in CODES]
    list_per_page = 60
    facts: tuple[str, ...] = ()  # fields that are the same in every language
    care = ("owner", "review_by")  # who looks after it; for staff, and never a part of a version

    # What the form shows

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        model: Any = self.model
        language = language_asked(request) if obj else SOURCE
        words = [f"{name}_{language}" for name in model.content_fields if name != "withdrawn_reason"]
        if language != SOURCE:
            return [(f"{NAMES[language]} ved siden af dansk", {"fields": ["seen", *words, "is_read"]})]
        ends = [("Til sidst", {"fields": ["is_small"]})] if obj else []
        return [(None, {"fields": ["seen", *self.facts]}), (NAMES[SOURCE], {"fields": words}), *ends]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {
            "language": language_asked(request) if obj else SOURCE, "conflict": getattr(request, "conflict", None),
            "left_out": getattr(request, "left_out", {}),
        })  # fmt: skip

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return Listing

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        found = super().get_changelist_instance(request)
        newest = versions.newest_of([self.model._meta.label_lower]).defer("content")
        drafts = {draft.object_id: draft for draft in newest}
        for thing in found.result_list:
            thing.draft = drafts.get(thing.pk)
        return found

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """On the public site's own address, once there is an answer: the staff process has nothing but the admin."""
        if not hasattr(obj, "get_absolute_url") or not obj.has_been_public:
            return None
        return f"{settings.SITE_URL}{obj.get_absolute_url()}"

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        return super().get_search_results(request, queryset, fold(search_term))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        context["show_save_and_add_another"] = False
        thing = kwargs.get("obj") or context.get("original")
        if thing is not None and thing.pk:
            context |= desk.around(request, self, thing) | {
                "language_asked": language_asked(request), "show_save_and_continue": False,
                "conflict": getattr(request, "conflict", None),
            }  # fmt: skip
        return super().render_change_form(request, context, *args, **kwargs)

    # Who may

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A translator may change words of a chosen language, on that language's page and nowhere else."""
        return super().has_change_permission(request, obj) or may_translate(request.user, language_asked(request))

    def may_write(self, request: HttpRequest) -> bool:
        """Whether all of it, in every language, is theirs to change: a translator's address line does not give that."""
        return super().has_change_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_translator = any(may_translate(request.user, code) for code, _ in OTHERS)
        return super().has_view_permission(request, obj) or is_translator

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What readers have seen is only deleted by those who publish; what the site cannot do without, by nobody."""
        is_theirs = obj is None or obj.public_from is None or self.has_publish_permission(request)
        return is_theirs and not getattr(obj, "is_fixed", False) and super().has_delete_permission(request, obj)

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(f"nejtilbander.publish_{self.model._meta.app_label}"))

    # Saving

    @method_decorator(csrf_protect)
    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        try:
            return self._working_copy_view(request, object_id, form_url, extra_context)
        except IntegrityError:  # somebody took the address at this very moment: asked again, the form itself sees it
            if request.method != "POST":
                raise
            return self._working_copy_view(request, object_id, form_url, extra_context)

    def _working_copy_view(self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: Any) -> Any:
        """The form of the working copy. The admin saves it into the rows as ever; then the rows are put back as
        readers see them, and what was saved is kept as a version."""
        thing = self.get_object(request, unquote(object_id)) if object_id else None
        is_sent = request.method == "POST"
        if thing is None and object_id and is_sent:
            return conflicts.gone(self, request)
        if thing is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            if is_sent:
                try:
                    thing = versions.locked(thing)
                except self.model.DoesNotExist:  # it was there a moment ago
                    return conflicts.gone(self, request)
                versions.begin(thing)
            public_ids = versions.ids_in(versions.content_of(thing))
            content = None
            with versions.as_working_copy(thing) as left_out:
                request.left_out = left_out  # type: ignore[attr-defined]
                if is_sent and self.has_change_permission(request, thing):
                    request.conflict = conflicts.met(self, request, thing)  # type: ignore[attr-defined]
                response = self._changeform_view(request, object_id, form_url, extra_context)
                if hasattr(response, "render"):
                    response.render()
                elif hasattr(request, "saved_words"):
                    saved = self.model._default_manager.get(pk=thing.pk)
                    last = versions.newest(thing)
                    known = public_ids | (versions.ids_in(last.content) if last else set())
                    content = versions.with_lasting_ids(versions.content_of(saved), known)
                    thing = saved
            if content is not None:
                self._record(request, thing, content)
        return response

    def _record(self, request: HttpRequest, thing: Any, content: versions.Content) -> None:
        if versions.record(thing, content, _staff(request)):
            super().log_change(request, thing, request.saved_words)  # type: ignore[attr-defined]
            self.message_user(request, SAVED, messages.SUCCESS)
        else:
            self.message_user(request, "Der var ikke noget nyt at gemme.", messages.INFO)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Kept back until the rows are as they were: else the line would be undone with them."""
        request.saved_words = message  # type: ignore[attr-defined]

    def save_model(self, request: HttpRequest, obj: Translated, form: ContentForm, change: bool) -> None:
        before = type(obj)._default_manager.filter(pk=obj.pk).first()
        super().save_model(request, obj, form, change)
        form.newly_read = form.cleaned_data.get("is_read", False) and not form.initial.get("is_read")
        self.note_translation(obj, form, before)

    def save_related(self, request: HttpRequest, form: ContentForm, formsets: Any, change: bool) -> None:
        """The rows inside are translated with the page they belong to: its ticks speak for them too."""
        before = {row: row for row in form.instance.parts()}
        super().save_related(request, form, formsets, change)
        for row in form.instance.parts():
            self.note_translation(row, form, before.get(row))
        if not change:
            thing = type(form.instance)._default_manager.get(pk=form.instance.pk)
            versions.record(thing, versions.content_of(thing), _staff(request))

    @staticmethod
    def note_translation(thing: Translated, form: ContentForm, before: Translated | None) -> None:
        """Keep what this save says of each translation of `thing`, which was `before`.

        A new tick means it was read as it stands. A translation that was changed follows the Danish of today. A small
        correction of the Danish leaves those that were right, right.
        """
        language = form.language
        if language == SOURCE:
            if before and form.cleaned_data.get("is_small"):
                for code in thing.translations.keys() & CODES:
                    if before.language_state(code) in {State.UNREAD, State.REVIEWED}:
                        thing.translations[code]["source"] = thing.source_hash()
        elif thing.language_state(language) != State.MISSING:
            is_read = form.cleaned_data.get("is_read", False)
            is_changed = before is None or thing.lasting_texts(language) != before.lasting_texts(language)
            if form.newly_read or is_changed or language not in thing.translations:
                thing.mark_translated(language, read=is_read)
            elif not is_read:
                thing.translations[language]["read"] = False
        thing.save(update_fields=["translations"])

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """On to its form: there it is translated, looked at and published."""
        self.message_user(request, SAVED, messages.SUCCESS)
        return HttpResponseRedirect(self.address("change", obj.pk))

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Back to the form: most who save want to go on, look, or publish."""
        return HttpResponseRedirect(request.get_full_path())

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """What is deleted can be found again: its last version stays, and no plan of it is carried out."""
        versions.begin(obj)
        versions.forget_plans(obj)
        super().delete_model(request, obj)

    def brought_back(self, request: HttpRequest, obj: Any) -> None:
        """What staff should know of a thing that was deleted and found again."""

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """No deleting of many at once: each is looked at first."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    # The desk's own pages

    def get_urls(self) -> list[Any]:
        name = f"{self.model._meta.app_label}_{self.model._meta.model_name}"

        def page(address: str, view: Any, called: str) -> Any:
            def inside(request: HttpRequest, **kwargs: Any) -> Any:
                return view(request, self, **kwargs)

            return path(address, self.admin_site.admin_view(inside), name=f"{name}_{called}")

        return [
            page("<int:pk>/udgiv/", desk.publish, "publish"),
            page("<int:pk>/drop-planen/", desk.drop_plan, "drop_plan"),
            page("<int:pk>/traek-tilbage/", desk.withdraw, "withdraw"),
            page("<int:pk>/se/<str:language>/", desk.look, "look"),
            page("<int:pk>/se/<str:language>/side/", desk.looked_at, "looked_at"),
            page("<int:pk>/del/", desk.share, "share"),
            page("<int:pk>/omsorg/", desk.care, "care"),
            page("<int:pk>/history/", desk.history, "history"),
            page("<int:pk>/version/<int:number>/", desk.version, "version"),
            page("slettede/", desk.deleted, "deleted"),
            *super().get_urls(),
        ]

    def address(self, called: str, *given: Any) -> str:
        """Of one of this model's pages in the admin."""
        return reverse(f"admin:{self.model._meta.app_label}_{self.model._meta.model_name}_{called}", args=given)

    # Columns of the list, and rows of the admin's front page

    def of_concern(self) -> Any:
        """What of this kind stands on the admin's front page."""
        return self.model._default_manager.all()

    @admin.display(description="hvor den står")
    def standing(self, obj: Any) -> str:
        number, has_plan = (obj.draft.number, obj.draft.has_plan) if obj.draft else (None, False)
        return str(versions.standing(obj, number, has_plan=has_plan).label)

    @admin.display(description="sprog")
    def language_states(self, obj: Translated) -> SafeString:
        """One word a language, for lists."""
        return format_html_join(
            " · ",
            "{}: {}",
            ((code, State(obj.language_state(code)).label) for code in CODES if code != SOURCE),
        )


def _staff(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None
