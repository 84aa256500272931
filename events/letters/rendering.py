"""Renders letters in memory at the moment they are sent, from the data of that moment; no rendered letter is stored."""

from datetime import timedelta
from email.mime.text import MIMEText

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from events import ical
from events.letters.staff_texts import TO_STAFF
from events.letters.texts import ABOUT_SIGNUP, FAREWELL, LetterText, bulk
from events.models import BulkLetter, Event, Letter, Signup
from events.models.letter import farewell_id
from events.signups import recognition
from events.signups.box_contents import checked
from nejtilbander.background.outbox import LetterRefused
from nejtilbander.i18n.languages import direction
from nejtilbander.security import keyring
from nejtilbander.security.sealed_boxes import unseal

MAX_BULK_AGE = timedelta(days=7)  # from when staff sent it; longer than any letter is tried


def render_letter(letter: Letter) -> EmailMultiAlternatives | None:
    """The message with its address; None when the letter is no longer to be sent.

    Raises DecryptionError or KeyNotFound when the sealed box cannot be opened, LetterRefused when the letter was not
    made by the rules that make one: rows of the database are no proof of who wrote them.
    """
    if letter.kind in {Letter.Kind.BULK, Letter.Kind.TEST}:
        _raise_unless_signed(letter, letter.bulk_letter)
    with translation.override(letter.language):
        if letter.kind in TO_STAFF:
            to = [letter.staff.email] if letter.staff else list(settings.ALARM_TO)
            return _message(TO_STAFF[letter.kind](letter), to, letter) if any(to) else None
        if letter.event.ends_at < timezone.now() and letter.kind != Letter.Kind.FORGOTTEN:
            return None
        if letter.signup:
            signup = recognition.addressee(letter)
            if signup is None:
                return None
            if recognition.is_set_aside(signup):
                letter.kind = Letter.Kind.CROWDED
            elif signup != letter.signup:
                letter.signup, letter.kind = signup, Letter.Kind.ALREADY
        content = _unseal(letter)
        text = _text(letter, content["token"])
        if text is None:
            return None
        # Not before the address is confirmed: until then anybody may have written the name.
        if content["name"] and letter.signup and letter.signup.verified:
            text.greeting = _("Hej %(name)s") % {"name": content["name"]}
        return _message(text, [content["email"]], letter)


def _text(letter: Letter, token: str) -> LetterText | None:
    if letter.signup is None:
        return FAREWELL[letter.kind](letter)
    if letter.kind == Letter.Kind.BULK:
        return bulk(letter, token)
    if letter.event.state == Event.State.CANCELLED and letter.kind != Letter.Kind.CANCELLED:
        return None  # the meeting was cancelled while the letter waited: it is no longer true
    return ABOUT_SIGNUP[letter.kind](letter.signup, token)


def _unseal(letter: Letter) -> dict[str, str]:
    key = keyring.private_key(letter.event.seats.key)
    if letter.signup is None:
        content = checked(unseal(key, letter.sealed))
        _raise_unless_own_box(letter, content.get("id", 0))
        return content
    return checked(unseal(key, letter.signup.sealed, id=letter.signup.pk))


def _raise_unless_signed(letter: Letter, bulk_letter: BulkLetter | None) -> None:
    """Raises LetterRefused unless staff wrote it for this meeting and, when it is to all, sent it, and lately."""
    if bulk_letter is None or not bulk_letter.is_signed or bulk_letter.event_id != letter.event_id:
        raise LetterRefused
    if letter.kind == Letter.Kind.TEST:
        return
    sent_at = bulk_letter.sent_at
    if sent_at is None or sent_at < timezone.now() - MAX_BULK_AGE or letter.number != bulk_letter.pk:
        raise LetterRefused


def _raise_unless_own_box(letter: Letter, signup_id: int) -> None:
    """Raises LetterRefused unless the box is that of a sign-up that is gone, and this the one farewell about it."""
    is_own = letter.pk == farewell_id(letter.event_id, letter.kind, signup_id)
    if not is_own or Signup.objects.reachable().filter(pk=signup_id).exists():
        raise LetterRefused


def _headers(language: str) -> dict[str, str]:
    """What each letter says of itself to machines: that no person wrote it, and its language (RFC 3834, RFC 3282).

    Exchange answers with "out of office" all the same unless it is told in its own words. No List-Unsubscribe: nobody
    can leave these letters but by leaving the meeting (docs/decisions/0026).
    """
    return {
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
        "Content-Language": language,
    }


def _message(text: LetterText, to: list[str], letter: Letter) -> EmailMultiAlternatives:
    language = "da" if text.is_staff else letter.language
    context = {"words": text, "language": language, "direction": direction(language)}
    message = EmailMultiAlternatives(
        text.subject,
        render_to_string("events/letters/letter.txt", context),
        to=to,
        headers=_headers(language),
    )
    message.attach_alternative(render_to_string("events/letters/letter.html", context), "text/html")
    if text.has_calendar:
        file = MIMEText(ical.calendar_file(letter.event).decode(), "calendar", "utf-8")
        file.set_param("method", ical.method(letter.event))  # RFC 6047, section 2.4
        file.add_header("Content-Disposition", "attachment", filename="kalender.ics")
        message.attach(file)
    return message
