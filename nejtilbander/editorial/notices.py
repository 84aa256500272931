"""Staff edit the notices on every page."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from nejtilbander.editorial.model_admin import ContentAdmin
from nejtilbander.notices.models import Notice


@admin.register(Notice)
class NoticeAdmin(ContentAdmin):
    shared_fields = ("level",)
    list_display = ["title_da", "level", "publication_status", "public_from", "public_until", "language_states"]
    list_filter = ["level"]

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Whoever may publish pages may publish what stands on all of them."""
        return bool(request.user.has_perm("nejtilbander.publish_pages"))

    def dashboard_queryset(self) -> Any:
        """One whose time is over is nobody's work any more, in no language."""
        return super().dashboard_queryset().exclude(public_until__lte=timezone.now())
