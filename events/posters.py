"""The poster of a meeting."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from events.models import Event
from nejtilbander.caching.memory import cached_rows
from nejtilbander.web.decorators import public_view
from nejtilbander.web.posters import render_poster


@public_view()
def meeting_poster(request: HttpRequest, slug: str) -> HttpResponse:
    """What, when and where, and a QR code to the meeting's page. A poster of a meeting that is over says so."""
    meeting = cached_rows(("poster", slug), lambda: get_object_or_404(Event.objects.ever_public(), slug=slug))
    meeting.raise_if_withdrawn()
    return render_poster(
        request,
        "events/poster.html",
        title=meeting.public_title,
        description=meeting.summary,
        about=meeting,
        leads_to=meeting.get_absolute_url(),
        event=meeting,
    )
