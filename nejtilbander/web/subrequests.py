"""Sub-requests: call the public view at an address within this process, without HTTP and middleware.

Previews, the link checker, redirects and social cards get pages this way, also in a process that serves no public page.
"""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import Resolver404, ResolverMatch, URLResolver, get_resolver
from django.urls.resolvers import LocalePrefixPattern, RegexPattern
from django.utils import translation

from nejtilbander.i18n.languages import SOURCE
from nejtilbander.publishing.models import Withdrawn

REDIRECTS = {301, 302, 303, 307, 308}


class PublicRequest(HttpRequest):
    """A visitor's GET of `path` on SITE_URL. `query` is the query string, without its question mark."""

    def __init__(self, path: str, query: str, language: str) -> None:
        super().__init__()
        self.method, self.path, self.path_info = "GET", path, path
        self.GET = QueryDict(query)
        self.LANGUAGE_CODE = language
        self.META = {"QUERY_STRING": query, "REMOTE_ADDR": "127.0.0.1"}
        self._url = urlsplit(settings.SITE_URL)  # the public host may not be in this process's ALLOWED_HOSTS

    def get_host(self) -> str:
        return self._url.netloc

    def _get_scheme(self) -> str:
        return self._url.scheme


def resolve_public(path: str) -> ResolverMatch | None:
    """The public view at `path`, in the path's language; None where there is none."""
    patterns = [entry for entry in get_resolver().url_patterns if isinstance(entry.pattern, LocalePrefixPattern)]
    try:
        with translation.override(language_of(path)):
            return URLResolver(RegexPattern(r"^/"), patterns).resolve(path)
    except Resolver404:
        return None


def language_of(path: str) -> str:
    return translation.get_language_from_path(path) or SOURCE


def get_response(path: str, query: str = "") -> HttpResponse:
    """The response of the public view at `path`, not rendered yet. Raises Http404, or Withdrawn, as the view does."""
    match = resolve_public(path)
    if match is None:
        raise Http404
    language = language_of(path)
    request = PublicRequest(path, query, language)
    request.resolver_match = match
    with translation.override(language):
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
    return response


def get_page(path: str, query: str = "") -> HttpResponse | None:
    """The rendered page, or the redirect, at `path`; None where there is neither."""
    try:
        response = get_response(path, query)
    except Http404:
        return None
    except Withdrawn as withdrawn:
        return HttpResponseRedirect(withdrawn.to) if withdrawn.to else None
    return render(response, path) if response.status_code in {200, *REDIRECTS} else None


def render(response: HttpResponse, path: str) -> HttpResponse:
    """`response`, its template rendered in the language of `path`."""
    with translation.override(language_of(path)):
        return response.render() if hasattr(response, "render") else response
