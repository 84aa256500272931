"""The words of each letter. Neutral subjects, no place, no title: a mailbox is seen by others.

The rest stands on the visitor's own page. None: there is nothing left to say.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from events.models import Event, Letter, Signup
from events.signups.booking import door_code
from nejtilbander.i18n.dates import format_day, format_short_day, format_time

Kind, State = Letter.Kind, Signup.State


@dataclass
class LetterText:
    """A letter's words: paragraphs, then one link to follow, with what it is called."""

    subject: str
    paragraphs: list[str]
    link: str = ""
    button: str = ""
    greeting: str = ""
    has_calendar: bool = False
    is_staff: bool = False

    @property
    def is_key(self) -> bool:
        """Whether the link opens a sign-up, and is not to be passed on."""
        return "/min-tilmelding/" in self.link


def when(event: Event) -> str:
    return _("%(date)s, kl. %(time)s") % {"date": format_day(event.starts_at), "time": format_time(event.starts_at)}


def _manage(token: str) -> str:
    return settings.SITE_URL + reverse("events:manage", args=[token])


def _facts(signup: Signup) -> dict[str, Any]:
    return {"when": when(signup.event), "seats": signup.seats}


def _deadline(signup: Signup) -> dict[str, str]:
    until = signup.until or timezone.now()
    return {"date": format_day(until), "time": format_time(until)}


def confirm(signup: Signup, token: str) -> LetterText | None:
    if not signup.needs_confirming:
        return None
    if signup.state == State.HELD:
        rule = _(
            "Vi holder pladserne til kl. %(time)s. Tryk på linket, og bekræft. Ellers går pladserne videre til andre."
        ) % _deadline(signup)
    elif signup.state == State.LAPSED:
        rule = _(
            "Tiden er gået, og pladserne er givet fri. Du kan stadig bekræfte. Så får du plads, hvis der er nogen. "
            "Ellers kommer du på venteliste."
        )
    else:
        rule = _("Bekræft, så får du plads, hvis der er nogen. Ellers kommer du på venteliste.")
    return LetterText(
        _("Bekræft din tilmelding"),
        [
            _("Nogen har skrevet denne adresse op til et møde %(when)s. Antal pladser: %(seats)s.") % _facts(signup),
            rule,
            _("Var det ikke dig? Så gør ingenting. Vi sletter det hele efter tre dage."),
        ],
        _manage(token),
        _("Bekræft tilmeldingen"),
    )


def confirmed(signup: Signup, token: str) -> LetterText | None:
    if signup.state != State.CONFIRMED:
        return None
    return LetterText(
        _("Din tilmelding"),
        [
            _("Du er tilmeldt et møde %(when)s. Antal pladser: %(seats)s.") % _facts(signup),
            _code(token),
            _("På din side kan du ændre antallet, melde fra eller få alt slettet."),
        ],
        _manage(token),
        _("Åbn din side"),
        has_calendar=True,
    )


def waiting(signup: Signup, token: str) -> LetterText | None:
    if signup.state != State.WAITING:
        return None
    return LetterText(
        _("Din tilmelding"),
        [
            _("Du står på venteliste til et møde %(when)s. Antal pladser: %(seats)s.") % _facts(signup),
            _("Bliver der plads, får du et tilbud i et nyt brev. Tilbuddet har en frist."),
            _(
                "Vi går frem efter rækkefølgen. Er din gruppe større end de ledige pladser, får den næste, der passer, "
                "tilbuddet. Du beholder din plads i køen."
            ),
            _("På din side kan du forlade ventelisten."),
        ],
        _manage(token),
        _("Åbn din side"),
    )


def offer(signup: Signup, token: str) -> LetterText | None:
    if signup.state != State.OFFERED:
        return None
    return LetterText(
        _("Nyt om din tilmelding"),
        [
            _("Der er blevet plads til dig på et møde %(when)s. Antal pladser: %(seats)s.") % _facts(signup),
            _("Sig ja senest %(date)s kl. %(time)s. Ellers går tilbuddet videre til den næste.") % _deadline(signup),
        ],
        _manage(token),
        _("Sig ja til pladserne"),
    )


def offer_expired(letter: Letter) -> LetterText:
    return LetterText(
        _("Nyt om din tilmelding"),
        [
            _("Du fik tilbud om plads på et møde %(when)s. Vi fik ikke svar i tide, og tilbuddet er gået videre.")
            % {"when": when(letter.event)},
            _("Du står ikke længere på ventelisten. Vi har slettet det, vi havde om dig."),
            _("Vil du stadig med, så skriv dig op igen."),
        ],
        settings.SITE_URL + reverse("events:sign_up", args=[letter.event.slug]),
        _("Skriv dig op igen"),
    )


def reminder(signup: Signup, token: str) -> LetterText | None:
    if signup.state != State.CONFIRMED:
        return None
    return LetterText(
        _("Husk din tilmelding"),
        [
            _("Du er tilmeldt et møde %(when)s. Antal pladser: %(seats)s.") % _facts(signup),
            _code(token),
            _("Kan du ikke komme? Meld fra på din side. Så får en anden pladsen."),
        ],
        _manage(token),
        _("Åbn din side"),
    )


def changed(signup: Signup, token: str) -> LetterText | None:
    if signup.state in Signup.GONE:
        return None
    return LetterText(
        _("Nyt om din tilmelding"),
        [
            _("Mødet er ændret. Det er nu %(when)s. Se alt om mødet på din side.") % {"when": when(signup.event)},
            _("Kan du ikke komme? Meld fra på din side. Så får en anden pladsen."),
        ],
        _manage(token),
        _("Åbn din side"),
        has_calendar=signup.state == State.CONFIRMED,
    )


def cancelled(signup: Signup, token: str) -> LetterText | None:
    if signup.state in Signup.GONE or signup.event.state != Event.State.CANCELLED:
        return None
    return LetterText(
        _("Nyt om din tilmelding"),
        [
            _("Mødet %(when)s er aflyst. Du skal ikke gøre noget.") % {"when": when(signup.event)},
            _("Vi sletter listen over tilmeldte %(date)s. Du kan også slette dig selv nu på din side.")
            % {"date": format_short_day(signup.event.erased_on)},
        ],
        _manage(token),
        _("Åbn din side"),
        has_calendar=signup.state == State.CONFIRMED,
    )


def again(signup: Signup, token: str) -> LetterText | None:
    """The link once more, and how it stands."""
    by_state: dict[str, Callable[[Signup, str], LetterText | None]] = {
        State.CONFIRMED: confirmed, State.WAITING: waiting, State.OFFERED: offer,
    }  # fmt: skip
    tell = confirm if signup.needs_confirming else by_state.get(signup.state)
    return tell(signup, token) if tell else None


def already(signup: Signup, token: str) -> LetterText | None:
    """Someone signed up with an address that is signed up: say how it stands, and that nothing was changed."""
    words = again(signup, token)
    if words and not signup.needs_confirming:
        words.paragraphs.insert(0, _("Du var skrevet op i forvejen. Vi har ikke ændret noget."))
    return words


def forgotten(letter: Letter) -> LetterText:
    return LetterText(
        _("Nyt om din tilmelding"),
        [
            _("Vi har slettet din tilmelding, dit navn og din mail. Dette er det sidste brev om den."),
            _("Kan andre se din post, så slet også brevene fra os."),
        ],
    )


def bulk(letter: Letter, token: str) -> LetterText | None:
    if letter.signup is None or letter.signup.state != State.CONFIRMED:
        return None
    return LetterText(_("Nyt om din tilmelding"), _paragraphs(letter), _manage(token), _("Åbn din side"))


def _paragraphs(letter: Letter) -> list[str]:
    text = letter.bulk_letter.text(letter.language) if letter.bulk_letter else ""
    return [part.strip() for part in text.split("\n\n") if part.strip()]


def _code(token: str) -> str:
    return _("Din kode er %(code)s. Sig den ved døren. Du skal ikke sige dit navn.") % {"code": door_code(token)}


def bulk_test(letter: Letter) -> LetterText:
    return LetterText(_("Nyt om din tilmelding"), _paragraphs(letter), settings.SITE_URL + "/", _("Åbn din side"))


def alarm(letter: Letter) -> LetterText:
    """Staff letters are Danish and say which meeting: they go to the municipality's own mailboxes."""
    page = settings.SITE_URL + reverse("events:event", args=[letter.event.slug])
    return LetterText(
        "Mange tilmeldinger på kort tid",
        [
            f"Der kommer usædvanligt mange tilmeldinger til „{letter.event.title}“.",
            "Siden bremser dem selv: Nye tilmeldinger tager lidt længere tid, og højst en fjerdedel af pladserne kan "  # noqa: ISC004
            "holdes, uden at nogen har bekræftet. Ingen, der har bekræftet, mister sin plads.",
            "Se tallene i administrationen. Tyder det på et angreb, så luk tilmeldingen dér, og kontakt it-driften.",
        ],
        page,
        "Se mødet",
        is_staff=True,
    )


def access_logged(letter: Letter) -> LetterText:
    return LetterText(
        "Listen er åbnet",
        [
            f"En medarbejder har åbnet listen til „{letter.event.title}“.",
            "Hvem, hvad og hvornår står i administrationen under mødets tilmelding. Undrer det dig, så spørg.",
        ],
        settings.SITE_URL + reverse("events:event", args=[letter.event.slug]),
        "Se mødet",
        is_staff=True,
    )


# By kind: about a sign-up as it stands; about one that is gone; to staff.
STANDING: dict[str, Callable[[Signup, str], LetterText | None]] = {
    Kind.CONFIRM: confirm, Kind.CONFIRMED: confirmed, Kind.WAITING: waiting, Kind.OFFER: offer,
    Kind.REMINDER: reminder, Kind.CHANGED: changed, Kind.CANCELLED: cancelled, Kind.ALREADY: already, Kind.AGAIN: again,
}  # fmt: skip
FAREWELL: dict[str, Callable[[Letter], LetterText]] = {Kind.OFFER_EXPIRED: offer_expired, Kind.FORGOTTEN: forgotten}
TO_STAFF: dict[str, Callable[[Letter], LetterText]] = {
    Kind.TEST: bulk_test,
    Kind.ALARM: alarm,
    Kind.OPENED: access_logged,
}
