"""How staff write in six languages, in the stock admin: on a copy, Danish beside the language being written."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.csrf import csrf_protect
from modeltranslation.admin import TranslationAdmin

from nejtilbander.editorial.changelist import ContentChangeList
from nejtilbander.editorial.forms import merge
from nejtilbander.editorial.forms.content import ContentForm, update_translation_state
from nejtilbander.editorial.forms.inlines import LanguageFieldsMixin
from nejtilbander.editorial.forms.prose_editor import EditorAdmin
from nejtilbander.editorial.forms.translation import NAMES, TARGET_LANGUAGES, may_translate, requested_language
from nejtilbander.editorial.views import base, history, preview, publish
from nejtilbander.i18n.languages import CODES, SOURCE, TranslationState
from nejtilbander.i18n.models import Translated
from nejtilbander.publishing import actions, serialization, versions
from nejtilbander.text.normalization import fold

PICTURE_FIELDS = ("picture", "is_decorative")  # facts of whatever may have one
SAVED_MESSAGE = "Gemt som kladde. Læserne ser det først, når det bliver udgivet."


class ContentAdmin(EditorAdmin, LanguageFieldsMixin, TranslationAdmin):
    """Saving adds a version and changes nothing that readers see; publishing does (docs/decisions/0010)."""

    form = ContentForm
    change_form_template = "editorial/change_form.html"
    change_list_template = "editorial/change_list.html"
    search_fields = [f"search_text_{code}" for code in CODES]
    list_per_page = 60
    shared_fields: tuple[str, ...] = ()  # fields that are the same in every language
    _changeform_view: Callable[..., HttpResponse]  # Django's own, which django-stubs leaves out
    care = ("owner", "review_by")  # who looks after it; for staff, and never a part of a version

    # What the form shows

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        model: Any = self.model
        language = requested_language(request) if obj else SOURCE
        words = [f"{name}_{language}" for name in model.content_fields if name != "withdrawn_reason"]
        if language != SOURCE:
            return [(f"{NAMES[language]} ved siden af dansk", {"fields": ["seen", *words, "is_read"]})]
        ends = [("Til sidst", {"fields": ["is_small"]})] if obj else []
        return [(None, {"fields": ["seen", *self.shared_fields]}), (NAMES[SOURCE], {"fields": words}), *ends]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {
            "language": requested_language(request) if obj else SOURCE, "conflict": getattr(request, "conflict", None),
            "left_out": getattr(request, "left_out", {}),
        })  # fmt: skip

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return ContentChangeList

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        found = super().get_changelist_instance(request)
        newest = versions.newest_versions([self.model._meta.label_lower]).defer("content")
        drafts = {draft.object_id: draft for draft in newest}
        for obj in found.result_list:
            obj.draft = drafts.get(obj.pk)
        return found

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """On the public site's own address, once there is an answer: the staff process has nothing but the admin."""
        if not hasattr(obj, "get_absolute_url") or not obj.has_been_public:
            return None
        return f"{settings.SITE_URL}{obj.get_absolute_url()}"

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        return super().get_search_results(request, queryset, fold(search_term))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        context["show_save_and_add_another"] = context["show_save_and_continue"] = False
        obj = kwargs.get("obj") or context.get("original")
        if obj is not None and obj.pk:
            context |= base.form_context(request, self, obj) | {
                "requested_language": requested_language(request),
                "conflict": getattr(request, "conflict", None),
            }  # fmt: skip
        return super().render_change_form(request, context, *args, **kwargs)

    # Who may

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A translator may change words of a chosen language, on that language's page and nowhere else."""
        return super().has_change_permission(request, obj) or may_translate(request.user, requested_language(request))

    def has_write_permission(self, request: HttpRequest) -> bool:
        """Whether all of it, in every language, is theirs to change: a translator's address line does not give that."""
        return super().has_change_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_translator = any(may_translate(request.user, code) for code, _ in TARGET_LANGUAGES)
        return super().has_view_permission(request, obj) or is_translator

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What readers have seen is only deleted by those who publish; what the site cannot do without, by nobody."""
        is_theirs = obj is None or obj.public_from is None or self.has_publish_permission(request)
        return is_theirs and not (obj and obj.is_fixed) and super().has_delete_permission(request, obj)

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
        obj = self.get_object(request, unquote(object_id)) if object_id else None
        is_sent = request.method == "POST"
        if obj is None and object_id and is_sent:
            return merge.deleted_meanwhile(self, request)
        if obj is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            if is_sent:
                try:
                    obj = versions.lock(obj)
                except self.model.DoesNotExist:  # it was there a moment ago
                    return merge.deleted_meanwhile(self, request)
                versions.ensure_first_version(obj)
            public_ids = serialization.part_ids(serialization.serialize(obj))
            content = None
            with versions.as_working_copy(obj) as left_out:
                request.left_out = left_out  # type: ignore[attr-defined]
                if is_sent and self.has_change_permission(request, obj):
                    request.conflict = merge.merge_if_stale(self, request, obj)  # type: ignore[attr-defined]
                response = self._changeform_view(request, object_id, form_url, extra_context)
                if hasattr(response, "render"):
                    response.render()
                elif hasattr(request, "saved_words"):
                    saved = self.model._default_manager.get(pk=obj.pk)
                    last = versions.newest_version(obj)
                    known = public_ids | (serialization.part_ids(last.content) if last else set())
                    content = serialization.assign_permanent_ids(serialization.serialize(saved), known)
                    obj = saved
            if content is not None:
                self._record(request, obj, content)
        return response

    def _record(self, request: HttpRequest, obj: Any, content: serialization.Content) -> None:
        if versions.save_version(obj, content, _staff(request)):
            super().log_change(request, obj, request.saved_words)  # type: ignore[attr-defined]
            self.message_user(request, SAVED_MESSAGE, messages.SUCCESS)
        else:
            self.message_user(request, "Der var ikke noget nyt at gemme.", messages.INFO)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Kept back until the rows are as they were: else the line would be undone with them."""
        request.saved_words = message  # type: ignore[attr-defined]

    def save_model(self, request: HttpRequest, obj: Translated, form: ContentForm, change: bool) -> None:
        before = type(obj)._default_manager.filter(pk=obj.pk).first()
        super().save_model(request, obj, form, change)
        form.newly_read = form.cleaned_data.get("is_read", False) and not form.initial.get("is_read")
        update_translation_state(obj, form, before)

    def save_related(self, request: HttpRequest, form: ContentForm, formsets: Any, change: bool) -> None:
        """The rows inside are translated with the page they belong to: its ticks speak for them too."""
        before = {row: row for row in form.instance.parts()}
        super().save_related(request, form, formsets, change)
        for row in form.instance.parts():
            update_translation_state(row, form, before.get(row))
        if not change:
            obj = type(form.instance)._default_manager.get(pk=form.instance.pk)
            versions.save_version(obj, serialization.serialize(obj), _staff(request))

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """On to its form: there it is translated, looked at and published."""
        self.message_user(request, SAVED_MESSAGE, messages.SUCCESS)
        return HttpResponseRedirect(self.address("change", obj.pk))

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Back to the form: most who save want to go on, look, or publish."""
        return HttpResponseRedirect(request.get_full_path())

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """What is deleted can be found again: its last version stays, and no plan of it is carried out."""
        versions.ensure_first_version(obj)
        actions.cancel_plans(obj)
        super().delete_model(request, obj)

    def after_restore(self, request: HttpRequest, obj: Any) -> None:
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
            page("<int:pk>/udgiv/", publish.publish, "publish"),
            page("<int:pk>/drop-planen/", publish.drop_plan, "drop_plan"),
            page("<int:pk>/traek-tilbage/", publish.withdraw, "withdraw"),
            page("<int:pk>/se/<str:language>/", preview.preview, "look"),
            page("<int:pk>/se/<str:language>/side/", preview.preview_frame, "looked_at"),
            page("<int:pk>/del/", preview.share, "share"),
            page("<int:pk>/omsorg/", base.ownership, "care"),
            page("<int:pk>/history/", history.history, "history"),
            page("<int:pk>/version/<int:number>/", history.version_detail, "version"),
            page("slettede/", history.recycle_bin, "deleted"),
            *super().get_urls(),
        ]

    def address(self, called: str, *given: Any) -> str:
        """Of one of this model's pages in the admin."""
        return reverse(f"admin:{self.model._meta.app_label}_{self.model._meta.model_name}_{called}", args=given)

    # Columns of the list, and rows of the admin's front page

    def dashboard_queryset(self) -> Any:
        """What of this kind stands on the admin's front page."""
        return self.model._default_manager.all()

    @admin.display(description="hvor den står")
    def publication_status(self, obj: Any) -> str:
        number, has_plan = (obj.draft.number, obj.draft.has_plan) if obj.draft else (None, False)
        return str(versions.publication_status(obj, number, has_plan=has_plan).label)

    @admin.display(description="sprog")
    def language_states(self, obj: Translated) -> SafeString:
        """One word a language, for lists."""
        return format_html_join(
            " · ",
            "{}: {}",
            ((code, TranslationState(obj.language_state(code)).label) for code in CODES if code != SOURCE),
        )


def _staff(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None
