"""The poster of a meeting."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from events.models import Event
from nejtilbander.caching.memory import cached_rows
from nejtilbander.web.decorators import public_view
from nejtilbander.web.posters import render_poster

MANY_LETTERS = 120  # in title, place and address together; more of them are written smaller
TITLE, SHORT_TITLE = 190, 120  # points that the title may be high


@public_view()
def meeting_poster(request: HttpRequest, slug: str) -> HttpResponse:
    """What, when and where, and a QR code to the meeting's page. A poster of a meeting that is over says so."""
    meeting = cached_rows(("poster", slug), lambda: get_object_or_404(Event.objects.ever_public(), slug=slug))
    meeting.raise_if_withdrawn()
    is_crowded = len(f"{meeting.title}{meeting.place}{meeting.address}") > MANY_LETTERS
    title_height = SHORT_TITLE if is_crowded or meeting.state == Event.State.CANCELLED else TITLE
    return render_poster(
        request,
        "events/poster.html",
        title=meeting.public_title,
        description=meeting.summary,
        about=meeting,
        leads_to=meeting.get_absolute_url(),
        event=meeting,
        is_crowded=is_crowded,
        title_height=title_height,
    )
