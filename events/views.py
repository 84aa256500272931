"""The public pages and calendar files of meetings."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from events import ical
from events.models import Event, EventDocument
from nejtilbander.caching.memory import cached_rows
from nejtilbander.caching.policy import cache_policy
from nejtilbander.documents.models import documents_of, with_documents
from nejtilbander.publishing.models import read_consistently
from nejtilbander.web.decorators import public_view
from nejtilbander.web.rendering import render_page

LATEST_PAST = 3  # in the list of coming meetings; the others have pages by year
ICALENDAR = "text/calendar; charset=utf-8"
SCHEMA_STATUS = {Event.State.CONFIRMED: "EventScheduled", Event.State.CANCELLED: "EventCancelled"}


@public_view()
def events(request: HttpRequest) -> HttpResponse:
    """Coming meetings first, then the latest past ones. The introduction is a page that staff edit."""
    upcoming = cached_rows("upcoming", lambda: list(Event.objects.upcoming().listed().with_seats()))
    past = cached_rows("past", lambda: list(Event.objects.past().listed()[:LATEST_PAST]))
    return render_page(
        request,
        "events/events.html",
        title=_("Stormøder"),
        description=_("Store, åbne møder på Rådhuset om det, byen gør mod bander."),
        shows=[*upcoming, *past],
        upcoming=upcoming,
        past=past,
    )


@public_view()
def past_events(request: HttpRequest, year: str = "") -> HttpResponse:
    """The past meetings of one year, latest first, with what came of them; by default of the latest year with any."""
    years = cached_rows("past years", Event.objects.past_years)
    if year and int(year) not in years:
        raise Http404
    shown = int(year) if year else next(iter(years), None)
    past = cached_rows(("past", shown), lambda: list(Event.objects.past().listed().filter(starts_at__year=shown)))
    title = _("Tidligere stormøder")
    response = render_page(
        request,
        "events/past.html",
        title=f"{title} {year}".rstrip(),
        description=_("Hvad vi talte om på stormøderne, og hvad der kom ud af dem."),
        shows=past,
        past=past,
        years=years,
        shown_year=shown,
    )
    cache_policy(response).depends_on_all = True  # a meeting that is over now was on no page of past ones
    return response


@public_view()
def event(request: HttpRequest, slug: str) -> HttpResponse:
    meeting, documents = cached_rows(("meeting", slug), lambda: _event(slug))
    meeting.raise_if_withdrawn()
    return render_page(
        request,
        "events/event.html",
        title=meeting.public_title,
        description=meeting.summary,
        about=meeting,
        shows=documents,
        event=meeting,
        documents=documents,
        signup=meeting.signup_state(),
        structured_data=None if meeting.is_example else structured_data(meeting, request),
    )


def _event(slug: str) -> tuple[Event, list[EventDocument]]:
    rows = with_documents(Event.objects.ever_public().with_seats().select_related("picture"))
    meeting = get_object_or_404(rows, slug=slug)
    return read_consistently(meeting, documents_of) if meeting.has_documents else (meeting, [])


@public_view(300)
def calendar_feed(request: HttpRequest) -> HttpResponse:
    """Every coming meeting, cancelled ones too, so that a subscribed calendar crosses them out. Neutral titles."""
    return HttpResponse(ical.calendar_feed(Event.objects.upcoming().listed()), content_type=ICALENDAR)


@public_view()
def calendar_file(request: HttpRequest, slug: str) -> HttpResponse:
    meeting = get_object_or_404(Event.objects.ever_public(), slug=slug)
    meeting.raise_if_withdrawn()
    return neutral_calendar_file(meeting)


def neutral_calendar_file(event: Event) -> HttpResponse:
    """One meeting as a file, with a neutral title: calendars are often seen by others."""
    response = HttpResponse(ical.calendar_file(event), content_type=ICALENDAR)
    response.headers["Content-Disposition"] = 'attachment; filename="kalender.ics"'
    return response


def structured_data(event: Event, request: HttpRequest) -> dict[str, object]:
    """The meeting as schema.org/Event. Times are Danish, with their offset, as search engines show them."""
    return {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": event.title,
        "description": event.summary,
        "startDate": timezone.localtime(event.starts_at).isoformat(),
        "endDate": timezone.localtime(event.ends_at).isoformat(),
        "eventStatus": f"https://schema.org/{SCHEMA_STATUS[Event.State(event.state)]}",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": {"@type": "Place", "name": event.place, "address": event.address},
        "organizer": {
            "@type": "GovernmentOrganization",
            "name": "Odense Kommune",
            "url": "https://www.odense.dk/",
        },
        "isAccessibleForFree": True,
        "inLanguage": get_language(),
        "url": request.build_absolute_uri(),
    }
