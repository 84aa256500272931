"""Staff edit what belongs to the whole site: notices on every page, and addresses that have moved."""

import copy
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, QueryDict
from django.urls import Resolver404, ResolverMatch, URLResolver, get_resolver
from django.urls.resolvers import LocalePrefixPattern, RegexPattern
from django.utils import timezone, translation
from modeltranslation.admin import TranslationAdmin

from nejtilbander import moved
from nejtilbander.editing import LanguageFields
from nejtilbander.languages import SOURCE
from nejtilbander.models import Moved, Notice
from nejtilbander.publishing import Withdrawn


@admin.register(Notice)
class NoticeAdmin(LanguageFields, TranslationAdmin):
    """A notice has no draft: it stands on every page from the moment it is saved, if its time has come."""

    list_display = ["title_da", "level", "starts_at", "ends_at", "standing"]
    list_filter = ["level"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        per_language = [
            (
                name,
                {
                    "fields": [f"{field}_{code}" for field in Notice.content_fields],
                    "classes": [] if code == SOURCE else ["collapse"],
                },
            )
            for code, name in settings.LANGUAGES
        ]
        return [(None, {"fields": ["level", "starts_at", "ends_at"]}), *per_language]

    @admin.display(description="står nu", ordering="starts_at")
    def standing(self, obj: Any) -> str:
        now = timezone.now()
        if obj.ends_at <= now:
            return "slut"
        return "vises nu" if obj.starts_at <= now else "planlagt"


class MovedForm(forms.ModelForm):
    def clean_old_path(self) -> str:
        return _whole(self.cleaned_data["old_path"])

    def clean_new_path(self) -> str:
        """It must lead to a page, and straight there: two moves after each other could lead in circles."""
        path = _whole(self.cleaned_data["new_path"])
        if _match(path) is None:
            raise forms.ValidationError("Adressen findes ikke på siden. Se efter, om den er skrevet rigtigt.")
        if further := moved.where(path):
            raise forms.ValidationError(f"Den adresse er selv flyttet, til {further}. Skriv {further} i stedet.")
        return path

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("old_path") and data.get("old_path") == data.get("new_path"):
            self.add_error("new_path", "Den nye adresse er den samme som den gamle.")
        return data


@admin.register(Moved)
class MovedAdmin(admin.ModelAdmin):
    form = MovedForm
    fields = ("old_path", "new_path")
    list_display = ["old_path", "new_path", "made_at"]
    search_fields = ["old_path", "new_path"]

    def save_model(self, request: HttpRequest, obj: Any, form: MovedForm, change: bool) -> None:
        moved.straighten(obj.old_path, obj.new_path)
        super().save_model(request, obj, form, change)
        if _is_living(request, obj.old_path):
            text = "Der er en side på den gamle adresse. Læserne bliver først sendt videre, når den ikke er der mere."
            messages.warning(request, text)
        if not _is_living(request, obj.new_path):
            text = "Der er ingen offentlig side på den nye adresse endnu. Læserne får at vide, at siden ikke findes."
            messages.warning(request, text)


def _whole(path: str) -> str:
    """The path as readers' browsers ask for it: the site's own pages end with a slash."""
    if not moved.is_danish_path(path):
        raise forms.ValidationError(
            'Skriv adressen fra den første skråstreg, uden sprog og uden "?" og "#", fx "/indsatser/klubhuse/".'
        )
    is_file = "." in path.rpartition("/")[2]
    return path if path.endswith("/") or is_file else f"{path}/"


def _match(path: str) -> ResolverMatch | None:
    """Which of the readers' addresses it is, also on a process that does not answer them."""
    pages = [one for one in get_resolver().url_patterns if isinstance(one.pattern, LocalePrefixPattern)]
    try:
        with translation.override(SOURCE):
            return URLResolver(RegexPattern(r"^/"), pages).resolve(path)
    except Resolver404:
        return None


def _is_living(request: HttpRequest, path: str) -> bool:
    """Whether readers get a page there now: the very view that gives it to them is asked."""
    match = _match(path)
    asked = copy.copy(request)
    asked.method, asked.path, asked.path_info = "GET", path, path
    asked.GET = QueryDict()
    try:
        return match is not None and match.func(asked, *match.args, **match.kwargs).status_code < 400
    except (Http404, Withdrawn):
        return False
