"""The admin of the notices on every page."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone

from nejtilbander.editorial.model_admin import ContentAdmin
from nejtilbander.editorial.views.quick_notice import quick_notice
from nejtilbander.notices.models import Notice
from nejtilbander.publishing.models import ContentModel


@admin.register(Notice)
class NoticeAdmin(ContentAdmin):
    groups = ((None, ("level",)),)
    list_display = ["title_da", "level", "publication_status", "public_from", "public_until", "language_states"]
    list_filter = ["level"]
    change_list_template = "editorial/notice_list.html"

    def get_urls(self) -> list[URLPattern]:
        def now(request: HttpRequest) -> HttpResponse:
            return quick_notice(request, self)

        own = path("nu/", self.admin_site.admin_view(now), name="nejtilbander_notice_now")
        return [own, *super().get_urls()]

    def dashboard_queryset(self) -> QuerySet[ContentModel]:
        """Without expired notices: nobody works on them any more, in no language."""
        return super().dashboard_queryset().exclude(public_until__lte=timezone.now())
