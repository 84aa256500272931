"""The posters of the report guide and for shop windows. Like the guide they never ask the database."""

import re

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from nejtilbander.text.headlines import headline_size
from nejtilbander.web.decorators import NO_STORE, public_view
from nejtilbander.web.posters import render_poster


@public_view(NO_STORE, is_shared=True)
def guide_poster(request: HttpRequest) -> HttpResponse:
    """The three numbers to call, and a QR code to the guide."""
    return render_poster(
        request,
        "site/guide_poster.html",
        title=_("Råd og hjælp"),
        description=_("En plakat på A4 med de tre numre, du kan ringe til."),
        leads_to=reverse("pages:guide"),
    )


@public_view(NO_STORE, is_shared=True)
def shop_poster(request: HttpRequest) -> HttpResponse:
    """The campaign's message, and a QR code to the front page: the address that is easiest to remember."""
    before, no, after = re.split("</?strong>", _("Her siger vi <strong>NEJ</strong> til bander"))
    return render_poster(
        request,
        "site/shop_poster.html",
        title=_("Til butikkens vindue"),
        description=_("En plakat på A4 til butikker, der siger nej til bander."),
        leads_to=reverse("front"),
        before=before.strip(),
        no=no,
        after=after.strip(),
        size=min(headline_size(words, 190) for words in (before, after)),
    )
