"""The security headers that Django does not set by itself, on every answer."""

from csp.constants import NONCE, NONE, SELF
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
# The one <style> that the prose editor puts in its page; another version of the editor has another.
EDITOR_STYLE_HASH = "'sha256-PlumsSlvJ7vvWzjqibGAYKq92O3y/4JTxWWsWJvyUYA='"
# Stock Django admin needs its own files; the hashes are for our own error pages there (docs/decisions/0002). The
# nonce is for the editor's import map (editor.py), and is sent with the pages that have one.
STAFF_POLICY = PUBLIC_POLICY | {
    "style-src": [SELF, STYLE_HASH, BREAKDOWN_STYLE_HASH, EDITOR_STYLE_HASH],
    "script-src": [SELF, NONCE],
    "frame-src": [SELF],
}
# A draft shown inside the staff's page, exactly as a reader will get it.
LOOK_POLICY = PUBLIC_POLICY | {"frame-ancestors": [SELF]}
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
            area = STAFF_POLICY if request.path_info.startswith("/admin/") else PUBLIC_POLICY
            parts.config = getattr(response, "policy", area)
        return parts

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = ", ".join(f"{feature}=()" for feature in FEATURES)
        response.headers.setdefault("Cache-Control", "no-cache")
        return super().process_response(request, response)
