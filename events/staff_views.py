"""A meeting's sign-up as staff see it: counts and letters, and never a person - unless the list is opened."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse

from events.letters import announcements
from events.models import AccessLogEntry, BulkLetter, Event, Letter, Signup
from events.models.event import MAX_CAPACITY
from events.models.needs import need_words
from events.privacy import guest_list
from events.signups import seats, waiting_list
from events.templatetags.meetings import signup_words
from nejtilbander.background.outbox import OutgoingMail
from nejtilbander.editorial.views.base import staff_user
from nejtilbander.i18n.languages import direction
from nejtilbander.security.keyring import KeyNotFound
from nejtilbander.security.sealed_boxes import DecryptionError
from nejtilbander.web.decorators import has_role

MAY_ACT = "nejtilbander.publish_events"  # what is done here is done at once, and people hear of it
LISTS: dict[str, Any] = {
    AccessLogEntry.What.DOOR: guest_list.door_list,
    AccessLogEntry.What.CONTACT: guest_list.contact_list,
    AccessLogEntry.What.QUESTIONS: guest_list.questions,
}


class CapacityForm(forms.Form):
    capacity = forms.IntegerField(label="Pladser i alt", min_value=0, max_value=MAX_CAPACITY)


class BulkLetterForm(forms.Form):
    """The letter in every language; Danish is what the others get where theirs is empty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in settings.LANGUAGES:
            box = forms.Textarea(attrs={"lang": code, "dir": direction(code), "rows": 6, "cols": 80})
            self.fields[code] = forms.CharField(label=name, max_length=4000, required=code == "da", widget=box)

    def texts(self) -> dict[str, str]:
        """What was written, by language; with plain line ends, as browsers do not send them."""
        return {code: text.replace("\r\n", "\n") for code, text in self.cleaned_data.items() if text}


def _event(request: HttpRequest, pk: int, permission: str) -> Event:
    if not request.user.has_perm(permission):
        raise PermissionDenied
    return get_object_or_404(Event.objects.with_seats(), pk=pk)


def _page(
    request: HttpRequest, surroundings: dict[str, Any], template: str, event: Event, **context: Any
) -> HttpResponse:
    context |= surroundings | {"event": event, "opts": Event._meta, "original": event}
    return TemplateResponse(request, f"admin/events/event/{template}.html", context)


def _log(request: HttpRequest, event: Event, words: str) -> None:
    LogEntry.objects.log_actions(staff_user(request).pk, [event], CHANGE, words, single_object=True)


def signups(request: HttpRequest, surroundings: dict[str, Any], pk: int) -> HttpResponse:
    """Counts, capacity, open or closed, needs, letters, who opened the list. Whoever may not change it may look."""
    event = _event(request, pk, "events.view_event" if request.method == "GET" else MAY_ACT)
    form = CapacityForm(
        request.POST if request.POST.get("action") == "capacity" else {"capacity": event.seats.capacity}
    )
    if request.method == "POST" and _acted(request, event, form):
        return HttpResponseRedirect(request.path)
    counts = seats.counts(event.pk)
    words = need_words()
    return _page(
        request,
        surroundings,
        "signups",
        event,
        title=f"Tilmelding: {event.title}",
        form=form,
        state=signup_words(event),
        has_key=bool(event.seats.key),
        counts=[(Signup.State(state).label, number) for state, number in counts.items() if state not in Signup.GONE],
        needs=[(words.get(need.kind, need.kind), need.total) for need in event.needs.order_by("kind") if need.total],
        questions=event.questions.count(),
        letters_waiting=event.letters.filter(state=OutgoingMail.State.WAITING).count(),
        errors=sorted(set(event.letters.exclude(error="").values_list("error", flat=True))),
        letters_failed=event.letters.filter(state=OutgoingMail.State.FAILED).count(),
        oldest=seats.oldest_unsent(event.pk),
        access_log=event.access_log.select_related("by").order_by("-at"),
        lists=[(what.value, what.label) for what in AccessLogEntry.What],
        may_change=request.user.has_perm(MAY_ACT),
        may_open=request.user.has_perm("events.open_list"),
    )


def _acted(request: HttpRequest, event: Event, form: CapacityForm) -> bool:
    """Do the one thing asked for. Whether something was: a number that is none is shown again."""
    action = request.POST.get("action")
    if action == "capacity" and form.is_valid():
        _change_capacity(request, event, form.cleaned_data["capacity"])
    elif action in {"close", "open"}:
        seats.set_closed(event, closed=action == "close")
        word = "lukket" if action == "close" else "åbnet"
        _log(request, event, f"Tilmeldingen er {word} af en medarbejder.")
        messages.success(request, f"Tilmeldingen er {word} her. Hvad borgerne ser nu, står herunder.")
    elif action == "resend":
        messages.success(request, f"{Letter.objects.filter(event=event).retry_failed()} breve bliver prøvet igen.")
    else:
        return False
    return True


def _change_capacity(request: HttpRequest, event: Event, capacity: int) -> None:
    fits = seats.set_capacity(event, capacity)
    _log(request, event, f"Pladser i alt: {capacity}.")
    if fits:
        offered = waiting_list.offer_seats_now(event.pk)
        text = f"Der er nu {capacity} pladser." + (f" {offered} på ventelisten har fået tilbud." if offered else "")
        messages.success(request, text)
    else:
        messages.warning(
            request,
            f"Der er nu {capacity} pladser, men {event.seats.taken} er optaget. Ingen mister sin plads. "
            "Tilmeldingen er lukket, til du åbner den igen.",
        )


def bulk_letter(request: HttpRequest, surroundings: dict[str, Any], pk: int) -> HttpResponse:
    """Write, look at, try out and send one letter to everyone who is coming. No address is ever shown."""
    event = _event(request, pk, MAY_ACT)
    draft = event.bulk_letters.filter(sent_at=None).order_by("-pk").first() or BulkLetter(event=event, texts={})
    action = request.POST.get("action", "")
    form = BulkLetterForm(request.POST if action else None, initial=draft.texts)
    if action and form.is_valid():
        if request.POST.get("seen", "") == (draft.fingerprint() if draft.pk else ""):
            _do(request, event, draft, action, form.texts())
            return HttpResponseRedirect(request.path)
        messages.error(
            request,
            "En anden har ændret eller sendt brevet, mens du skrev. Din tekst står i felterne og er ikke gemt. "
            "Den gemte tekst står nedenunder.",
        )
    return _page(
        request,
        surroundings,
        "bulk_letter",
        event,
        title=f"Brev til alle tilmeldte: {event.title}",
        form=form,
        draft=draft if draft.pk else None,
        preview=[
            (code, name, direction(code), draft.text(code), code in draft.texts) for code, name in settings.LANGUAGES
        ]
        if draft.pk
        else [],
        receivers=_receivers(event).count(),
        sent=[
            (one, announcements.progress(one)) for one in event.bulk_letters.exclude(sent_at=None).order_by("-sent_at")
        ],
    )


def _receivers(event: Event) -> Any:
    return Signup.objects.reachable().filter(event=event, state=Signup.State.CONFIRMED)


def _do(request: HttpRequest, event: Event, draft: BulkLetter, action: str, texts: dict[str, str]) -> None:
    """Keep what was typed; and try out or send it, if it is what was looked at."""
    is_new = texts != draft.texts
    if is_new:
        draft.texts = texts
        draft.save()
    if action in {"test", "send"} and is_new:
        text = "Du har ændret teksten, siden du så brevet. Den er gemt. Læs brevet igen herunder, og send så."
        messages.error(request, text)
    elif action in {"test", "send"}:
        _send(request, event, draft, action)


def _send(request: HttpRequest, event: Event, draft: BulkLetter, action: str) -> None:
    if action == "send" and not _receivers(event).exists():
        messages.error(request, "Der er ingen tilmeldte med mail endnu. Brevet er ikke sendt.")
    elif action == "send":
        number = announcements.send_bulk_letter(draft)
        _log(request, event, f"Brev til {number} tilmeldte.")
        messages.success(request, f"{number} breve er på vej.")
    elif not staff_user(request).email:
        messages.error(request, "Din bruger har ingen mailadresse. Skriv en på din bruger først.")
    else:
        for code in draft.texts:
            Letter.objects.create(
                kind=Letter.Kind.TEST, event=event, bulk_letter=draft, staff=staff_user(request), language=code
            )
        messages.success(request, "Prøven er på vej til din egen mail.")


@has_role("list")
def open_list(request: HttpRequest, surroundings: dict[str, Any], pk: int, what: str) -> HttpResponse:
    """Open the list. GET asks; POST writes it down, opens, and shows. Nothing of it is kept by the browser."""
    event = _event(request, pk, "events.open_list")
    if what not in LISTS:
        raise Http404
    context: dict[str, Any] = {"title": f"{AccessLogEntry.What(what).label.capitalize()}: {event.title}", "what": what}
    if request.method == "POST":
        try:
            context["rows"] = LISTS[what](event, staff_user(request))
        except (KeyNotFound, DecryptionError):
            context["error"] = "Listen kan ikke åbnes. Nøglen mangler, eller listen er slettet. Kontakt driften."
    return _page(request, surroundings, "list", event, **context)
