"""The security headers that Django does not set by itself, on every answer."""

from csp.constants import NONCE, NONE, SELF
from csp.middleware import HEADER, CSPMiddleware, PolicyParts
from csp.utils import build_policy
from django.http import HttpRequest, HttpResponse

from nejtilbander.caching.policy import is_admin_request
from nejtilbander.web.errors import SECRET_KWARGS
from nejtilbander.web.inline_assets import CHALLENGE_HASH, QUICK_EXIT_HASH, SERVER_ERROR_STYLE_HASH, STYLE_HASH

PUBLIC_POLICY = {
    "default-src": [NONE],
    "style-src": [STYLE_HASH, SERVER_ERROR_STYLE_HASH],
    "script-src": [QUICK_EXIT_HASH, CHALLENGE_HASH],
    "img-src": [SELF, "data:"],
    "connect-src": [SELF],  # lets auditing tools read robots.txt; readers' pages never connect
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
}
# Without a nonce it is the same for every page: written out once, it no longer costs a third of a page from memory.
PUBLIC_HEADER = build_policy(PUBLIC_POLICY)
# The one <style> that the prose editor puts in its page; another version of the editor has another.
EDITOR_STYLE_HASH = "'sha256-PlumsSlvJ7vvWzjqibGAYKq92O3y/4JTxWWsWJvyUYA='"
# Stock Django admin needs its own files; the hashes are for our own error pages there (docs/decisions/0002). The
# nonce is for the editor's import map (editor.py), and is sent with the pages that have one.
STAFF_POLICY = PUBLIC_POLICY | {
    "style-src": [SELF, STYLE_HASH, SERVER_ERROR_STYLE_HASH, EDITOR_STYLE_HASH],
    "script-src": [SELF, NONCE],
    "frame-src": [SELF],
}
# A draft shown inside the staff's page, exactly as a reader will get it.
PREVIEW_POLICY = PUBLIC_POLICY | {"frame-ancestors": [SELF]}
# In a shared cache (deploy/nginx), what is gone takes the place of what was there: that must not come back on the day
# when the site is away, for then caches hand out what they have.
GONE_CACHE_CONTROL = "public, max-age=0, must-revalidate, s-maxage=1"
FEATURES = ("camera", "display-capture", "geolocation", "microphone", "payment", "usb", "browsing-topics")


class PolicyMiddleware(CSPMiddleware):
    """Content-Security-Policy by area, resource isolation, switched-off features and a default for caches."""

    def get_policy_parts(
        self,
        request: HttpRequest,
        response: HttpResponse,
        report_only: bool = False,
    ) -> PolicyParts:
        parts: PolicyParts = super().get_policy_parts(request, response, report_only)
        if not report_only:
            parts.config = _policy(request, response)
        return parts

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = ", ".join(f"{feature}=()" for feature in FEATURES)
        response.headers.setdefault("Cache-Control", GONE_CACHE_CONTROL if _is_gone(request, response) else "no-cache")
        if _policy(request, response) is PUBLIC_POLICY:
            response.headers[HEADER] = PUBLIC_HEADER
            return response
        return super().process_response(request, response)


def _policy(request: HttpRequest, response: HttpResponse) -> dict[str, list[str]]:
    area = STAFF_POLICY if is_admin_request(request) else PUBLIC_POLICY
    return getattr(response, "policy", area)


def _is_gone(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether readers find nothing here, or are sent elsewhere; unless the address itself is a secret."""
    secrets = getattr(request.resolver_match, "kwargs", {}).keys() & SECRET_KWARGS
    is_readers = request.method in {"GET", "HEAD"} and not is_admin_request(request)
    return is_readers and not secrets and response.status_code in {301, 302, 404, 410}
