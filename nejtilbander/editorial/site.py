"""The admin site, with Min side as its front page (apps.py names it as `default_site`)."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from nejtilbander.audit.actor import View, known_to_audit
from nejtilbander.editorial.desk import entries, views
from nejtilbander.editorial.desk.overview import Overview
from nejtilbander.editorial.desk.sections import build_sections
from nejtilbander.editorial.desk.translations import own_lists
from nejtilbander.editorial.manual import help_url, read_manual
from nejtilbander.editorial.model_admin import ContentAdmin
from nejtilbander.editorial.tools import tool_links
from nejtilbander.editorial.views import approvals, launch, po_files
from nejtilbander.editorial.views.base import staff_user
from nejtilbander.editorial.views.link_targets import link_targets
from nejtilbander.publishing.launch_checklist import checklist


class EditorialSite(admin.AdminSite):
    site_header = site_title = "Odense siger NEJ TIL BANDER"
    index_title = "Min side"
    index_template = "editorial/index.html"
    enable_nav_sidebar = False

    def index(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> TemplateResponse:
        """Min side."""
        model_admins = entries.content_admins(request, list(self._registry.values()))
        loaded = entries.load(model_admins)
        is_writer = any(model_admin.has_full_change_permission(request) for model_admin in model_admins)
        context = {
            "own_lists": own_lists(staff_user(request), loaded),
            "sections": build_sections(request, loaded),
            "overview": Overview(loaded) if is_writer else None,
            "launch": checklist() if model_admins else None,
            "may_tick": launch.may_tick(request),
            "tools": tool_links(request, self.content_admins()),
        }
        return super().index(request, context | (extra_context or {}))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Every page has a link to the paragraph of the manual that is about it."""
        return super().each_context(request) | {"help_url": help_url(request)}

    def manual(self, request: HttpRequest) -> TemplateResponse:
        manual = read_manual()
        context = self.each_context(request) | {"title": manual.title, "manual": manual}
        return TemplateResponse(request, "editorial/manual.html", context)

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """A line of the audit trail that a signal writes says who was at work."""
        return super().admin_view(known_to_audit(view), cacheable)

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        """The login is not the admin's own: nejtilbander/accounts."""
        target = f"{reverse('account_login')}?{request.GET.urlencode()}".rstrip("?")
        return HttpResponseRedirect(target)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        own = [
            path("aabning/<slug:key>/", self.admin_view(launch.set_tick), name="launch_tick"),
            path("overblik/", self.admin_view(views.overview), name="overview"),
            path("overblik/<str:language>/", self.admin_view(views.language), name="translations"),
            path("soeg/", self.admin_view(views.search), name="search"),
            path("sider/", self._view_of_texts(link_targets), name="link_targets"),
            path("ja/<int:pk>/", self.admin_view(approvals.approval), name="approval"),
            path("vejledning/", self.admin_view(self.manual), name="manual"),
            path("po/", self._view_of_texts(po_files.po_files), name="po_files"),
            path("po/hent/", self._view_of_texts(po_files.download), name="po_download"),
        ]
        return [*own, *super().get_urls()]

    def content_admins(self) -> list[ContentAdmin]:
        return [model_admin for model_admin in self._registry.values() if isinstance(model_admin, ContentAdmin)]

    def _view_of_texts(
        self, view: Callable[[HttpRequest, list[ContentAdmin]], HttpResponse]
    ) -> Callable[..., HttpResponse]:
        """`view` behind the login, with the admins of all that staff write as its second argument."""

        def inside(request: HttpRequest) -> HttpResponse:
            return view(request, self.content_admins())

        return self.admin_view(inside)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Logins come last."""
        return sorted(super().get_app_list(request, app_label), key=lambda app: app["app_label"] == "auth")
