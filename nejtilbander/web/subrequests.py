"""The page at a public address, made in this process by the view that readers get it from.

Previews, the link checker, redirects and social cards ask for pages this way, also in a process that does not answer
readers.
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
    """A reader's GET of `path` on SITE_URL. `query` is what follows the question mark."""

    def __init__(self, path: str, query: str, language: str) -> None:
        super().__init__()
        self.method, self.path, self.path_info = "GET", path, path
        self.GET = QueryDict(query)
        self.LANGUAGE_CODE = language
        self.META = {"QUERY_STRING": query, "REMOTE_ADDR": "127.0.0.1"}
        self._url = urlsplit(settings.SITE_URL)  # this process may not know the public name as its own

    def get_host(self) -> str:
        return self._url.netloc

    def _get_scheme(self) -> str:
        return self._url.scheme


def resolve_public(path: str) -> ResolverMatch | None:
    """The public view at `path`, in the path's language; None where there is none."""
    theirs = [one for one in get_resolver().url_patterns if isinstance(one.pattern, LocalePrefixPattern)]
    try:
        with translation.override(language_of(path)):
            return URLResolver(RegexPattern(r"^/"), theirs).resolve(path)
    except Resolver404:
        return None


def language_of(path: str) -> str:
    return translation.get_language_from_path(path) or SOURCE


def get_response(path: str, query: str = "") -> HttpResponse:
    """What the public view at `path` answers, not rendered yet. Raises Http404, or Withdrawn, as the view does."""
    found = resolve_public(path)
    if found is None:
        raise Http404
    language = language_of(path)
    request = PublicRequest(path, query, language)
    request.resolver_match = found
    with translation.override(language):
        response: HttpResponse = found.func(request, *found.args, **found.kwargs)
    return response


def get_page(path: str, query: str = "") -> HttpResponse | None:
    """What readers get at `path`, rendered: a page or a redirect. None where there is neither."""
    try:
        response = get_response(path, query)
    except Http404:
        return None
    except Withdrawn as withdrawn:
        return HttpResponseRedirect(withdrawn.to) if withdrawn.to else None
    return render(response, path) if response.status_code in {200, *REDIRECTS} else None


def render(response: HttpResponse, path: str) -> HttpResponse:
    """`response` with its content, in the language of `path`."""
    with translation.override(language_of(path)):
        return response.render() if hasattr(response, "render") else response
