"""What the editorial views share: fetching an object, rendering a page, the admin's log, the change form's context."""

from typing import Any, Protocol

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse

from nejtilbander.editorial import reviews
from nejtilbander.editorial.forms.translation import language_label, requested_language
from nejtilbander.i18n.languages import CODES, SOURCE, TranslationState, direction
from nejtilbander.i18n.models import Translated, state_together
from nejtilbander.publishing import actions, comparison, versions
from nejtilbander.publishing.models import ContentModel, Version

LanguageStates = list[tuple[str, str, TranslationState, bool]]


class EditorialAdmin(Protocol):
    """`ContentAdmin` as the views see it: it imports them, so they cannot import it."""

    admin_site: AdminSite

    @property
    def model(self) -> type[ContentModel]: ...
    def has_add_permission(self, request: HttpRequest) -> bool: ...
    def has_view_permission(self, request: HttpRequest) -> bool: ...
    def has_change_permission(self, request: HttpRequest) -> bool: ...
    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool: ...
    def get_view_on_site_url(self, obj: Any = None) -> str | None: ...
    def has_full_change_permission(self, request: HttpRequest) -> bool: ...
    def has_publish_permission(self, request: HttpRequest) -> bool: ...
    def after_restore(self, request: HttpRequest, obj: Any) -> None: ...
    def dashboard_queryset(self) -> QuerySet[Any]: ...
    def url_for(self, page: str, *args: object) -> str: ...


def get_object(request: HttpRequest, model_admin: EditorialAdmin, pk: int, *, publishing: bool = False) -> ContentModel:
    """Raises PermissionDenied unless the user may view it (and publish it, with `publishing`); Http404."""
    if not model_admin.has_view_permission(request) or (publishing and not model_admin.has_publish_permission(request)):
        raise PermissionDenied
    return get_object_or_404(model_admin.model, pk=pk)


def render_admin_page(
    request: HttpRequest, model_admin: EditorialAdmin, template: str, *, status: int = 200, **context: object
) -> HttpResponse:
    """Renders templates/editorial/<template>.html with the context every page of the admin has."""
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.model._meta,
        "model_admin": model_admin,
        "has_full_change_permission": model_admin.has_full_change_permission(request),
        **context,
    }
    return TemplateResponse(request, f"editorial/{template}.html", context, status=status)


def log_change(request: HttpRequest, obj: ContentModel, message: str) -> None:
    """Adds a LogEntry for what is no version. Every entry is a line of the audit trail too (audit/receivers.py)."""
    LogEntry.objects.log_actions(staff_user(request).pk, [obj], CHANGE, message, single_object=True)


def staff_user(request: HttpRequest) -> User:
    """The logged-in user. Raises PermissionDenied when there is none; the admin lets nobody else come as far."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def form_context(request: HttpRequest, model_admin: EditorialAdmin, obj: ContentModel) -> dict[str, object]:
    """Context of the change form beside its fields: status, versions, languages and what the user may do."""
    row = model_admin.model._default_manager.get(pk=obj.pk)
    newest, plan = versions.newest_version(obj), actions.plan_of(row)
    may_publish, language = model_admin.has_publish_permission(request), requested_language(request)
    return {
        "model_admin": model_admin,
        "newest": newest,
        "status": versions.publication_status(row, newest.number if newest else None, has_plan=plan is not None).label,
        "plan": plan,
        "has_full_change_permission": model_admin.has_full_change_permission(request),
        "may_publish": may_publish,
        "languages": [(code, language_label(code), *rest) for code, _name, *rest in language_states(row)],
        "drop_plan_url": model_admin.url_for("drop_plan", obj.pk),
        "requested_language": language,
        "preview": model_admin.url_for("looked_at", obj.pk, language),
        "review": review_note(request, model_admin, row, newest),
    }


def review_note(
    request: HttpRequest, model_admin: EditorialAdmin, row: ContentModel, newest: Version | None
) -> reviews.ReviewNote:
    """What the form and the page with "Udgiv" say about reviews of `row`, which is as readers see it."""
    return reviews.note(staff_user(request), row, newest, model_admin.url_for("review", row.pk))


def language_states(obj: Translated) -> LanguageStates:
    """(code, name, state, is machine translated) of each language, Danish first: of `obj` and its parts together."""
    texts = [obj, *obj.parts()]
    return [(code, name, *state_together(texts, code)) for code, name in settings.LANGUAGES]


def by_language(
    changes: list[comparison.FieldChange],
) -> list[tuple[str, str, str, list[comparison.FieldChange]]]:
    """(code, name, direction, changes) of each language with any; first those of fields without a language."""
    return [
        (code or SOURCE, language_label(code) if code else "Fælles for alle sprog", direction(code or SOURCE), own)
        for code in ["", *CODES]
        if (own := [change for change in changes if change.language == code])
    ]


def may_be_withdrawn(obj: ContentModel) -> bool:
    """True when it is public or will be, and is not `is_fixed`."""
    return obj.public_from is not None and not obj.is_fixed
