"""The texts of each letter. Neutral subjects, no place and no title, because others may see a mailbox.

Everything else is on the visitor's own page. A function that returns None has nothing to send any more: the sign-up is
in another state by now.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from events.models import BulkLetter, Event, Letter, Signup
from events.signups.booking import door_code
from events.signups.groups import group_code
from nejtilbander.i18n.dates import format_day, format_short_day, format_time
from nejtilbander.i18n.languages import SOURCE
from nejtilbander.text.contact_facts import FACTS, write_out

Kind, State = Letter.Kind, Signup.State


@dataclass
class LetterText:
    """A letter's texts: paragraphs, then one link, labelled `button`. Staff letters (`is_staff`) are Danish."""

    subject: str
    paragraphs: list[str]
    link: str = ""
    button: str = ""
    greeting: str = ""
    has_calendar: bool = False
    is_staff: bool = False
    danish: tuple[str, ...] = ()  # those of the paragraphs that are Danish, in a letter in another language

    @property
    def is_key(self) -> bool:
        """True when the link opens a sign-up, and must not be passed on."""
        return "/min-tilmelding/" in self.link


def when(event: Event) -> str:
    return _("%(date)s, kl. %(time)s") % {"date": format_day(event.starts_at), "time": format_time(event.starts_at)}


def _with_manage_link(
    token: str, subject: str, *paragraphs: str, button: str = "", has_calendar: bool = False
) -> LetterText:
    """A letter whose link opens the visitor's own page."""
    link = settings.SITE_URL + reverse("events:manage", args=[token])
    return LetterText(subject, list(paragraphs), link, button or _("Åbn din side"), has_calendar=has_calendar)


def _news() -> str:
    return _("Nyt om din tilmelding")


def _facts(signup: Signup) -> dict[str, str | int]:
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
    return _with_manage_link(
        token,
        _("Bekræft din tilmelding"),
        _("Nogen har brugt din mailadresse til at tilmelde sig et møde %(when)s. Antal pladser: %(seats)s.")
        % _facts(signup),
        rule,
        _("Var det ikke dig? Så gør ingenting. Vi sletter det hele efter tre dage."),
        button=_("Bekræft tilmeldingen"),
    )


def confirmed(signup: Signup, token: str) -> LetterText | None:
    if signup.state != State.CONFIRMED:
        return None
    return _with_manage_link(
        token,
        _("Din tilmelding"),
        _("Du er tilmeldt et møde %(when)s. Antal pladser: %(seats)s.") % _facts(signup),
        _code(token),
        _("På din side kan du ændre antallet, melde fra eller få alt slettet."),
        has_calendar=True,
    )


def waiting(signup: Signup, token: str) -> LetterText | None:
    if signup.state != State.WAITING:
        return None
    return _with_manage_link(
        token,
        _("Din tilmelding"),
        _("Du står på venteliste til et møde %(when)s. Antal pladser: %(seats)s.") % _facts(signup),
        _("Bliver der plads, får du et tilbud i en ny mail. Tilbuddet har en frist."),
        _(
            "Vi går frem efter rækkefølgen. Er din gruppe større end de ledige pladser, får den næste, der passer, "
            "tilbuddet. Du beholder din plads i køen."
        ),
        _("På din side kan du forlade ventelisten."),
    )


def offer(signup: Signup, token: str) -> LetterText | None:
    if signup.state != State.OFFERED:
        return None
    return _with_manage_link(
        token,
        _news(),
        _("Der er blevet plads til dig på et møde %(when)s. Antal pladser: %(seats)s.") % _facts(signup),
        _("Sig ja senest %(date)s kl. %(time)s. Ellers går tilbuddet videre til den næste.") % _deadline(signup),
        button=_("Sig ja til pladserne"),
    )


def offer_expired(letter: Letter) -> LetterText:
    return LetterText(
        _news(),
        [
            _("Du fik tilbud om plads på et møde %(when)s. Vi fik ikke svar i tide, og tilbuddet er gået videre.")
            % {"when": when(letter.event)},
            _("Du står ikke længere på ventelisten. Vi har slettet det, vi havde om dig."),
            _("Vil du stadig med, så tilmeld dig igen."),
        ],
        settings.SITE_URL + reverse("events:events"),  # not the meeting's own address: it is its title
        _("Tilmeld dig igen"),
    )


def reminder(signup: Signup, token: str) -> LetterText | None:
    if signup.state != State.CONFIRMED:
        return None
    return _with_manage_link(
        token,
        _("Husk din tilmelding"),
        _("Du er tilmeldt et møde %(when)s. Antal pladser: %(seats)s.") % _facts(signup),
        _code(token),
        _("Kan du ikke komme? Meld fra på din side. Så får en anden pladsen."),
    )


def changed(signup: Signup, token: str) -> LetterText | None:
    if signup.state in Signup.GONE:
        return None
    return _with_manage_link(
        token,
        _news(),
        _("Mødet er ændret. Det er nu %(when)s. Se alt om mødet på din side.") % {"when": when(signup.event)},
        _("Kan du ikke komme? Meld fra på din side. Så får en anden pladsen."),
        has_calendar=signup.state == State.CONFIRMED,
    )


def cancelled(signup: Signup, token: str) -> LetterText | None:
    if signup.state in Signup.GONE or signup.event.state != Event.State.CANCELLED:
        return None
    reason = write_out(signup.event.state_reason)
    text = _with_manage_link(
        token,
        _news(),
        _("Mødet %(when)s er aflyst. Du skal ikke gøre noget.") % {"when": when(signup.event)},
        *([reason] if reason else []),
        _("Vi sletter listen over tilmeldte %(date)s. Du kan også slette alt om dig nu på din side.")
        % {"date": format_short_day(signup.event.erased_on)},
        has_calendar=signup.state == State.CONFIRMED,
    )
    if signup.event.falls_back("state_reason", get_language() or SOURCE):
        text.danish = (reason,)
    return text


def again(signup: Signup, token: str) -> LetterText | None:
    """The link once more, and the state of the sign-up."""
    if signup.needs_confirming:
        return confirm(signup, token)
    return confirmed(signup, token) or waiting(signup, token) or offer(signup, token)


def already(signup: Signup, token: str) -> LetterText | None:
    """After an address was signed up again: the state of its sign-up, and that nothing was changed."""
    text = again(signup, token)
    if text and not signup.needs_confirming:
        text.paragraphs.insert(0, _("Du har tilmeldt dig før. Vi har ikke ændret noget."))
    return text


def forgotten(letter: Letter) -> LetterText:
    return LetterText(
        _news(),
        [
            _("Vi har slettet din tilmelding, dit navn og din mailadresse. Dette er den sidste mail om den."),
            _("Kan andre se dine mails, så slet også dem, du har fået fra os."),
        ],
    )


def crowded(signup: Signup, token: str) -> LetterText | None:
    """To one that was set aside, without a link: it has no seats, and nobody needs to know more of it."""
    over = signup.recognition.over_index
    if not over:
        return None
    return LetterText(
        _("Din tilmelding"),
        [
            _("Nogen har brugt din mailadresse til at tilmelde sig et møde %(when)s. Antal pladser: %(seats)s.")
            % _facts(signup),
            _(
                "Der er for mange pladser fra samme sted: fra samme mailtjeneste eller samme net. Derfor har vi ikke "
                "givet dig plads. Reglen er der, så ingen kan fylde hele salen."
            ),
            _(
                "Vil I med, så skriv eller ring til kommunen. Se hvordan på %(odense)s. Sig, at det gælder gruppe "
                "%(code)s. Så kan vi lukke jer ind. Du skal ikke sige dit navn."
            )
            % {"odense": FACTS["odense"].shown, "code": group_code(over)},
            _("Var det ikke dig? Så gør ingenting. Vi sletter det hele efter tre dage."),
        ],
    )


def taken_out(letter: Letter) -> LetterText:
    return LetterText(
        _news(),
        [
            _("Du har ikke længere plads til et møde %(when)s. Vi har slettet dit navn og din mailadresse.")
            % {"when": when(letter.event)},
            _("Der var for mange pladser fra samme sted: fra samme mailtjeneste eller samme net."),
            _("Er det en fejl, så skriv eller ring til kommunen. Se hvordan på %(odense)s.")
            % {"odense": FACTS["odense"].shown},
        ],
    )


def bulk(letter: Letter, token: str) -> LetterText | None:
    if letter.signup is None or letter.signup.state != State.CONFIRMED:
        return None
    text = bulk_text(letter.bulk_letter, letter.language)
    text.link = settings.SITE_URL + reverse("events:manage", args=[token])
    return text


def bulk_text(bulk_letter: BulkLetter | None, language: str) -> LetterText:
    """What a bulk letter says in `language`, in Danish where it has nothing in it. The link leads to the front page."""
    written = write_out(bulk_letter.text(language) if bulk_letter else "")
    paragraphs = [part.strip() for part in written.split("\n\n") if part.strip()]
    text = LetterText(_news(), paragraphs, settings.SITE_URL + "/", _("Åbn din side"))
    if language != SOURCE and not (bulk_letter and bulk_letter.texts.get(language)):
        text.danish = tuple(paragraphs)
    return text


def _code(token: str) -> str:
    """The door code in a sentence. Without marks of direction around it, "7734-2XQR" reads "2XQR-7734" in Arabic."""
    mark = "\u200e" if get_language_bidi() else ""
    code = f"{mark}{door_code(token)}{mark}"
    return _("Din kode er %(code)s. Sig den ved døren. Du skal ikke sige dit navn.") % {"code": code}


def bulk_test(letter: Letter) -> LetterText:
    return bulk_text(letter.bulk_letter, letter.language)


# By kind: about a stored sign-up; about one that is gone.
ABOUT_SIGNUP: dict[str, Callable[[Signup, str], LetterText | None]] = {
    Kind.CONFIRM: confirm, Kind.CONFIRMED: confirmed, Kind.WAITING: waiting, Kind.OFFER: offer,
    Kind.REMINDER: reminder, Kind.CHANGED: changed, Kind.CANCELLED: cancelled, Kind.ALREADY: already, Kind.AGAIN: again,
    Kind.CROWDED: crowded,
}  # fmt: skip
FAREWELL: dict[str, Callable[[Letter], LetterText]] = {
    Kind.OFFER_EXPIRED: offer_expired, Kind.FORGOTTEN: forgotten, Kind.TAKEN_OUT: taken_out,
}  # fmt: skip
