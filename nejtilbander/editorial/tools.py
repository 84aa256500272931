"""The tools on the admin's front page: what staff do that begins at no text."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from nejtilbander.editorial.views import po_files
from nejtilbander.editorial.views.base import EditorialAdmin
from nejtilbander.notices.models import Notice


@dataclass(frozen=True)
class ToolLink:
    """`is_urgent` marks the one that may be needed within a minute."""

    label: str
    url: str
    is_urgent: bool = False


def tool_links(request: HttpRequest, admins: Sequence[EditorialAdmin]) -> list[ToolLink]:
    """The tools the user may use, the urgent one first."""
    links = []
    notices = next(admin for admin in admins if admin.model is Notice)
    if notices.has_add_permission(request):
        links.append(ToolLink("Ny besked nu", notices.url_for("now"), is_urgent=True))
    if po_files.may_use(request, admins):
        links.append(ToolLink("Oversættelser som filer", reverse("admin:po_files")))
    return links
