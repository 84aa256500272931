"""Who has a login. An administrator makes users and gives roles, and makes nobody stronger than the roles are."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

VERBS = {"view": "se", "add": "tilføje", "change": "rette", "delete": "slette"}

admin.site.unregister([User, Group])


@admin.register(User)
class StaffUserAdmin(UserAdmin):
    """Rights come with roles alone. The stock widgets for many choices and for moments shut screen readers out."""

    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Hvem", {"fields": ("first_name", "last_name", "email")}),
        ("Roller", {"fields": ("groups",)}),
        ("Login", {"fields": ("is_active", "is_staff", "is_superuser", "last_login", "date_joined")}),
    )
    filter_horizontal = ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["last_login", "date_joined", *([] if request.user.is_superuser else ["is_superuser"])]

    def formfield_for_manytomany(self, *given: Any, **kwargs: Any) -> Any:
        return super().formfield_for_manytomany(*given, **kwargs | {"widget": forms.CheckboxSelectMultiple})

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_theirs(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_theirs(request, obj) and super().has_delete_permission(request, obj)

    @staticmethod
    def _is_theirs(request: HttpRequest, obj: Any) -> bool:
        """A superuser's password is not an administrator's to set."""
        return bool(request.user.is_superuser or not (obj and obj.is_superuser))


@admin.register(Group)
class RoleAdmin(admin.ModelAdmin):
    """The roles as they are, to look at: whoever could change one could make anybody stronger."""

    fields = readonly_fields = ("name", "rights", "people")
    search_fields = ["name"]
    ordering = ["name"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="må")
    def rights(self, obj: Any) -> SafeString:
        """A line for each kind of thing, and one for each right of another sort."""
        lines: dict[str, list[str]] = {}
        for right in obj.permissions.select_related("content_type"):
            verb = VERBS.get(right.codename.partition("_")[0])
            lines.setdefault(right.content_type.name if verb else right.name, []).extend([verb] if verb else [])
        said = (f"{what}: {', '.join(verbs)}" if verbs else what for what, verbs in lines.items())
        return format_html_join("", "<div>{}</div>", ((line,) for line in said))

    @admin.display(description="hvem har den")
    def people(self, obj: Any) -> str:
        return ", ".join(user.get_username() for user in obj.user_set.order_by("username")) or "ingen"
