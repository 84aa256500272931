"""Posters: sheets of A4 that people print from their browser, each with a QR code to a page of the site."""

import re

import segno
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from nejtilbander.i18n.models import Translated
from nejtilbander.web.rendering import render_page

QUIET_ZONE = 4  # modules of white around the code (ISO/IEC 18004, section 9.1)


def render_poster(  # noqa: PLR0913 - the parts every poster has, all by name
    request: HttpRequest,
    template: str,
    *,
    title: str,
    description: str,
    leads_to: str,
    about: Translated | None = None,
    **context: object,
) -> TemplateResponse:
    """A poster in the active language. `leads_to` is the path of the page that its QR code opens."""
    address = request.build_absolute_uri(leads_to)
    return render_page(
        request,
        template,
        title=_("Plakat: %(title)s") % {"title": title},
        description=description,
        about=about,
        shows=(),
        leads_to=leads_to,
        address=address,
        printed_address=_breakable(re.sub(r"^https?://|/$", "", address)),
        **context,
    )


def _breakable(address: str) -> SafeString:
    """`address`, escaped, where a line may end after each "/" and "-", and so not inside a word."""
    return mark_safe(re.sub(r"([/-])", r"\1<wbr>", escape(address)))  # noqa: S308 - escaped


def qr_svg(address: str) -> SafeString:
    """The QR code of `address` as an SVG element: black on white in every colour scheme.

    It can be read when 15 % of it is covered or torn off (error correction M), or more where that makes it no larger.
    """
    rows = segno.make_qr(address, error="m").matrix
    runs = ((run, y) for y, row in enumerate(rows) for run in re.finditer(rb"\x01+", bytes(row)))
    path = "".join(f"M{run.start()} {y}h{len(run[0])}" for run, y in runs)
    edge, size = -QUIET_ZONE, len(rows) + 2 * QUIET_ZONE
    return format_html(
        '<svg class="qr" role="img" aria-label="{}" viewBox="{} {} {} {}" shape-rendering="crispEdges">'
        '<path fill="#fff" d="M{} {}h{}v{}h-{}z"/><path stroke="#000" d="{}"/></svg>',
        _("QR-kode"), edge, edge - 0.5, size, size, edge, edge - 0.5, size, size, size, path,
    )  # fmt: skip
