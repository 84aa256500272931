"""Admin page of a meeting's groups: many seats from one mail domain or one network. Nobody is shown, nor which."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse

from events.models import Event
from events.signups import groups
from events.signups.caps import cap_of
from events.signups.groups import Group
from nejtilbander.editorial.views.base import log_change
from nejtilbander.web.decorators import has_role


@has_role("list")
def groups_page(request: HttpRequest, admin_context: dict[str, object], pk: int) -> HttpResponse:
    """GET shows the groups. POST takes one out (`action` "out") or lets it in ("in")."""
    if not request.user.has_perm("events.open_list"):
        raise PermissionDenied
    event = get_object_or_404(Event.objects.with_seats(), pk=pk)
    found = groups.groups(event)
    chosen = next((group for group in found if group.mark == request.POST.get("group")), None)
    if chosen and _carry_out(request, event, chosen):
        return HttpResponseRedirect(request.path)
    context = admin_context | {
        "event": event, "opts": Event._meta, "original": event, "title": f"Grupper: {event.title}",
        "groups": found, "cap": cap_of(event.seats.capacity),
    }  # fmt: skip
    return TemplateResponse(request, "admin/events/event/groups.html", context)


def _carry_out(request: HttpRequest, event: Event, group: Group) -> bool:
    """False for an unknown action."""
    action = request.POST.get("action")
    if action == "out":
        groups.take_out(event, group.mark)
        log_change(request, event, f"Gruppe {group.code} er taget ud af tilmeldingen.")
        messages.success(request, f"Gruppe {group.code} er taget ud. Pladserne er givet fri, og de får en mail.")
    elif action == "in":
        groups.let_in(event, group.mark)
        log_change(request, event, f"Gruppe {group.code} er lukket ind.")
        messages.success(request, f"Gruppe {group.code} er lukket ind. De, der ikke fik plads, får nu deres mail.")
    else:
        return False
    return True
