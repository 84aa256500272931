"""The admin of users and roles. An administrator gives users roles, and can grant nobody more than the roles do."""

from collections import defaultdict
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import EmailField, Field, ManyToManyField, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.debug import sensitive_post_parameters

from nejtilbander.accounts import letters, sessions
from nejtilbander.accounts.forms import InvitationForm
from nejtilbander.accounts.second_factor import has_factor, require_fresh_second_factor
from nejtilbander.approvals import logins, rules
from nejtilbander.approvals.models import Approval
from nejtilbander.audit.chain import append
from nejtilbander.audit.models import AuditLine
from nejtilbander.editorial.audit_trail import AuditedDeletions
from nejtilbander.editorial.views import approvals, second_factor
from nejtilbander.editorial.views.base import staff_user
from nejtilbander.web.form_fields import MailAddressField

VERBS = {"view": "se", "add": "tilføje", "change": "rette", "delete": "slette"}

admin.site.unregister([User, Group])


FRESH = method_decorator(require_fresh_second_factor)


@admin.register(User)
class StaffUserAdmin(AuditedDeletions, UserAdmin):
    """Permissions come with roles alone. Django's widgets for many choices and for times are not accessible.

    What takes two people (approvals/logins.py) is held back when the form is saved, and asked for.
    """

    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Hvem", {"fields": ("first_name", "last_name", "email")}),
        ("Roller", {"fields": ("groups",)}),
        ("Login", {"fields": ("is_active", "is_staff", "is_superuser", "factor", "last_login", "date_joined")}),
    )
    add_form, add_form_template = InvitationForm, None  # Django's template speaks of a password
    add_fieldsets = ((None, {"fields": ("username", "first_name", "last_name", "email", "groups")}),)
    filter_horizontal = ()
    list_display = ["username", "full_name", "email", "roles", "login"]
    list_filter = ["groups", "is_active"]
    actions = ["send_link", "end_sessions"]
    # Whatever changes a login or its roles; the list for the sake of its actions, which are sent there.
    changelist_view, changeform_view = FRESH(UserAdmin.changelist_view), FRESH(UserAdmin.changeform_view)
    delete_view = FRESH(UserAdmin.delete_view)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description="navn", ordering="first_name", empty_value="")
    def full_name(self, obj: User) -> str:
        return obj.get_full_name()

    @admin.display(description="roller")
    def roles(self, obj: User) -> str:
        return ", ".join(["Må alt"] * obj.is_superuser + [role.name for role in obj.groups.all()]) or "Ingen roller"

    @admin.display(description="login", ordering="is_active")
    def login(self, obj: User) -> str:
        return "Åbent" if obj.is_active and obj.is_staff else "Lukket"

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        return ["factor", "last_login", "date_joined", *([] if request.user.is_superuser else ["is_superuser"])]

    @admin.display(description="anden faktor")
    def factor(self, obj: User) -> str:
        """Whether it has one, and the way to take it away."""
        if not has_factor(obj):
            return "ingen"
        address = reverse("admin:auth_user_factor", args=[obj.pk])
        return format_html('sat op. <a href="{}">Er telefonen væk? Fjern den</a>', address)

    def get_urls(self) -> list[URLPattern]:
        own = path("<int:pk>/anden-faktor/", self.admin_site.admin_view(self.take_factor), name="auth_user_factor")
        return [own, *super().get_urls()]

    @FRESH
    def take_factor(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Raises Http404 for no login, PermissionDenied for one that is not theirs to change."""
        login = get_object_or_404(User, pk=pk)
        if not self.has_change_permission(request, login):
            raise PermissionDenied
        return second_factor.take_away(request, login)

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: object) -> forms.Field | None:
        if isinstance(db_field, EmailField):
            kwargs["form_class"] = MailAddressField
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def formfield_for_manytomany(
        self, db_field: ManyToManyField, request: HttpRequest, **kwargs: object
    ) -> forms.ModelMultipleChoiceField | None:
        kwargs["widget"] = forms.CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @admin.action(description="Send et link til at vælge adgangskode", permissions=["change"])
    def send_link(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            if _may_manage(request, user):
                letters.invite(user)
                append(AuditLine.Kind.ROLE, staff_user(request), user, "link til at vælge adgangskode sendt")

    @admin.action(description="Log ud alle steder", permissions=["change"])
    def end_sessions(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            if _may_manage(request, user):
                sessions.end_all(user)
                append(AuditLine.Kind.LOGOUT, staff_user(request), user, "alle steder")

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return _may_manage(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """False for a login that has done something: what the admin's log says of it stays. It is made inactive.

        Nor one that has asked for a yes: its requests would go with it.
        """
        has_acted = obj is not None and (
            LogEntry.objects.filter(user=obj).exists() or Approval.objects.filter(asked_by=obj).exists()
        )
        return not has_acted and _may_manage(request, obj) and super().has_delete_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Under a lock on the stored row: what somebody else has changed meanwhile is not written back.

        A new login is saved before its roles are looked at, and invited.
        """
        if change:
            stored = User.objects.select_for_update(no_key=True).get(pk=obj.pk)
            obj.password = stored.password
        else:
            super().save_model(request, obj, form, change)
            letters.invite(obj)
            stored = obj
        roles = form.cleaned_data.get("groups", [])
        form.held_back, form.cleaned_data["groups"] = logins.hold_back(staff_user(request), stored, obj, roles)
        held = {*form.held_back.get("flags", []), *form.held_back.get("identity", {})}
        form.changed_data = [name for name in form.changed_data if name not in held]
        if change:
            super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if form.held_back:
            approvals.ask(request, logins.LOGIN, form.instance, form.held_back)

    @FRESH
    @method_decorator(sensitive_post_parameters())
    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002
        """Another's password on a login that is guarded takes a yes. Under a lock, or it might become so meanwhile."""
        login = self.get_object(request, unquote(id))
        if login is None or not self.has_change_permission(request, login):
            return super().user_change_password(request, id, form_url)
        with transaction.atomic():
            User.objects.select_for_update(no_key=True).filter(pk=login.pk).first()
            if not rules.requires_second_person(staff_user(request), logins.PASSWORD, login):
                return super().user_change_password(request, id, form_url)
            return self._change_guarded_password(request, login, form_url)

    def _change_guarded_password(self, request: HttpRequest, login: User, form_url: str) -> HttpResponse:
        """Uses the yes with the form that is valid; without a yes, asks for one."""
        try:
            with transaction.atomic():
                rules.use(staff_user(request), logins.PASSWORD, login)
                answer = super().user_change_password(request, str(login.pk), form_url)
                if answer.status_code != 302:  # a page, or a form that was filled in wrong, uses no yes
                    transaction.set_rollback(True)
        except rules.NeedsApproval:
            return approvals.ask_first(request, logins.PASSWORD, login)
        return answer


def _may_manage(request: HttpRequest, user: User | None) -> bool:
    """False for an administrator on a superuser's page: the password is not theirs to set."""
    return request.user.is_superuser or not (user and user.is_superuser)


@admin.register(Group)
class RoleAdmin(admin.ModelAdmin):
    """Read only: whoever could change a role could grant anybody anything."""

    fields = readonly_fields = ("name", "rights", "people")
    search_fields = ["name"]
    ordering = ["name"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return False

    @admin.display(description="må")
    def rights(self, obj: Group) -> SafeString:
        """One line for each model with its verbs, and one for each permission of another sort."""
        verbs_of: dict[str, list[str]] = defaultdict(list)
        for permission in obj.permissions.select_related("content_type"):
            verb = VERBS.get(permission.codename.partition("_")[0])
            verbs_of[permission.content_type.name if verb else permission.name] += [verb] if verb else []
        # Documents are rows of one name in several models.
        lines = (f"{name}: {', '.join(dict.fromkeys(verbs))}" if verbs else name for name, verbs in verbs_of.items())
        return format_html_join("", "<div>{}</div>", ((line,) for line in lines))

    @admin.display(description="hvem har den")
    def people(self, obj: Group) -> str:
        return ", ".join(user.get_username() for user in obj.user_set.order_by("username")) or "ingen"
