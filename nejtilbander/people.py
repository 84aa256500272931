"""Who has a login. An administrator makes users and gives roles, and makes nobody stronger than the roles are."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.http import HttpRequest

ABOVE_ROLES = ["is_superuser", "user_permissions"]

admin.site.unregister(User)


@admin.register(User)
class PeopleAdmin(UserAdmin):
    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [] if request.user.is_superuser else ABOVE_ROLES

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_theirs(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_theirs(request, obj) and super().has_delete_permission(request, obj)

    @staticmethod
    def _is_theirs(request: HttpRequest, obj: Any) -> bool:
        """A superuser's password is not an administrator's to set."""
        return bool(request.user.is_superuser or not (obj and obj.is_superuser))
