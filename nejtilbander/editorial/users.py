"""The admin of users and roles. An administrator gives users roles, and can grant nobody more than the roles do."""

from collections import defaultdict

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import EmailField, Field, ManyToManyField
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from nejtilbander.editorial.audit_trail import AuditedDeletions
from nejtilbander.web.form_fields import MailAddressField

VERBS = {"view": "se", "add": "tilføje", "change": "rette", "delete": "slette"}

admin.site.unregister([User, Group])


@admin.register(User)
class StaffUserAdmin(AuditedDeletions, UserAdmin):
    """Permissions come with roles alone. Django's widgets for many choices and for times are not accessible."""

    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Hvem", {"fields": ("first_name", "last_name", "email")}),
        ("Roller", {"fields": ("groups",)}),
        ("Login", {"fields": ("is_active", "is_staff", "is_superuser", "last_login", "date_joined")}),
    )
    filter_horizontal = ()

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        return ["last_login", "date_joined", *([] if request.user.is_superuser else ["is_superuser"])]

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: object) -> forms.Field | None:
        if isinstance(db_field, EmailField):
            kwargs["form_class"] = MailAddressField
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def formfield_for_manytomany(
        self, db_field: ManyToManyField, request: HttpRequest, **kwargs: object
    ) -> forms.ModelMultipleChoiceField | None:
        kwargs["widget"] = forms.CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return _may_manage(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return _may_manage(request, obj) and super().has_delete_permission(request, obj)


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
        lines = (f"{name}: {', '.join(verbs)}" if verbs else name for name, verbs in verbs_of.items())
        return format_html_join("", "<div>{}</div>", ((line,) for line in lines))

    @admin.display(description="hvem har den")
    def people(self, obj: Group) -> str:
        return ", ".join(user.get_username() for user in obj.user_set.order_by("username")) or "ingen"
