"""Full-page cache in a WSGI wrapper, ahead of Django's middleware."""

from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from django.conf import settings

from nejtilbander.caching.store import Environ, StartResponse, is_servable, lookup, request_counts, store_state

Application = Callable[[Environ, StartResponse], Iterable[bytes]]


class PageCacheApplication:
    """The application the server calls: kept pages at once, the rest from `application`.

    `wake` is called for the rest, in whatever process that happens: it looks after the clock. Pages name their own
    address, so they are kept for the site's own (SITE_URL) alone, and no foreign host can fill the shelf.
    """

    def __init__(self, application: Application, ensure_running: Callable[[], object]) -> None:
        self.application, self.ensure_running = application, ensure_running
        site = urlsplit(settings.SITE_URL)
        self.host, self.scheme, self.is_behind_proxy = site.netloc, site.scheme, settings.BEHIND_PROXY
        store_state.is_enabled = True

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        page = None
        if method in {"GET", "HEAD"} and environ.get("HTTP_HOST") == self.host and self.is_right_scheme(environ):
            page = lookup(environ)
            if page is not None and is_servable(page):
                request_counts["old" if page.is_stale else "kept"] += 1
                return page.respond(environ, start_response)
            environ["nejtilbander.keep"] = True
        request_counts["django"] += 1
        self.ensure_running()
        if page is not None:
            page.in_flight = True
        try:
            answer = self.application(environ, start_response)
        finally:
            if page is not None:
                page.in_flight = False
        if method == "HEAD":
            if hasattr(answer, "close"):
                answer.close()
            return []
        return answer

    def is_right_scheme(self, environ: Environ) -> bool:
        told = environ.get("HTTP_X_FORWARDED_PROTO") if self.is_behind_proxy else None
        return bool((told or environ["wsgi.url_scheme"]) == self.scheme)
