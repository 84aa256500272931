"""Admin page of a meeting's groups: many seats from one mail domain or one network. Nobody is shown, nor which."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse

from events.models import Event, GroupDecision
from events.signups import groups
from events.signups.caps import cap_of
from events.signups.groups import Group
from nejtilbander.editorial.views.base import log_change
from nejtilbander.web.decorators import has_role

# Action of the form: the decision, the line in the log, and what is said to whoever decided.
WORDS = {
    "out": (
        GroupDecision.Decision.TAKEN_OUT, "Gruppe {} bliver taget ud af tilmeldingen.",
        "Gruppe {} bliver taget ud inden for et minut. Pladserne bliver givet fri, og de får en mail.",
    ),
    "in": (
        GroupDecision.Decision.LET_IN, "Gruppe {} bliver lukket ind.",
        "Gruppe {} bliver lukket ind inden for et minut. De, der ikke fik plads, får så deres mail.",
    ),
}  # fmt: skip


@has_role("list")
def groups_page(request: HttpRequest, admin_context: dict[str, object], pk: int) -> HttpResponse:
    """GET shows the groups. POST writes down that one is taken out (`action` "out") or let in ("in").

    The worker carries it out.
    """
    if not request.user.has_perm("events.open_list"):
        raise PermissionDenied
    event = get_object_or_404(Event.objects.with_seats(), pk=pk)
    found = groups.groups(event)
    chosen = next((group for group in found if group.mark == request.POST.get("group")), None)
    if chosen and _decide(request, event, chosen):
        return HttpResponseRedirect(request.path)
    context = admin_context | {
        "event": event, "opts": Event._meta, "original": event, "title": f"Grupper: {event.title}",
        "groups": found, "cap": cap_of(event.seats.capacity),
    }  # fmt: skip
    return TemplateResponse(request, "admin/events/event/groups.html", context)


def _decide(request: HttpRequest, event: Event, group: Group) -> bool:
    """False for an unknown action."""
    words = WORDS.get(request.POST.get("action", ""))
    if words is None:
        return False
    decision, line, said = words
    groups.decide(event, group.mark, decision)
    log_change(request, event, line.format(group.code))
    messages.success(request, said.format(group.code))
    return True
