"""One letter of each kind."""

import html
import re
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.utils import timezone

from events.letters.announcements import announce_changes, send_bulk_letter, write_reminders
from events.letters.rendering import render_letter
from events.models import BulkLetter, Event, GroupDecision, Letter, Recognition, Signup
from events.privacy.guest_list import questions
from events.signups import groups
from events.signups.booking import SignupRequest, sign_up
from events.signups.recognition import recognise_new
from events.signups.self_service import cancel, erase, resend_link
from events.signups.waiting_list import expire_offers
from tests.support.factories import a_form, a_guest, a_meeting, a_signup

FATIMA = "fatima@example.dk"
STAFF = "vagt@example.org"
COPENHAGEN = ZoneInfo("Europe/Copenhagen")
PAST = timezone.now() - timedelta(minutes=1)
KINDS = Letter.Kind
TO_STAFF = {KINDS.ALARM, KINDS.CONCENTRATION, KINDS.OPENED, KINDS.TAMPERED}
WITH_CALENDAR = {KINDS.CONFIRMED, KINDS.CHANGED, KINDS.CANCELLED, KINDS.ALREADY, KINDS.AGAIN}
WITH_CODE = {KINDS.CONFIRMED, KINDS.REMINDER, KINDS.ALREADY, KINDS.AGAIN}
# To addresses nobody has confirmed, and about sign-ups that are gone: anybody may have written the name.
NAMELESS = {KINDS.CONFIRM, KINDS.OFFER_EXPIRED, KINDS.FORGOTTEN, KINDS.CROWDED, KINDS.TAKEN_OUT}
WITHOUT_LINK = {KINDS.FORGOTTEN, KINDS.CROWDED, KINDS.TAKEN_OUT}


def fatima(event, language, *, confirmed=True):
    return (a_guest if confirmed else a_signup)(event, FATIMA, 3, name="Fatima", language=language)


def moved(event, **fields):
    before, now = Event.objects.get(pk=event.pk), Event.objects.get(pk=event.pk)
    for name, value in fields.items():
        setattr(now, name, value)
    now.save()
    announce_changes(now, before)


def on_the_list(event, language):
    other = a_guest(event, "fuldt@example.dk", 6)
    return other, fatima(event, language)


def offered(event, language):
    other, guest = on_the_list(event, language)
    cancel(other)
    return guest


def expired(event, language):
    guest = offered(event, language)
    Signup.objects.filter(pk=guest.pk).update(until=PAST)
    expire_offers()
    return guest


def already(event, language):
    guest = fatima(event, language)
    sign_up(event, SignupRequest(2, language, email=FATIMA), a_form(event))
    return guest


def asked_again(event, language):
    guest = fatima(event, language)
    resend_link(guest)
    return guest


def reminded(event, language):
    guest = fatima(event, language)
    Signup.objects.filter(pk=guest.pk).update(day=timezone.localdate() - timedelta(days=1))
    write_reminders()
    return guest


def told(event, language, **fields):
    guest = fatima(event, language)
    moved(event, **fields)
    return guest


def written_to_all(event, language):
    guest = fatima(event, language)
    send_bulk_letter(a_circular(event))
    return guest


def a_circular(event):
    letter = BulkLetter.objects.create(
        event=event, texts={"da": "Kom i god tid.\n\nTag <tøj>\n& sko på.", "ar": "مرحبا بكم.\n\nشكرا لكم."}
    )
    letter.sign()
    return letter


def tried_out(event, language):
    user = User.objects.create(username="vagt", email=STAFF)
    Letter.objects.create(kind="test", event=event, bulk_letter=a_circular(event), staff=user, language=language)


def alarmed(event, language):
    Letter.objects.create(kind="alarm", event=event, language="da")


def tampered(event, language):
    Letter.objects.create(kind="tampered", event=event, language="da")


def crowded(event, language):
    """The network has its six seats, and then Fatima comes."""
    network = {"network": "192.0.2.0/24"}
    sign_up(event, SignupRequest(6, "da", email="fuldt@example.dk"), a_form(event, accepts_waiting=True, **network))
    form = a_form(event, accepts_waiting=True, **network)
    sign_up(event, SignupRequest(3, language, name="Fatima", email=FATIMA), form)
    recognise_new()
    letters = Letter.objects.filter(event=event, kind="confirm")
    letters.exclude(signup__recognition__over_index__gt="").delete()


def taken_out(event, language):
    fatima(event, language)
    Recognition.objects.filter(event=event).update(domain_index="a" * 43)
    groups.decide(event, "a" * 43, GroupDecision.Decision.TAKEN_OUT)
    groups.carry_out_decisions()


def concentrated(event, language):
    Letter.objects.create(kind="concentration", event=event, language="da")


def opened(event, language):
    questions(event, User.objects.create(username="vagt"))


# How each kind of letter comes to be, by the rules that write it.
WRITTEN = {
    KINDS.CONFIRM: lambda event, language: fatima(event, language, confirmed=False),
    KINDS.CONFIRMED: fatima,
    KINDS.WAITING: lambda event, language: on_the_list(event, language)[1],
    KINDS.OFFER: offered,
    KINDS.OFFER_EXPIRED: expired,
    KINDS.REMINDER: reminded,
    KINDS.CHANGED: lambda event, language: told(event, language, address="Vestergade 1"),
    KINDS.CANCELLED: lambda event, language: told(event, language, state=Event.State.CANCELLED),
    KINDS.ALREADY: already,
    KINDS.AGAIN: asked_again,
    KINDS.FORGOTTEN: lambda event, language: erase(fatima(event, language)),
    KINDS.BULK: written_to_all,
    KINDS.TEST: tried_out,
    KINDS.ALARM: alarmed,
    KINDS.CROWDED: crowded,
    KINDS.TAKEN_OUT: taken_out,
    KINDS.CONCENTRATION: concentrated,
    KINDS.OPENED: opened,
    KINDS.TAMPERED: tampered,
}


def a_letter(kind, language="da", **fields):
    """(the letter's row, the message, the sign-up it is about)"""
    defaults = {"days": 1.9, "capacity": 6, "key": True, "title_da": "Hemmelig titel", "place_da": "Stedet"}
    event = a_meeting(**defaults | fields)
    guest = WRITTEN[kind](event, language)
    # What the letter of a duplicate or of one that is set aside is, the worker finds out.
    stored = KINDS.CONFIRM if kind in {KINDS.ALREADY, KINDS.CROWDED} else kind
    letter = Letter.objects.select_related("event__seats").filter(event=event, kind=stored).latest("due_at")
    return letter, render_letter(letter), guest


def link_in(message):
    return re.search(r"^http://127\.0\.0\.1:8000(/\S*)$", message.body, re.MULTILINE)


def words_of(page):
    """The words of an HTML letter, its link written out as the plain one does."""
    body = page.partition("<body")[2].partition(">")[2]
    body = re.sub(r'<a href="([^"]*)"[^>]*>([^<]*)</a>', r"\2: \1", body)
    return html.unescape(re.sub(r"<[^>]+>", " ", body)).split()


def arabic(text):
    return len(re.findall(r"[\u0600-\u06ff]", text))


def set_event(**fields):
    return lambda event: Event.objects.filter(pk=event.pk).update(**fields)
