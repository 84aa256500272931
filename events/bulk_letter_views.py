"""Admin pages of a letter to everyone who is coming: written, looked at, tried, confirmed. No address is ever shown."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from events.letters import announcements
from events.letters.samples import bulk_samples
from events.models import BulkLetter, Event, Letter
from events.signups import staff_counts
from events.staff_views import MAY_ACT, AdminContext, get_event, may_count, render_page
from nejtilbander.editorial.views.base import log_change, staff_user
from nejtilbander.i18n.languages import CODES, SOURCE, direction
from nejtilbander.publishing.fact_checks import validate_facts

CHANGED_MEANWHILE = (
    "En anden har ændret eller sendt mailen, mens du skrev. Din tekst står i felterne og er ikke gemt. "
    "Den gemte tekst står nedenunder."
)
CHANGED_SINCE_SEEN = "En anden har ændret eller sendt mailen, siden du så den. Den er ikke sendt. Læs den igen."


class BulkLetterForm(forms.Form):
    """The letter in every language. Readers of a language that is left empty get the Danish text."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in settings.LANGUAGES:
            widget = forms.Textarea(attrs={"lang": code, "dir": direction(code), "rows": 6, "cols": 80})
            self.fields[code] = forms.CharField(
                label=name, max_length=4000, required=code == SOURCE, widget=widget, validators=[validate_facts]
            )

    def texts(self) -> dict[str, str]:
        """Language code to text, without the empty ones; line ends as "\\n"."""
        return {code: text.replace("\r\n", "\n") for code, text in self.cleaned_data.items() if text}


def bulk_letter(request: HttpRequest, admin_context: AdminContext, pk: int) -> HttpResponse:
    """Write, preview and test one letter. POST saves it, always; only with action=send, from the last page, it leaves.

    `seen` is the fingerprint of the text that the page showed: nobody sends or overwrites another's words unread.
    """
    event = get_event(request, pk, MAY_ACT)
    draft = event.bulk_letters.filter(sent_at=None).order_by("-pk").first() or BulkLetter(event=event, texts={})
    action, seen = request.POST.get("action", ""), draft.fingerprint() if draft.pk else ""
    is_seen = request.POST.get("seen", "") == seen
    if action == "send":
        _send(request, event, draft if is_seen else None)
        return HttpResponseRedirect(request.path)
    form = BulkLetterForm(request.POST if action else None, initial=draft.texts)
    if action and form.is_valid() and is_seen:
        return HttpResponseRedirect(request.path + _save(request, event, draft, form.texts()))
    if action and not is_seen:
        messages.error(request, CHANGED_MEANWHILE)
    if draft.pk and request.GET.get("trin") == "send":
        return _confirming_page(request, admin_context, event, draft)
    response = _writing_page(request, admin_context, event, draft, form)
    response.status_code = 422 if action else 200
    return response


def _writing_page(
    request: HttpRequest, admin_context: AdminContext, event: Event, draft: BulkLetter, form: BulkLetterForm
) -> HttpResponse:
    sent = event.bulk_letters.exclude(sent_at=None).order_by("-sent_at")
    return render_page(
        request, admin_context, "bulk_letter", event, title=f"Mail til alle tilmeldte: {event.title}", form=form,
        draft=draft if draft.pk else None, letters=bulk_samples(draft) if draft.pk else [],
        receivers=_receivers(request, event), may_count=may_count(request),
        sent=[(letter, announcements.progress(letter)) for letter in sent],
    )  # fmt: skip


def _confirming_page(
    request: HttpRequest, admin_context: AdminContext, event: Event, draft: BulkLetter
) -> HttpResponse:
    """The last look: to how many, and the words in each language."""
    return render_page(
        request, admin_context, "confirm_bulk_letter", event, title=f"Send mail til alle tilmeldte: {event.title}",
        draft=draft, letters=bulk_samples(draft), receivers=_receivers(request, event),
        missing=[name for code, name in settings.LANGUAGES if code not in draft.texts],
    )  # fmt: skip


def _receivers(request: HttpRequest, event: Event) -> str:
    return staff_counts.count_words(event, is_exact=may_count(request))["recipients"]


def _save(request: HttpRequest, event: Event, draft: BulkLetter, texts: dict[str, str]) -> str:
    """Saves `texts`, and tests the letter if they are the ones that were previewed. Returns the query of the next page.

    The page that asks for the last click shows what was saved, so it needs no such condition.
    """
    is_new = texts != draft.texts
    if is_new:
        draft.texts = texts
        draft.save()
        draft.sign()
    action = request.POST["action"]
    if action == "test" and is_new:
        text = "Du har ændret teksten, siden du så mailen. Den er gemt. Læs mailen igen herunder, og prøv så."
        messages.error(request, text)
    elif action == "test":
        _send_test(request, event, draft)
    return "?trin=send" if action == "confirm" else ""


def _send_test(request: HttpRequest, event: Event, draft: BulkLetter) -> None:
    user = staff_user(request)
    if not user.email:
        messages.error(request, "Din bruger har ingen mailadresse. Skriv en på din bruger først.")
        return
    for code in draft.texts.keys() & CODES:
        Letter.objects.create(kind=Letter.Kind.TEST, event=event, bulk_letter=draft, staff=user, language=code)
    messages.success(request, "Prøven er på vej til din egen mail.")


def _send(request: HttpRequest, event: Event, draft: BulkLetter | None) -> None:
    """Sends the letter that was confirmed; None when it is no longer the one the page showed."""
    if draft is None or draft.pk is None:
        messages.error(request, CHANGED_SINCE_SEEN)
        return
    announcements.send_bulk_letter(draft)
    log_change(request, event, "Mail til alle tilmeldte.")
    messages.success(request, "Mailen er på vej til dem, der er tilmeldt med mail.")
