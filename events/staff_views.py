"""Admin pages of a meeting's sign-up: counts, seats, and the sealed list, the only page that shows people."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone

from events.models import AccessLogEntry, Event, Letter, Signup
from events.models.needs import need_words
from events.models.seats import MAX_CAPACITY
from events.privacy import guest_list
from events.privacy.two_people import CONTACT_LIST, OPEN_LIST
from events.signups import day_figures, seats, staff_counts, waiting_list
from events.templatetags.meetings import signup_words
from nejtilbander.accounts.second_factor import require_fresh_second_factor
from nejtilbander.approvals import rules
from nejtilbander.background.outbox import OutgoingMail
from nejtilbander.editorial.views import approvals
from nejtilbander.editorial.views.base import log_change, staff_user
from nejtilbander.i18n.dates import format_short_day, format_time
from nejtilbander.publishing import actions
from nejtilbander.security.keyring import KeyNotFound
from nejtilbander.security.sealed_boxes import DecryptionError
from nejtilbander.web.decorators import has_role

MAY_ACT = "nejtilbander.publish_events"  # actions here take effect at once, and people get letters about them
LETTER_STATES = (OutgoingMail.State.SENT, OutgoingMail.State.WAITING, OutgoingMail.State.FAILED)
AdminContext = dict[str, object]  # from AdminSite.each_context
LISTS: dict[str, Callable[[Event, User], Sequence[object]]] = {
    AccessLogEntry.What.DOOR: guest_list.door_list,
    AccessLogEntry.What.CONTACT: guest_list.contact_list,
    AccessLogEntry.What.QUESTIONS: guest_list.questions,
}


class CapacityForm(forms.Form):
    capacity = forms.IntegerField(label="Pladser i alt", min_value=0, max_value=MAX_CAPACITY)


def get_event(request: HttpRequest, pk: int, permission: str) -> Event:
    if not request.user.has_perm(permission):
        raise PermissionDenied
    return get_object_or_404(Event.objects.with_seats(), pk=pk)


def render_page(
    request: HttpRequest, admin_context: AdminContext, template: str, event: Event, **context: object
) -> HttpResponse:
    context |= admin_context | {"event": event, "opts": Event._meta, "original": event}
    return TemplateResponse(request, f"admin/events/event/{template}.html", context)


def signups(request: HttpRequest, admin_context: AdminContext, pk: int) -> HttpResponse:
    """Counts, capacity, open or closed, needs, letters, access log. GET needs the right to view, POST to publish."""
    event = get_event(request, pk, "events.view_event" if request.method == "GET" else MAY_ACT)
    is_capacity = request.POST.get("action") == "capacity"
    form = CapacityForm(request.POST if is_capacity else {"capacity": event.seats.capacity})
    if request.method == "POST" and _carry_out(request, event, form):
        return HttpResponseRedirect(request.path)
    may_open = may_count(request)
    words = staff_counts.count_words(event, is_exact=may_open)
    return render_page(
        request,
        admin_context,
        "signups",
        event,
        title=f"Tilmelding: {event.title}",
        form=form,
        seen=what_citizens_see(event),
        has_key=bool(event.seats.key),
        words=words,
        counts=[(state.label, words[state]) for state in Signup.State if state not in Signup.GONE],
        needs=[(label, words[f"need {kind}"]) for kind, label in need_words().items() if words[f"need {kind}"] != "0"],
        figure=day_figures.day_figure(event, is_exact=may_open),
        letters=[(state.label, words[f"letters {state}"]) for state in LETTER_STATES],
        errors=day_figures.letter_errors(event, is_exact=may_open),
        oldest=seats.oldest_unsent(event.pk) if may_open else None,
        access_log=event.access_log.select_related("by").order_by("-at"),
        lists=[(what.value, what.label) for what in AccessLogEntry.What],
        may_change=request.user.has_perm(MAY_ACT),
        may_open=may_open,
    )


def what_citizens_see(event: Event) -> str:
    """The state of sign-up as citizens are told of it, in a sentence: nothing, of a meeting they cannot see."""
    state, plan = signup_words(event), actions.plan_of(event)
    if event.is_withdrawn:
        by_staff = event.withdrawn_at is not None and event.withdrawn_at <= timezone.now()
        why = "Det er trukket tilbage." if by_staff else "Den tid, det skulle være offentligt, er gået."
        return f"Borgerne kan ikke se mødet mere. {why}"
    if not event.has_been_public:
        when = f"før {_moment(plan.at)}" if plan else "endnu. Det er en kladde"
        return f"Borgerne kan ikke se mødet {when}. Blev det vist nu, ville de se: {state}."
    change = f" En ny version er planlagt til {_moment(plan.at)}." if plan else ""
    return f"Borgerne ser nu: {state}.{change}"


def _moment(moment: datetime) -> str:
    return f"{format_short_day(moment)} kl. {format_time(moment)}"


def may_count(request: HttpRequest) -> bool:
    """True for those who may open the list: they see exact counts (signups/staff_counts.py)."""
    return request.user.has_perm("events.open_list")


def _carry_out(request: HttpRequest, event: Event, form: CapacityForm) -> bool:
    """Carry out the action that was sent. Returns False when `form` is invalid or there is no such action."""
    action = request.POST.get("action")
    if action == "capacity" and form.is_valid():
        _change_capacity(request, event, form.cleaned_data["capacity"])
    elif action in {"close", "open"}:
        seats.set_closed(event, closed=action == "close")
        word = "lukket" if action == "close" else "åbnet"
        log_change(request, event, f"Tilmeldingen er {word} af en medarbejder.")
        messages.success(request, f"Tilmeldingen er {word} her. Hvad borgerne ser nu, står herunder.")
    elif action == "resend":
        Letter.objects.filter(event=event).retry_failed()
        messages.success(request, "De mails, der ikke kunne sendes, bliver prøvet igen.")
    else:
        return False
    return True


def _change_capacity(request: HttpRequest, event: Event, capacity: int) -> None:
    fits = seats.set_capacity(event, capacity)
    log_change(request, event, f"Pladser i alt: {capacity}.")
    if fits:
        waiting_list.offer_seats_now(event.pk)
        messages.success(request, f"Der er nu {capacity} pladser. Står nogen på venteliste, får de tilbud.")
    else:
        messages.warning(
            request,
            f"Der er nu {capacity} pladser, men flere er optaget. Ingen mister sin plads. "
            "Tilmeldingen er lukket, til du åbner den igen.",
        )


@has_role("list")
@require_fresh_second_factor
def open_list(request: HttpRequest, admin_context: AdminContext, pk: int, what: str) -> HttpResponse:
    """The sealed list. GET asks for confirmation; POST logs the access, decrypts and shows. Nothing is cached.

    The contact list takes a yes of another: without one, POST asks for it.
    """
    event = get_event(request, pk, OPEN_LIST)
    if what not in LISTS:
        raise Http404
    context: dict[str, object] = {
        "title": f"{AccessLogEntry.What(what).label.capitalize()}: {event.title}",
        "what": what,
    }
    if what == AccessLogEntry.What.CONTACT:
        context |= _approval_of(staff_user(request), event)
    if request.method == "POST":
        try:
            context["rows"] = LISTS[what](event, staff_user(request))
        except rules.NeedsApproval:
            approvals.ask(request, CONTACT_LIST, event)
            return HttpResponseRedirect(request.path)
        except (KeyNotFound, DecryptionError):
            context["error"] = "Listen kan ikke åbnes. Nøglen mangler, eller listen er slettet. Kontakt driften."
    return render_page(request, admin_context, "list", event, **context)


def _approval_of(user: User, event: Event) -> dict[str, object]:
    """What the page says of the yes that opening takes: `usable` counts now, `pending` is asked for."""
    usable = rules.usable(user, CONTACT_LIST, event)
    pending = None if usable else rules.pending(user, CONTACT_LIST, event)
    return {"needs_approval": usable is None, "usable": usable, "pending": pending}
