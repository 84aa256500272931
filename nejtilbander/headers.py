"""The security headers that Django does not set by itself, on every answer."""

from csp.constants import NONE, SELF
from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest, HttpResponse

from nejtilbander.inlined import BREAKDOWN_STYLE_HASH, QUICK_EXIT_HASH, RIDDLE_HASH, STYLE_HASH

PUBLIC_POLICY = {
    "default-src": [NONE],
    "style-src": [STYLE_HASH, BREAKDOWN_STYLE_HASH],
    "script-src": [QUICK_EXIT_HASH, RIDDLE_HASH],
    "img-src": [SELF, "data:"],
    "connect-src": [SELF],  # lets auditing tools read robots.txt; readers' pages never connect
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
}
# Stock Django admin needs its own files; the hashes are for our own error pages there (docs/decisions/0002).
STAFF_POLICY = PUBLIC_POLICY | {"style-src": [SELF, STYLE_HASH, BREAKDOWN_STYLE_HASH], "script-src": [SELF]}
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
            parts.config = STAFF_POLICY if request.path_info.startswith("/admin/") else PUBLIC_POLICY
        return parts

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = ", ".join(f"{feature}=()" for feature in FEATURES)
        response.headers.setdefault("Cache-Control", "no-cache")
        return super().process_response(request, response)
