"""Letters are written at the moment they leave, in memory, from what is true then; never before, and never kept."""

from email.mime.text import MIMEText
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from events.ical import calendar
from events.letters.texts import FAREWELL, STANDING, TO_STAFF, LetterText, bulk
from events.models import Event, Letter
from events.signups.booking import MAX_LETTERS
from nejtilbander.i18n.languages import direction
from nejtilbander.security import keyring
from nejtilbander.security.sealed_boxes import unseal
from nejtilbander.text.contact_facts import FACTS


def render_letter(letter: Letter) -> EmailMultiAlternatives | None:
    """The message, addressed and ready; None when there is nothing left to say.

    Raises Unreadable or NoKey when the sealed box does not open.
    """
    with translation.override(letter.language):
        if letter.kind in TO_STAFF:
            to = [letter.staff.email] if letter.staff else list(settings.ALARM_TO)
            return _message(TO_STAFF[letter.kind](letter), to, letter) if any(to) else None
        if letter.event.ends_at < timezone.now() and letter.kind != Letter.Kind.FORGOTTEN:
            return None
        if letter.signup and not letter.signup.has_address:  # its address was signed up again
            return None
        content = _unseal(letter)
        words = _words(letter, content["token"])
        if words is None:
            return None
        # Not before the address is confirmed: until then anybody may have written the name.
        if content["name"] and letter.signup and letter.signup.verified:
            words.greeting = _("Hej %(name)s") % {"name": content["name"]}
        return _message(words, [content["email"]], letter)


def _words(letter: Letter, token: str) -> LetterText | None:
    if letter.signup is None:
        return FAREWELL[letter.kind](letter)
    if letter.kind == Letter.Kind.BULK:
        return bulk(letter, token)
    if letter.event.state == Event.State.CANCELLED and letter.kind != Letter.Kind.CANCELLED:
        return None  # it waited while the meeting was cancelled: what it says is no longer so
    if letter.kind == Letter.Kind.ALREADY and letter.number > MAX_LETTERS:
        return None  # the row was written like any other, so nobody can tell; but a mailbox is not to be flooded
    return STANDING[letter.kind](letter.signup, token)


def _unseal(letter: Letter) -> dict[str, Any]:
    key = keyring.private_key(letter.event.seats.key)
    if letter.signup is None:
        return unseal(key, letter.sealed)
    return unseal(key, letter.signup.sealed, id=letter.signup.pk)


def _message(words: LetterText, to: list[str], letter: Letter) -> EmailMultiAlternatives:
    language = "da" if words.is_staff else letter.language
    context = {"words": words, "language": language, "direction": direction(language), "facts": FACTS}
    message = EmailMultiAlternatives(
        words.subject,
        render_to_string("events/letters/letter.txt", context),
        to=to,
        headers={"Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(render_to_string("events/letters/letter.html", context), "text/html")
    if words.has_calendar:
        file = MIMEText(calendar([letter.event], "", neutral=True).decode(), "calendar", "utf-8")
        file.add_header("Content-Disposition", "attachment", filename="kalender.ics")
        message.attach(file)
    return message
