"""Security headers that Django does not set by itself, on every response."""

from csp.constants import HEADER, NONCE, NONE, SELF
from csp.middleware import CSPMiddleware, PolicyParts
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from nejtilbander.caching.policy import is_admin_request
from nejtilbander.web.inline_assets import CHALLENGE_HASH, QUICK_EXIT_HASH, SERVER_ERROR_STYLE_HASH, STYLE_HASHES
from nejtilbander.web.secret_addresses import is_secret

PUBLIC_POLICY = {
    "default-src": [NONE],
    "style-src": [*STYLE_HASHES, SERVER_ERROR_STYLE_HASH],
    "script-src": [QUICK_EXIT_HASH, CHALLENGE_HASH],
    "img-src": [SELF, "data:"],
    "connect-src": [SELF],  # lets auditing tools read robots.txt; public pages never connect
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
}
# Without a nonce it is the same for every page. Built once, it no longer costs a third of a page from memory.
PUBLIC_HEADER = build_policy(PUBLIC_POLICY)
# The one <style> that the prose editor puts in its page; another version of the editor has another.
EDITOR_STYLE_HASH = "'sha256-PlumsSlvJ7vvWzjqibGAYKq92O3y/4JTxWWsWJvyUYA='"
# Stock Django admin needs its own files; the hashes are for our own error pages there (docs/decisions/0002). The
# nonce is for the editor's import map (editorial/forms/prose_editor.py), and is sent with the pages that have one.
STAFF_POLICY = PUBLIC_POLICY | {
    "style-src": [SELF, *STYLE_HASHES, SERVER_ERROR_STYLE_HASH, EDITOR_STYLE_HASH],
    "script-src": [SELF, NONCE],
    "frame-src": [SELF],
}
# A draft shown in a frame of the admin, otherwise exactly as a reader will get it. The preview view sets it itself.
# What is searched for there opens on the public site, in a window of its own.
PREVIEW_HEADER = build_policy(PUBLIC_POLICY | {"frame-ancestors": [SELF], "form-action": [settings.SITE_URL]})
# In a shared cache (deploy/nginx) a 404 or 410 replaces the page that was there. It must be revalidated: while the site
# is down, caches serve what they have, and the old page must not come back.
GONE_CACHE_CONTROL = "public, max-age=0, must-revalidate, s-maxage=1"
FEATURES = ("camera", "display-capture", "geolocation", "microphone", "payment", "usb", "browsing-topics")


class PolicyMiddleware(CSPMiddleware):
    """Sets Content-Security-Policy by area, Cross-Origin-Resource-Policy, Permissions-Policy and Cache-Control.

    A Content-Security-Policy or Cache-Control that a view has set stays, but where the address is secret: there nothing
    is stored, and no other site is told, whoever answers.
    """

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only:
            parts.config = STAFF_POLICY
        return parts

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = ", ".join(f"{feature}=()" for feature in FEATURES)
        if is_secret(request.path) and not is_admin_request(request):
            response.headers["Cache-Control"], response.headers["Referrer-Policy"] = "no-store", "no-referrer"
        response.headers.setdefault("Cache-Control", GONE_CACHE_CONTROL if _is_gone(request, response) else "no-cache")
        if is_admin_request(request):
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, PUBLIC_HEADER)
        return response


def _is_gone(request: HttpRequest, response: HttpResponseBase) -> bool:
    """True for a public page that is missing, gone or moved."""
    is_public_read = request.method in {"GET", "HEAD"} and not is_admin_request(request)
    return is_public_read and response.status_code in {301, 302, 404, 410}
