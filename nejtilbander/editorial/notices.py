"""The admin of the notices on every page."""

from django.contrib import admin
from django.db.models import QuerySet
from django.utils import timezone

from nejtilbander.editorial.model_admin import ContentAdmin
from nejtilbander.notices.models import Notice
from nejtilbander.publishing.models import ContentModel


@admin.register(Notice)
class NoticeAdmin(ContentAdmin):
    groups = ((None, ("level",)),)
    list_display = ["title_da", "level", "publication_status", "public_from", "public_until", "language_states"]
    list_filter = ["level"]

    def dashboard_queryset(self) -> QuerySet[ContentModel]:
        """Without expired notices: nobody works on them any more, in no language."""
        return super().dashboard_queryset().exclude(public_until__lte=timezone.now())
