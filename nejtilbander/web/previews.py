"""Previews: a draft as readers would get it, for staff and behind a share link."""

import re
from collections.abc import Callable
from datetime import timedelta

from django.apps import apps
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, resolve_url
from django.template.loader import render_to_string
from django.utils import timezone, translation

from nejtilbander.caching.policy import cache_policy
from nejtilbander.documents import models as documents
from nejtilbander.i18n.languages import SOURCE, path_in_language
from nejtilbander.images import models as images
from nejtilbander.notices import current
from nejtilbander.publishing import versions
from nejtilbander.publishing.models import SHARE_DAYS, ContentModel, SharedPreview
from nejtilbander.security import sealed_boxes
from nejtilbander.web import subrequests
from nejtilbander.web.decorators import NO_STORE, public_view
from nejtilbander.web.preview_links import Target, fragment_of, path_on_site, redirect_links

_PICTURE = re.compile(rb"/billede/([0-9a-f]{16})-\d+\.\w+")
_DOCUMENT = re.compile(rb"/dokument/([0-9a-f]{16})\.pdf")


def preview_page(
    obj: ContentModel,
    language: str,
    in_language: Callable[[str], str],
    elsewhere: Callable[[str], Target | None] = lambda _url: None,
) -> HttpResponse:
    """The page of the working copy in `language`, made by the public view. The database is left as it was.

    An object without an address of its own is previewed on the page that shows it, a notice on top of the front page.
    `in_language`: the address of this preview in a language, which links to the page itself get. `elsewhere`: where
    any other link leads (see `redirect_links`).
    """
    with versions.as_working_copy(obj):
        now = timezone.now()
        rows = type(obj)._default_manager.filter(pk=obj.pk)
        minute = timedelta(minutes=1)
        rows.update(public_from=now - minute, withdrawn_at=None, public_until=now + minute)  # a notice must have an end
        copied = rows.get()
        own_path = resolve_url(copied.shown_on or copied)
        address = path_in_language(own_path, language)
        with current.previewing(copied):
            response = subrequests.render(subrequests.get_response(address), address)

    def target(url: str) -> Target | None:
        path = path_on_site(url)
        if path and path_in_language(path, SOURCE) == path_in_language(own_path, SOURCE):
            return Target(in_language(subrequests.language_of(path)) + fragment_of(url))
        return elsewhere(url)

    html = redirect_links(response.content.decode(), target)
    response.content = _with_draft_files(html.encode())
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Content-Language"] = language
    return response


@public_view(NO_STORE)
def shared_preview(request: HttpRequest, secret: str) -> HttpResponse:
    """The draft behind a share link, for SHARE_DAYS.

    404 when the link has expired or was deleted, and while whoever made it may not change the draft.
    """
    oldest = timezone.now() - timedelta(days=SHARE_DAYS)
    links = SharedPreview.objects.select_related("made_by")
    link = get_object_or_404(links, token_hash=sealed_boxes.token_hash(secret), made_at__gt=oldest)
    if not _may_still_share(link):
        raise Http404
    obj = get_object_or_404(apps.get_model(link.kind), pk=link.object_id)

    def in_language(code: str) -> str:
        return path_in_language(f"/kladde/{secret}/", code)

    response = preview_page(obj, translation.get_language() or SOURCE, in_language)
    newest = versions.newest_version(obj)
    banner = render_to_string("includes/draft_banner.html", {"saved_at": newest.saved_at if newest else obj.updated_at})
    response.content = response.content.replace(b"<body>", b"<body>" + banner.encode(), 1)
    cache_policy(response).is_unique = True
    return response


def _with_draft_files(html: bytes) -> bytes:
    """`html` with pictures and documents that are shown though no public page has them."""
    html = _PICTURE.sub(lambda found: found[0] + b"?" + images.draft_query(found[1].decode()).encode(), html)
    return _DOCUMENT.sub(lambda found: found[0] + b"?" + documents.draft_query(found[1].decode()).encode(), html)


def _may_still_share(link: SharedPreview) -> bool:
    """True while its maker has a login for staff, and the right to change what the link shows."""
    app_label, _, model = link.kind.partition(".")
    return link.made_by.is_staff and link.made_by.has_perm(f"{app_label}.change_{model.lower()}")
