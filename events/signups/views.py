"""The sign-up form, its receipt, and the page behind the manage link."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from events.models import Event, Signup
from events.models.needs import needs_offered
from events.models.signup import MAX_SEATS
from events.signups import admission, booking, form_tokens, self_service, waiting_list
from events.signups.forms import SeatsForm, SignupForm
from events.signups.seats import Closed, EventChanged, NoRoom, SignupRefused, TicketUsed
from events.views import neutral_calendar_file
from nejtilbander.caching.memory import cached, placeholder, render_with_placeholders
from nejtilbander.web.decorators import NO_STORE, public_form_view, public_view
from nejtilbander.web.rendering import render_page

# What happened to the meeting between form and POST.
REFUSALS = {
    NoRoom: gettext_lazy(
        "Så mange pladser er der ikke længere. Vælg færre, eller send igen for at komme på ventelisten."
    ),
    EventChanged: gettext_lazy(
        "Mødet er ændret, mens du skrev. Se tid og sted herunder. Send igen, hvis du stadig vil med."
    ),
    Closed: gettext_lazy("Tilmeldingen lukkede, mens du skrev. Vi har ikke modtaget noget."),
    TicketUsed: gettext_lazy(
        "Den formular er sendt før, med en anden mailadresse. Hver formular gælder én gang. "
        "Dette er en ny med det, du skrev. Send den, hvis du stadig vil tilmelde dig."
    ),
}
FAILURES = ("ikke-sendt", "fuldt", "lukket", "antal")
NEWS = ("tilmeldt", "bekraeftet", "aendret", "oensket", "afmeldt", "sendt", *FAILURES)


@public_form_view
@sensitive_post_parameters()
def sign_up(request: HttpRequest, slug: str) -> HttpResponse:
    """The sign-up form. A POST that is refused shows it again with everything that was typed."""
    event = get_recent_event(slug)
    if request.method != "POST":
        return empty_form(request, event)
    form = SignupForm(request.POST)
    ticket, verdict = admission.check_form(request, event, is_valid=form.is_valid())
    if form.errors or verdict.notice:
        return form_again(request, event, verdict.notice, form=form, ticket=verdict.ticket)
    signup_request = form.signup_request(get_language() or "da")
    try:
        result = admission.sign_up(request, event, signup_request, ticket)
    except SignupRefused as refusal:
        notice = str(REFUSALS[type(refusal)])
        accepts_waiting = isinstance(refusal, NoRoom) or (isinstance(refusal, TicketUsed) and ticket.accepts_waiting)
        return form_again(request, event, notice, accepts_waiting=accepts_waiting, status=409)
    if signup_request.email:
        return HttpResponseRedirect(reverse("events:receipt", args=[slug]), status=303)
    return _redirect_to_manage(result.token, "tilmeldt")


def get_recent_event(slug: str) -> Event:
    """The public meeting, up to a second old: the statements that change the seats check everything again."""
    event = cached(slug, lambda: get_object_or_404(Event.objects.ever_public().without_texts(), slug=slug))
    event.raise_if_withdrawn()
    return event


def empty_form(request: HttpRequest, event: Event) -> HttpResponse:
    """The unfilled form. Only its ticket differs between visitors, so the page is cached and the ticket filled in."""
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
    """The form with everything that was typed, for the meeting as it is now. Without a `ticket` it gets a new one."""
    event = reload_event(event)
    is_full = event.signup_state() == Event.SignupStatus.WAITING_LIST
    ticket = ticket or form_tokens.issue(event, accepts_waiting=accepts_waiting or is_full)
    response = form_page(
        request,
        event,
        request.POST,
        ticket=ticket,
        challenge=form_tokens.challenge(ticket) if admission.is_under_attack() else "",
        errors=form.first_errors() if form else {},
        notice=notice,
    )
    response.status_code = status
    return response


def reload_event(event: Event) -> Event:
    """The meeting as it is now, with all its texts."""
    return Event.objects.with_seats().get(pk=event.pk)


def form_page(  # noqa: PLR0913 - the parts of one page, all by name
    request: HttpRequest,
    event: Event,
    typed: QueryDict,
    *,
    ticket: str,
    challenge: str,
    errors: dict[str, str] | None = None,
    notice: str = "",
) -> TemplateResponse:
    state, heading = event.signup_state(), _("Tilmeld dig")
    return private_page(
        request,
        "sign_up",
        title=title_of(heading, has_failed=bool(errors or notice)),
        heading=heading,
        description=_("Tilmeld dig et møde på Rådhuset."),
        event=event,
        signup=state,
        is_open=event.takes_signups and bool(event.seats.key),
        is_waiting=state == Event.SignupStatus.WAITING_LIST,
        typed=typed,
        needs=needs_offered(typed.getlist("needs")),
        numbers=range(1, MAX_SEATS + 1),
        ticket=ticket,
        challenge=challenge,
        challenge_range=form_tokens.CHALLENGE_RANGE,
        errors=errors,
        notice=notice,
    )


def title_of(heading: str, *, has_failed: bool) -> str:
    """The page's title: a screen reader says it first, so an error stands at its beginning."""
    return _("Fejl: %(title)s") % {"title": heading} if has_failed else heading


def private_page(
    request: HttpRequest, template: str, *, title: str, description: str, **context: object
) -> TemplateResponse:
    """A page about the visitor's own sign-up: not indexed, with a neutral title and the quick exit."""
    return render_page(
        request, f"events/signups/{template}.html", title=title, description=description, about=None, shows=(),
        is_private=True, has_quick_exit=True, is_discreet=True, **context,
    )  # fmt: skip


@public_view(NO_STORE)
def receipt(request: HttpRequest, slug: str) -> HttpResponse:
    """The same page for every address, known or not."""
    get_recent_event(slug)
    title, description = _("Se i din indbakke"), _("Vi har sendt dig en mail.")
    return render_with_placeholders(
        request, (), lambda: private_page(request, "receipt", title=title, description=description, slug=slug)
    )


@public_form_view
def manage(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the manage link. GET changes nothing, because programs that scan mail follow links too."""
    signup = self_service.find_signup(token)
    if signup is None:
        return gone_page(request)
    if request.method == "POST":
        return _act(request, signup, token)
    return manage_page(request, signup, token)


def manage_page(request: HttpRequest, signup: Signup, token: str) -> HttpResponse:
    """The state of `signup`, what its visitor may do, and what the last action came to."""
    news, heading = news_for(signup, request.GET.get("nyt", "")), _("Din tilmelding")
    return private_page(
        request,
        "manage",
        title=title_of(heading, has_failed=news in FAILURES),
        heading=heading,
        description=_("Se, ret eller slet din tilmelding."),
        event=signup.event,
        meeting_state=signup.event.signup_state(),
        entry=signup,
        code=booking.door_code(token) if signup.state == Signup.State.CONFIRMED else "",
        line=self_service.queue_position(signup) if signup.state == Signup.State.WAITING else 0,
        numbers=range(1, MAX_SEATS + 1),
        news=news,
        has_failed=news in FAILURES,
        may_be_offered=waiting_list.offer_deadline(signup.event, timezone.now()) is not None,
        is_over=signup.event.is_past,
        is_gone=signup.state in Signup.GONE,
        token=token,
    )


def news_for(signup: Signup, news: str) -> str:
    """`news` from the address, when it is a known word and still true; else ""."""
    is_untrue = news == "tilmeldt" and signup.state in Signup.GONE
    return news if news in NEWS and not is_untrue else ""


def _act(request: HttpRequest, signup: Signup, token: str) -> HttpResponse:
    """Carry out the action of the form that was sent, then redirect."""
    action = request.POST.get("action", "")
    if action == "forget":
        self_service.erase(signup)
        return HttpResponseRedirect(reverse("events:forgotten"), status=303)
    try:
        news = _carry_out(action, signup, SeatsForm(request.POST))
    except NoRoom:
        news = "fuldt"
    except Closed:
        news = "lukket"
    return _redirect_to_manage(token, news)


def _carry_out(action: str, signup: Signup, form: SeatsForm) -> str:
    """Returns the word for the outcome, "" for an unknown action. Raises NoRoom or Closed."""
    match action:
        case "confirm":
            self_service.confirm(signup)
            return "bekraeftet"
        case "seats" if form.is_valid():
            is_asked = self_service.change_seats(signup, form.cleaned_data["seats"])
            return "oensket" if is_asked else "aendret"
        case "seats":
            return "antal"
        case "cancel":
            self_service.cancel(signup)
            return "afmeldt"
        case "again":
            return "sendt" if self_service.resend_link(signup) else "ikke-sendt"
    return ""


@public_view(NO_STORE)
def forgotten(request: HttpRequest) -> HttpResponse:
    title, description = _("Alt om dig er slettet"), _("Vi har slettet det, vi havde om dig.")
    return private_page(request, "forgotten", title=title, description=description)


@public_view(NO_STORE)
def manage_calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The meeting as a calendar file, with a neutral title."""
    signup = self_service.find_signup(token)
    return gone_page(request) if signup is None else neutral_calendar_file(signup.event)


def gone_page(request: HttpRequest) -> HttpResponse:
    """One page, with status 404, for every token that opens no sign-up: wrong, old or used up."""
    title, description = _("Linket virker ikke"), _("Linket leder ikke til en tilmelding.")
    response = private_page(request, "gone", title=title, description=description)
    response.status_code = 404
    return response


def _redirect_to_manage(token: str, news: str) -> HttpResponse:
    address = reverse("events:manage", args=[token])
    return HttpResponseRedirect(f"{address}?nyt={news}" if news else address, status=303)
