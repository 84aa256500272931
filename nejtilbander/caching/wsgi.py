"""Full-page cache in a WSGI wrapper, ahead of Django's middleware."""

from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from django.conf import settings

from nejtilbander.caching.store import Environ, StartResponse, is_servable, lookup, request_counts, store_state

Application = Callable[[Environ, StartResponse], Iterable[bytes]]


class PageCacheApplication:
    """The WSGI application that the server calls: serves stored pages itself, and passes the rest to `application`.

    `before_request` is called before each request, in whatever process that is: it starts and wakes the change watcher
    there. Pages contain their own address, so only requests for SITE_URL's host and scheme are stored or
    served, and no foreign host or SCRIPT_NAME can fill the store.
    """

    def __init__(self, application: Application, before_request: Callable[[], object]) -> None:
        self.application, self.before_request = application, before_request
        site = urlsplit(settings.SITE_URL)
        self.host, self.scheme, self.is_behind_proxy = site.netloc, site.scheme, settings.BEHIND_PROXY
        store_state.is_enabled = True

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        self.before_request()
        method = environ["REQUEST_METHOD"]
        page = None
        if method in {"GET", "HEAD"} and self.is_at_site_url(environ):
            page = lookup(environ)
            if page is not None and is_servable(page):
                request_counts["old" if page.is_stale else "kept"] += 1
                return page.respond(environ, start_response)
            environ["nejtilbander.keep"] = True
        request_counts["django"] += 1
        if page is not None:
            page.in_flight = True
        try:
            body = self.application(environ, start_response)
        finally:
            if page is not None:
                page.in_flight = False
        if method == "HEAD":
            if hasattr(body, "close"):
                body.close()
            return []
        return body

    def is_at_site_url(self, environ: Environ) -> bool:
        return (
            environ.get("HTTP_HOST") == self.host
            and not environ.get("SCRIPT_NAME")  # it stands in every link, and is no part of the store's key
            and self.is_right_scheme(environ)
        )

    def is_right_scheme(self, environ: Environ) -> bool:
        forwarded = environ.get("HTTP_X_FORWARDED_PROTO") if self.is_behind_proxy else None
        return bool((forwarded or environ["wsgi.url_scheme"]) == self.scheme)
