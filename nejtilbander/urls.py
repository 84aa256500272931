"""The site's URLs. Danish has no prefix; the other languages have one each, and the same Danish slugs."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path, re_path

from nejtilbander.operations import health, metrics
from nejtilbander.site import posters, views
from nejtilbander.site.feeds import news
from nejtilbander.site.sitemaps import SITEMAPS
from nejtilbander.web import documents, error_views
from nejtilbander.web.decorators import public_view
from nejtilbander.web.previews import shared_preview

# The internet-facing process has no admin, and no drafts. The staff process serves nothing else, and the worker, if it
# is run by a server at all, only the probes: the public patterns below then only serve to reverse links.
STAFF, DRAFTS = [], []
if settings.SITE_ROLE in {"staff", "all"}:
    from django.contrib import admin

    STAFF = [path("admin/konto/", include("nejtilbander.accounts.urls")), path("admin/", admin.site.urls)]
    DRAFTS = i18n_patterns(path("kladde/<str:secret>/", shared_preview, name="shared"), prefix_default_language=False)
PROBES = [
    path("healthz", health.health, name="health"),
    path("healthz/worker", health.worker_health, name="worker_health"),
    path("readyz", health.readiness, name="ready"),
    path("metrics", metrics.metrics if settings.SITE_ROLE == "staff" else views.nothing_here, name="metrics"),
]
# On the staff process too: drafts show their pictures and documents. The digest names the bytes, which never change.
_PICTURE = r"^billede/(?P<digest>[0-9a-f]{16})-(?P<width>\d{1,4})\.(?P<kind>\w+)$"
_DOCUMENT = r"^dokument/(?P<digest>[0-9a-f]{16})\.pdf$"
MEDIA = [re_path(_PICTURE, views.picture, name="picture"), re_path(_DOCUMENT, documents.document, name="document")]
NOTHING_ELSE = [path("", views.nothing_here), path("<path:rest>", views.nothing_here)]

urlpatterns = [
    *PROBES,
    *STAFF,
    *DRAFTS,
    *(MEDIA if settings.SITE_ROLE in {"public", "staff", "all"} else []),
    *(NOTHING_ELSE if settings.SITE_ROLE not in {"public", "all"} else []),
    path("robots.txt", views.robots, name="robots"),
    path("favicon.ico", views.favicon, name="favicon"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
    path("sitemap.xml", public_view(3600)(sitemap), {"sitemaps": SITEMAPS}, name="sitemap"),
    *i18n_patterns(
        path("", views.front, name="front"),
        path("soeg/", views.search, name="search"),
        path("was", views.accessibility_statement, name="was"),
        path("forlad", views.quick_exit, name="leave"),
        path("aktuelt.atom", news, name="news"),
        path("aktuelt/", views.latest, name="latest"),
        # No <int:number>: it takes 02 too, and every page has one address.
        re_path(r"^aktuelt/side/(?P<number>[1-9][0-9]{0,2})/$", views.latest, name="latest_page"),
        path("plakat/", posters.guide_poster, name="guide_poster"),
        path("plakat/butik/", posters.shop_poster, name="shop_poster"),
        path("kort.png", views.social_card, {"address": ""}, name="front_card"),
        path("<path:address>kort.png", views.social_card, name="card"),
        path("", include("events.urls")),
        path("", include("pages.urls")),
        prefix_default_language=False,
    ),
]
handler400 = error_views.bad_request
handler403 = error_views.forbidden
handler404 = error_views.not_found
handler500 = error_views.server_error
