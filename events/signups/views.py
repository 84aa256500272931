"""The pages a visitor acts on: sign up, the receipt, and the page behind the link in the letter."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from events.ical import calendar
from events.models import Event, Signup
from events.models.needs import needs_offered
from events.models.signup import MAX_SEATS
from events.signups import admission, booking, form_tokens
from events.signups.forms import SeatsForm, SignupForm
from events.signups.seats import Closed, EventChanged, NoRoom, SignupRefused
from events.views import ICALENDAR
from nejtilbander.caching.memory import cached, placeholder, render_with_placeholders
from nejtilbander.web.decorators import NO_STORE, public_form_view, public_view
from nejtilbander.web.rendering import render_page

# What happened to the meeting while the visitor wrote. A closed one says so itself.
WHY: dict[type[SignupRefused], Any] = {
    NoRoom: gettext_lazy(
        "Så mange pladser er der ikke længere. Vælg færre, eller send igen for at komme på ventelisten."
    ),
    EventChanged: gettext_lazy(
        "Mødet er ændret, mens du skrev. Se tid og sted herunder. Send igen, hvis du stadig vil med."
    ),
    Closed: gettext_lazy("Tilmeldingen lukkede, mens du skrev. Vi har ikke modtaget noget."),
}
FIELDS = ("seats", "email", "name", "needs", "contact", "question", "website")
NEWS = ("tilmeldt", "bekraeftet", "aendret", "afmeldt", "sendt", "ikke-sendt", "fuldt", "lukket", "antal")


@public_form_view
@sensitive_post_parameters()
def sign_up(request: HttpRequest, slug: str) -> HttpResponse:
    """The form; and what comes of it. Whatever goes wrong, all that was typed is there again."""
    event = get_recent_event(slug)
    if request.method != "POST":
        return empty_form(request, event)
    form = SignupForm(request.POST)
    ticket, ruling = admission.check_form(request, event, is_whole=form.is_valid())
    if form.errors or ruling.notice:
        return form_again(request, event, ruling.notice, form=form, ticket=ruling.ticket)
    signup_request = form.signup_request(get_language() or "da")
    try:
        answer = admission.sign_up(request, event, signup_request, ticket)
    except SignupRefused as refusal:
        is_full = isinstance(refusal, NoRoom)
        return form_again(request, event, WHY[type(refusal)], accepts_waiting=is_full, status=409)
    if signup_request.email:
        return HttpResponseRedirect(reverse("events:receipt", args=[slug]), status=303)
    return _to_manage(answer.token, "tilmeldt")


def get_recent_event(slug: str) -> Event:
    """The meeting as it was a second ago at most. What decides is asked again, in the statement that changes it."""
    event = cached(slug, lambda: get_object_or_404(Event.objects.ever_public().without_texts(), slug=slug))
    event.raise_if_withdrawn()
    return event


def empty_form(request: HttpRequest, event: Event) -> HttpResponse:
    """The same for everybody but for its ticket, so it is rendered once and filled in."""
    state, has_challenge = event.signup_state(), admission.is_under_attack()
    ticket = form_tokens.issue(event, accepts_waiting=state == Event.SignupStatus.WAITING_LIST)
    return render_with_placeholders(
        request,
        (event.updated_at, event.seats.version, state, bool(event.seats.key), has_challenge),
        lambda: form_page(
            request,
            reload_event(event),
            QueryDict(),
            ticket=placeholder("ticket"),
            challenge=placeholder("challenge") if has_challenge else "",
        ),
        ticket=ticket,
        challenge=form_tokens.challenge(ticket),
    )


def form_again(  # noqa: PLR0913 - the parts of one page, all by name
    request: HttpRequest,
    event: Event,
    notice: str = "",
    *,
    form: SignupForm | None = None,
    ticket: str = "",
    accepts_waiting: bool = False,
    status: int = 422,
) -> HttpResponse:
    """The form with everything that was typed, as the meeting is now. `ticket` is kept, else a new one is made."""
    now = reload_event(event)
    is_full = now.signup_state() == Event.SignupStatus.WAITING_LIST
    ticket = ticket or form_tokens.issue(now, accepts_waiting=accepts_waiting or is_full)
    response = form_page(
        request,
        now,
        request.POST,
        ticket=ticket,
        challenge=form_tokens.challenge(ticket) if admission.is_under_attack() else "",
        errors=in_order(form.errors) if form else {},
        notice=notice,
    )
    response.status_code = status
    return response


def in_order(errors: Any) -> dict[str, Any]:
    """Errors as the fields stand on the page."""
    return {name: errors[name] for name in FIELDS if name in errors}


def reload_event(event: Event) -> Event:
    """The meeting with all its texts, as it is now."""
    return Event.objects.with_seats().get(pk=event.pk)


def form_page(
    request: HttpRequest, event: Event, typed: QueryDict, *, ticket: str, challenge: str, **more: Any
) -> TemplateResponse:
    """`more` is what a form that comes again has besides: errors, a notice, whether it leads to the waiting list."""
    state = event.signup_state()
    context: dict[str, Any] = {
        "event": event,
        "signup": state,
        "is_open": event.takes_signups and bool(event.seats.key),
        "is_waiting": state == Event.SignupStatus.WAITING_LIST,
        "typed": typed,
        "needs": needs_offered(typed.getlist("needs")),
        "numbers": range(1, MAX_SEATS + 1),
        "ticket": ticket,
        "challenge": challenge,
        "challenge_range": form_tokens.CHALLENGE_RANGE,
    }
    return render_page(
        request,
        "events/signups/sign_up.html",
        title=_("Tilmeld dig"),
        description=_("Tilmeld dig et møde på Rådhuset."),
        is_private=True,
        has_quick_exit=True,
        is_discreet=True,
        **context | more,
    )


@public_view(NO_STORE)
def receipt(request: HttpRequest, slug: str) -> HttpResponse:
    """The same for every address, known or not."""
    get_recent_event(slug)
    return render_with_placeholders(
        request,
        (),
        lambda: render_page(
            request,
            "events/signups/receipt.html",
            title=_("Se i din mail"),
            description=_("Vi har sendt dig et brev."),
            is_private=True,
            has_quick_exit=True,
            is_discreet=True,
            slug=slug,
        ),
    )


@public_form_view
def manage(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link: looking changes nothing, because programs that scan mail follow links too."""
    found = booking.find_signup(token)
    if found is None:
        return gone_page(request)
    if request.method == "POST":
        return _act(request, found, token)
    response = render_page(
        request,
        "events/signups/manage.html",
        title=_("Din tilmelding"),
        description=_("Se, ret eller slet din tilmelding."),
        is_private=True,
        has_quick_exit=True,
        is_discreet=True,
        event=found.event,
        meeting_state=found.event.signup_state(),
        entry=found,
        code=booking.door_code(token) if found.state == Signup.State.CONFIRMED else "",
        line=booking.queue_position(found) if found.state == Signup.State.WAITING else 0,
        numbers=range(1, MAX_SEATS + 1),
        news=news_for(found, request.GET.get("nyt", "")),
        is_over=found.event.is_past,
        token=token,
    )
    response.headers["Referrer-Policy"] = "no-referrer"  # the address is the key to the sign-up
    return response


def news_for(found: Signup, news: str) -> str:
    """What the visitor just did, if it is one of ours to tell and still true."""
    if news not in NEWS or (news == "tilmeldt" and found.state in Signup.GONE):
        return ""
    return news


def _act(request: HttpRequest, found: Signup, token: str) -> HttpResponse:
    """Do the one thing asked for, then show the page again."""
    action = request.POST.get("action", "")
    try:
        if action == "confirm":
            booking.confirm(found)
            news = "bekraeftet"
        elif action == "seats":
            form = SeatsForm(request.POST)
            if not form.is_valid():
                return _to_manage(token, "antal")
            booking.change_seats(found, form.cleaned_data["seats"])
            news = "aendret"
        elif action == "cancel":
            booking.cancel(found)
            news = "afmeldt"
        elif action == "again":
            news = "sendt" if booking.resend_link(found) else "ikke-sendt"
        elif action == "forget":
            booking.erase(found)
            return HttpResponseRedirect(reverse("events:forgotten"), status=303)
        else:
            news = ""
    except NoRoom:
        news = "fuldt"
    except Closed:
        news = "lukket"
    return _to_manage(token, news)


@public_view(NO_STORE)
def forgotten(request: HttpRequest) -> HttpResponse:
    return render_page(
        request,
        "events/signups/forgotten.html",
        title=_("Du er glemt"),
        description=_("Vi har slettet det, vi havde om dig."),
        is_private=True,
        has_quick_exit=True,
        is_discreet=True,
    )


@public_view(NO_STORE)
def manage_calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The meeting for the visitor's calendar, with a neutral title."""
    found = booking.find_signup(token)
    if found is None:
        return gone_page(request)
    response = HttpResponse(calendar([found.event], "", neutral=True), content_type=ICALENDAR)
    response.headers["Content-Disposition"] = 'attachment; filename="kalender.ics"'
    return response


def gone_page(request: HttpRequest) -> HttpResponse:
    """One page for every link that leads nowhere: wrong, old, foreign, used up."""
    response: Any = render_page(
        request,
        "events/signups/gone.html",
        title=_("Linket virker ikke"),
        description=_("Linket leder ikke til en tilmelding."),
        is_private=True,
        has_quick_exit=True,
        is_discreet=True,
    )
    response.status_code = 404
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _to_manage(token: str, news: str) -> HttpResponse:
    address = reverse("events:manage", args=[token])
    return HttpResponseRedirect(f"{address}?nyt={news}" if news else address, status=303)
