"""ContentAdmin: the base ModelAdmin of everything staff write in six languages and publish."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_protect
from modeltranslation.admin import TranslationAdmin

from nejtilbander.editorial import reviews
from nejtilbander.editorial.changelist import ContentChangeList, ContentListMixin
from nejtilbander.editorial.forms import fieldsets, merge
from nejtilbander.editorial.forms.content import ChangeMessage, ContentForm, state_of, update_translation_state
from nejtilbander.editorial.forms.errors import error_links
from nejtilbander.editorial.forms.inlines import LanguageFieldsMixin
from nejtilbander.editorial.forms.prose_editor import with_nonce
from nejtilbander.editorial.forms.translation import TARGET_LANGUAGES, may_translate, requested_language
from nejtilbander.editorial.list_search import WorkingCopySearchMixin
from nejtilbander.editorial.toolbar import THEN, ToolbarAction, next_url
from nejtilbander.editorial.views import (
    after_save,
    base,
    history,
    ownership,
    preview,
    publish,
    review,
    trash,
    undo,
    withdraw,
)
from nejtilbander.editorial.views.content_actions import content_actions
from nejtilbander.i18n.languages import SOURCE
from nejtilbander.publishing import actions, serialization, versions
from nejtilbander.publishing.models import ContentModel

PICTURE_GROUP = ("Billede", ("picture", "is_decorative", "picture_alt"))  # of every Pictured model
SAVED_MESSAGE = "Gemt som kladde. Læserne ser det først, når det bliver udgivet."

Context = dict[str, Any]
ContentT = TypeVar("ContentT", bound=ContentModel)


class ContentAdmin(ContentListMixin, WorkingCopySearchMixin, LanguageFieldsMixin, TranslationAdmin, Generic[ContentT]):
    """Saving adds a version and changes nothing that readers see; publishing does (docs/decisions/0010)."""

    model: type[ContentT]
    form = ContentForm
    change_form_template = "editorial/change_form.html"
    change_list_template = "editorial/change_list.html"
    delete_confirmation_template = "editorial/delete.html"
    list_per_page = 60
    groups: fieldsets.Groups = ()  # of facts on the form (forms/fieldsets.py): every field but the texts that lead it
    _changeform_view: Callable[..., HttpResponse]  # Django's own, which django-stubs leaves out

    # Form and list

    def get_fieldsets(self, request: HttpRequest, obj: ContentT | None = None) -> fieldsets.Fieldsets:
        language = requested_language(request) if obj else SOURCE
        may_change = self.has_change_permission(request, obj) if obj else True
        if language != SOURCE:
            return fieldsets.translation_fieldsets(self.model, language, may_change=may_change)
        return fieldsets.danish_fieldsets(
            self.model, self.groups, is_new=obj is None, may_change=may_change, shown=state_of(request).left_out
        )

    def get_form(
        self, request: HttpRequest, obj: ContentT | None = None, change: bool = False, **kwargs: object
    ) -> type[ContentForm]:
        form = super().get_form(request, obj, change=change, **kwargs)
        state, language = state_of(request), requested_language(request) if obj else SOURCE
        attributes = {"language": language, "conflict": state.conflict, "left_out": state.left_out}
        return type(form.__name__, (form,), attributes)

    def get_changelist(self, request: HttpRequest, **kwargs: object) -> type[ContentChangeList]:
        return ContentChangeList

    def get_view_on_site_url(self, obj: ContentT | None = None) -> str | None:
        """The public URL on SITE_URL, once the object has been public: the staff process serves the admin alone."""
        if obj is None or not hasattr(obj, "get_absolute_url") or not obj.has_been_public:
            return None
        return f"{settings.SITE_URL}{obj.get_absolute_url()}"

    def render_change_form(self, request: HttpRequest, context: Context, **kwargs: object) -> HttpResponse:
        context["media"] = with_nonce(context["media"], request)
        context["error_links"] = error_links(context["adminform"], context["inline_admin_formsets"])
        obj: ContentT | None = context.get("original")
        context["may_save"] = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        if obj:
            context |= base.form_context(request, self, obj) | {"conflict": state_of(request).conflict}
            context["toolbar"] = self.toolbar_actions(request, obj)
        return super().render_change_form(request, context, **kwargs)

    def toolbar_actions(self, request: HttpRequest, obj: ContentT) -> list[ToolbarAction]:
        """What the user may do with `obj` from its change form, in the order it is shown."""
        row, may_publish = self.model._default_manager.get(pk=obj.pk), self.has_publish_permission(request)
        own: list[ToolbarAction] = []
        if self.has_change_permission(request, obj):
            own = reviews.toolbar_actions(request, row, self.url_for("review", obj.pk), may_publish=may_publish)
        return [*content_actions(request, self, obj), *own, *undo.toolbar_actions(request, self, row)]

    def get_actions(self, request: HttpRequest) -> dict[str, tuple[Callable[..., str], str, str]]:
        """Without "delete selected": each object is looked at before it is deleted."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    # Permissions

    def has_change_permission(self, request: HttpRequest, obj: ContentT | None = None) -> bool:
        """True for a translator too, on the form of a language that is theirs and nowhere else."""
        return super().has_change_permission(request, obj) or may_translate(request.user, requested_language(request))

    def has_full_change_permission(self, request: HttpRequest) -> bool:
        """True for those who may change everything, in every language; a translator may not, whatever ?sprog= says."""
        return super().has_change_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: ContentT | None = None) -> bool:
        is_translator = any(may_translate(request.user, code) for code, _ in TARGET_LANGUAGES)
        return super().has_view_permission(request, obj) or is_translator

    def has_delete_permission(self, request: HttpRequest, obj: ContentT | None = None) -> bool:
        """What has been published is deleted only by those who may publish, and what `is_fixed` by nobody."""
        is_allowed = obj is None or obj.public_from is None or self.has_publish_permission(request)
        return is_allowed and not (obj and obj.is_fixed) and super().has_delete_permission(request, obj)

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(self.model.publish_permission())

    # Saving

    @method_decorator(csrf_protect)
    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Context | None = None,
    ) -> HttpResponse:
        try:
            return self._working_copy_view(request, object_id, form_url, extra_context)
        except IntegrityError:  # somebody took the address at this very moment: asked again, the form itself sees it
            if request.method != "POST":
                raise
            return self._working_copy_view(request, object_id, form_url, extra_context)

    def _working_copy_view(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: Context | None
    ) -> HttpResponse:
        """Django's change form, on the working copy.

        Django saves the form into the rows as ever. Then the rows are rolled back to what readers see, and what was
        saved is added as a version.
        """
        obj = self.get_object(request, unquote(object_id)) if object_id else None
        is_post = request.method == "POST"
        if obj is None and object_id and is_post:
            return trash.deleted_meanwhile(request, self)
        if obj is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            if is_post:
                try:
                    obj = versions.lock(obj)
                except self.model.DoesNotExist:  # deleted since it was fetched above
                    return trash.deleted_meanwhile(request, self)
                versions.ensure_first_version(obj)
            public_ids = serialization.part_ids(serialization.serialize(obj))
            saved: tuple[ContentT, serialization.Content] | None = None
            with versions.as_working_copy(obj) as left_out:
                state = state_of(request)
                state.left_out = left_out
                if is_post and self.has_change_permission(request, obj):
                    self._merge_if_stale(request, obj)
                response = self._changeform_view(request, object_id, form_url, extra_context)
                if isinstance(response, TemplateResponse):
                    response.render()
                elif state.change_message is not None:
                    saved = versions.with_content(self.model, obj.pk, public_ids)
            if saved:
                self._save_version(request, *saved)
        return response

    def _merge_if_stale(self, request: HttpRequest, obj: ContentT) -> None:
        """Replaces the data of a form that was opened on an older version with a merge of both (forms/merge.py)."""
        conflict = None
        if stale := merge.find_stale(request.POST, obj):
            conflict = merge.merge(self, request, obj, stale)
            request.POST = conflict.merged  # type: ignore[assignment]
        state_of(request).conflict = conflict if conflict and conflict.has_changes else None

    def _save_version(self, request: HttpRequest, obj: ContentT, content: serialization.Content) -> None:
        if versions.save_version(obj, content, base.staff_user(request)):
            super().log_change(request, obj, state_of(request).change_message)
            self.message_user(request, SAVED_MESSAGE, messages.SUCCESS)
        elif THEN not in request.POST:
            self.message_user(request, "Der var ikke noget nyt at gemme.", messages.INFO)

    def log_change(self, request: HttpRequest, obj: ContentT, message: ChangeMessage) -> None:
        """Keeps the message until the rows have been rolled back: a log entry made now would go with them."""
        state_of(request).change_message = message

    def save_model(self, request: HttpRequest, obj: ContentT, form: ContentForm, change: bool) -> None:
        previous = type(obj)._default_manager.filter(pk=obj.pk).first()
        super().save_model(request, obj, form, change)
        form.newly_read = form.cleaned_data.get("is_read", False) and not form.initial.get("is_read")
        update_translation_state(obj, form, previous)

    def save_related(
        self, request: HttpRequest, form: ContentForm, formsets: list[BaseInlineFormSet], change: bool
    ) -> None:
        """The inline rows are translated with their object: the ticks on its form hold for them too."""
        previous = {row: row for row in form.instance.parts()}
        super().save_related(request, form, formsets, change)
        for row in form.instance.parts():
            update_translation_state(row, form, previous.get(row))
        if not change:
            obj = type(form.instance)._default_manager.get(pk=form.instance.pk)
            versions.save_version(obj, serialization.serialize(obj), base.staff_user(request))

    def response_add(self, request: HttpRequest, obj: ContentT, post_url_continue: str | None = None) -> HttpResponse:
        """Redirects to the change form: there it is translated, previewed and published."""
        self.message_user(request, SAVED_MESSAGE, messages.SUCCESS)
        return after_save.redirect(request, self.url_for("change", obj.pk))

    def response_change(self, request: HttpRequest, obj: ContentT) -> HttpResponse:
        """Redirects to where the button leads that saved the form, or back to the form."""
        url = next_url(request, self.toolbar_actions(request, obj))
        return after_save.redirect(request, url or request.get_full_path())

    def delete_model(self, request: HttpRequest, obj: ContentT) -> None:
        """Keeps the last version, for the recycle bin, and cancels planned publications."""
        versions.ensure_first_version(obj)
        actions.cancel_plans(obj)
        super().delete_model(request, obj)

    def after_restore(self, request: HttpRequest, obj: ContentT) -> None:
        """Hook: `obj` has been restored from the recycle bin. For a warning to staff."""

    # URLs

    def get_urls(self) -> list[URLPattern]:
        model_name = f"{self.model._meta.app_label}_{self.model._meta.model_name}"

        def page(route: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
            def with_model_admin(request: HttpRequest, **kwargs: object) -> HttpResponse:
                return view(request, self, **kwargs)

            return path(route, self.admin_site.admin_view(with_model_admin), name=f"{model_name}_{name}")

        return [
            page("<int:pk>/udgiv/", publish.publish, "publish"),
            page("<int:pk>/fortryd/", undo.undo, "undo"),
            page("<int:pk>/drop-planen/", publish.drop_plan, "drop_plan"),
            page("<int:pk>/traek-tilbage/", withdraw.withdraw, "withdraw"),
            page("<int:pk>/se/<str:language>/", preview.preview, "look"),
            page("<int:pk>/se/<str:language>/side/", preview.preview_frame, "looked_at"),
            page("<int:pk>/del/", preview.share, "share"),
            page("<int:pk>/omsorg/", ownership.ownership, "care"),
            page("<int:pk>/gennemsyn/", review.review, "review"),
            page("<int:pk>/history/", history.history, "history"),
            page("<int:pk>/version/<int:number>/", history.version_detail, "version"),
            page("slettede/", trash.recycle_bin, "deleted"),
            *super().get_urls(),
        ]

    def url_for(self, page: str, *args: object) -> str:
        """The URL of one of this model's admin pages, as url_for("change", pk)."""
        return reverse(f"admin:{self.model._meta.app_label}_{self.model._meta.model_name}_{page}", args=args)

    # Dashboard

    def dashboard_queryset(self) -> QuerySet[ContentT]:
        """The objects of Min side and the overview."""
        return self.model._default_manager.all()
