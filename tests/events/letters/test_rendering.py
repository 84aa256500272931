"""Letters as they leave: neutral outside, the same words in both halves, and only to whom they are for."""

import email
import html
import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.utils import timezone, translation
from icalendar import Calendar

from events.letters.announcements import announce_changes, send_bulk_letter, write_reminders
from events.letters.rendering import render_letter
from events.models import BulkLetter, Event, Letter, Seats, Signup
from events.privacy.guest_list import questions
from events.signups.booking import MAX_LETTERS, SignupRequest, door_code, sign_up
from events.signups.self_service import cancel, confirm, erase, find_signup, resend_link
from events.signups.waiting_list import expire_offers
from nejtilbander.background.outbox import deliver
from nejtilbander.security import keyring
from tests.make import a_form, a_guest, a_meeting, a_signup

pytestmark = [pytest.mark.django_db, pytest.mark.walk]
FATIMA = "fatima@example.dk"
STAFF = "vagt@example.org"
COPENHAGEN = ZoneInfo("Europe/Copenhagen")
PAST = timezone.now() - timedelta(minutes=1)
KINDS = Letter.Kind
TO_STAFF = {KINDS.ALARM, KINDS.OPENED}
WITH_CALENDAR = {KINDS.CONFIRMED, KINDS.CHANGED, KINDS.CANCELLED, KINDS.ALREADY, KINDS.AGAIN}
WITH_CODE = {KINDS.CONFIRMED, KINDS.REMINDER, KINDS.ALREADY, KINDS.AGAIN}
# To addresses nobody has confirmed, and about sign-ups that are gone: anybody may have written the name.
NAMELESS = {KINDS.CONFIRM, KINDS.OFFER_EXPIRED, KINDS.FORGOTTEN}
WITHOUT_LINK = {KINDS.FORGOTTEN}


@pytest.fixture(autouse=True)
def _alarms(settings):
    settings.ALARM_TO = [STAFF]


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
    return BulkLetter.objects.create(
        event=event, texts={"da": "Kom i god tid.\n\nTag <tøj>\n& sko på.", "ar": "مرحبا.\n\nشكرا."}
    )


def tried_out(event, language):
    user = User.objects.create(username="vagt", email=STAFF)
    Letter.objects.create(kind="test", event=event, bulk_letter=a_circular(event), staff=user, language=language)


def alarmed(event, language):
    Letter.objects.create(kind="alarm", event=event, language="da")


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
    KINDS.OPENED: opened,
}


def a_letter(kind, language="da", **fields):
    """(the letter's row, the message, the sign-up it is about)"""
    defaults = {"days": 1.9, "capacity": 6, "key": True, "title_da": "Hemmelig titel", "place_da": "Stedet"}
    event = a_meeting(**defaults | fields)
    guest = WRITTEN[kind](event, language)
    letter = Letter.objects.select_related("event__seats").filter(event=event, kind=kind).latest("due_at")
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


def test_every_kind_of_letter_is_tested_here():
    assert set(WRITTEN) == set(KINDS)


@pytest.mark.parametrize("language", ["da", "ar"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_is_neutral_outside_has_two_equal_halves_and_leads_to_its_page(reader, kind, language):
    letter, message, guest = a_letter(kind, language)

    spoken = "da" if kind in TO_STAFF else language
    ((page, mimetype),) = message.alternatives
    assert mimetype == "text/html"
    assert f'<html lang="{spoken}" dir="{"rtl" if spoken == "ar" else "ltr"}">' in page
    assert words_of(page) == message.body.split()
    assert f"<title>{html.escape(message.subject)}</title>" in page

    # Nothing that tells what it is about where others may see it, nor whom it is for where it need not stand.
    for_staff = kind in TO_STAFF | {KINDS.TEST}
    assert (message.to, message.cc, message.bcc, message.reply_to) == ([STAFF if for_staff else FATIMA], [], [], [])
    outside = f"{message.subject} {message.extra_headers} {message.from_email}"
    assert not re.search("hemmelig|stedet|flakhaven|vestergade|fatima|bande|stormøde", outside, re.IGNORECASE)
    everything = message.message().as_bytes().replace(f"To: {message.to[0]}".encode(), b"", 1)
    assert message.to[0].encode() not in everything
    said = message.body + page
    assert not re.search("stedet|flakhaven|vestergade", said, re.IGNORECASE)
    assert ("Hemmelig titel" in said) == (kind in TO_STAFF)
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert ("Fatima" in message.body) == (not for_staff and kind not in NAMELESS)

    # In the reader's language
    assert (arabic(message.subject) > 5) == (spoken == "ar")
    assert (arabic(message.body) > 30) == (spoken == "ar")

    link = link_in(message)
    assert (link is None) == (kind in WITHOUT_LINK)
    if link:
        assert f'href="http://127.0.0.1:8000{link[1]}"' in page
        shown = reader.get(link[1], headers={"accept-encoding": ""})
        assert shown.status_code == 200
        assert ("fatima" in link[1].lower()) is False
    if guest and kind not in {KINDS.OFFER_EXPIRED, KINDS.FORGOTTEN}:
        assert guest.token in link[1]
        code = door_code(guest.token)
        assert (code in message.body) == (kind in WITH_CODE)
        if kind in WITH_CODE:
            assert code in shown.content.decode()
    assert (len(message.attachments) == 1) == (kind in WITH_CALENDAR)
    assert letter.state == Letter.State.WAITING


def test_a_letter_without_a_name_greets_nobody():
    event = a_meeting(key=True)
    a_signup(event, FATIMA)

    message = render_letter(Letter.objects.get(event=event))

    assert message.body.startswith("Nogen har skrevet denne adresse op til et møde ")
    assert "Hej" not in message.body


def test_a_letter_greets_by_name_only_when_the_address_is_confirmed():
    """Until then anybody may have written the name, and so would write to somebody in our name."""
    event = a_meeting(key=True)
    guest = fatima(event, "da", confirmed=False)
    resend_link(guest)
    unconfirmed = [render_letter(letter).body for letter in Letter.objects.filter(event=event)]
    confirm(guest)
    resend_link(guest)
    confirmed = [render_letter(letter).body for letter in Letter.objects.filter(event=event, kind="again")]

    assert len(unconfirmed) == len(confirmed) == 2
    assert not any("Fatima" in body or "Hej" in body for body in unconfirmed)
    assert all(body.startswith("Hej Fatima") for body in confirmed)


def test_a_letter_tells_the_meetings_time_and_the_seats_in_danish_local_time():
    starts_at = datetime(2030, 3, 31, 19, 30, tzinfo=COPENHAGEN)
    _, message, _ = a_letter(KINDS.CONFIRMED, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2))

    assert "Du er tilmeldt et møde søndag den 31. marts 2030, kl. 19.30. Antal pladser: 3." in message.body


def test_a_hold_and_an_offer_tell_until_when():
    _, confirm, held = a_letter(KINDS.CONFIRM)
    _, offer, one = a_letter(KINDS.OFFER, slug="andet")

    held.refresh_from_db()
    one.refresh_from_db()
    assert f"Vi holder pladserne til kl. {timezone.localtime(held.until):%H.%M}." in confirm.body
    assert f"kl. {timezone.localtime(one.until):%H.%M}. Ellers går tilbuddet videre" in offer.body


@pytest.mark.parametrize(
    ("state", "verified", "says"),
    [
        ("held", False, "Vi holder pladserne til kl."),
        ("lapsed", False, "Tiden er gået"),
        ("waiting", False, "Bekræft, så får du plads, hvis der er nogen."),
        ("waiting", True, "Du står på venteliste"),
        ("offered", True, "Der er blevet plads til dig"),
        ("confirmed", True, "Du er tilmeldt et møde"),
    ],
)
def test_the_link_sent_again_says_how_it_stands(state, verified, says):
    event = a_meeting(key=True)
    signup = fatima(event, "da", confirmed=False)
    resend_link(signup)
    sign_up(event, SignupRequest(2, "da", email=FATIMA), a_form(event))
    Signup.objects.filter(pk=signup.pk).update(state=state, verified=verified)

    again, already = (render_letter(Letter.objects.get(event=event, kind=kind)).body for kind in ("again", "already"))

    assert says in again
    assert says in already
    assert "Du var skrevet op i forvejen." not in again
    assert ("Du var skrevet op i forvejen. Vi har ikke ændret noget." in already) is (verified is True)


def test_a_mailbox_is_not_flooded_by_someone_who_signs_its_address_up_over_and_over():
    event = a_meeting(key=True)
    guest = fatima(event, "da")
    Letter.objects.filter(event=event).delete()
    letters = guest.letters.select_related("event__seats", "signup__event")
    for number in range(1, MAX_LETTERS + 3):
        sign_up(event, SignupRequest(2, "da", email=FATIMA), a_form(event))
        assert guest.letters.waiting().count() == 1, "a row each time, so that nobody can tell"
        deliver(letters, render_letter)
        assert (len(mail.outbox), guest.letters.count()) == (min(number, MAX_LETTERS),) * 2

    resend_link(guest)
    deliver(letters, render_letter)
    assert len(mail.outbox) == MAX_LETTERS + 1, "the owner may still ask for the link"


def calendar_in(message):
    """As a mail program finds it in what was sent."""
    parts = email.message_from_bytes(message.message().as_bytes()).walk()
    (part,) = [part for part in parts if part.get_content_type() == "text/calendar"]
    assert part.get_filename() == "kalender.ics"
    (entry,) = Calendar.from_ical(part.get_payload(decode=True)).walk("VEVENT")
    return entry


@pytest.mark.parametrize("language", ["da", "ar"])
@pytest.mark.parametrize(
    ("day", "utc_offset"), [((2030, 3, 30), 1), ((2030, 3, 31), 2), ((2030, 10, 26), 2), ((2030, 10, 27), 1)]
)
def test_the_calendar_file_is_neutral_and_right_over_a_change_of_summer_time(language, day, utc_offset):
    starts_at = datetime(*day, 19, tzinfo=COPENHAGEN)
    _, message, _ = a_letter(KINDS.CONFIRMED, language, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2))

    entry = calendar_in(message)

    with translation.override(language):
        assert str(entry["summary"]) == translation.gettext("Møde")
    assert set(entry) == {"UID", "DTSTAMP", "LAST-MODIFIED", "DTSTART", "DTEND", "STATUS", "SUMMARY"}
    assert (entry["dtstart"].dt, entry["dtend"].dt) == (starts_at, starts_at + timedelta(hours=2))
    assert entry["dtstart"].params["TZID"] == "Europe/Copenhagen"
    assert (entry["dtstart"].dt.hour, entry["dtstart"].dt.utcoffset()) == (19, timedelta(hours=utc_offset))


def test_a_moved_or_cancelled_meeting_is_the_same_entry_in_the_calendar():
    event = a_meeting(key=True)
    fatima(event, "da")
    starts_at = event.starts_at.replace(microsecond=0) + timedelta(hours=1)
    moved(event, starts_at=starts_at)
    moved(event, state=Event.State.CANCELLED)
    letters = Letter.objects.filter(event=event).order_by("number")
    changed, cancelled = letters.get(kind="changed"), letters.get(kind="cancelled")

    assert render_letter(changed) is None, "what is cancelled has not only moved"
    after = calendar_in(render_letter(cancelled))
    moved(event, state=Event.State.CONFIRMED)
    again = calendar_in(render_letter(Letter.objects.get(event=event, kind="changed", number=4)))

    assert (str(after["status"]), str(again["status"])) == ("CANCELLED", "CONFIRMED")
    assert after["uid"] == again["uid"]
    assert again["dtstart"].dt == starts_at


@pytest.mark.parametrize("kind", ["changed", "cancelled"])
def test_who_is_not_coming_gets_no_calendar_file(kind):
    event = a_meeting(key=True)
    fatima(event, "da", confirmed=False)
    moved(event, **{"changed": {"address": "Vestergade 1"}, "cancelled": {"state": "cancelled"}}[kind])

    assert render_letter(Letter.objects.get(event=event, kind=kind)).attachments == []


def set_state(state, verified=True):
    return lambda event: Signup.objects.filter(event=event).update(state=state, verified=verified)


def set_event(**fields):
    return lambda event: Event.objects.filter(pk=event.pk).update(**fields)


def signed_up_again(event):
    """After the hold ran out: the new sign-up has the address, and a letter of its own."""
    set_state("lapsed", verified=False)(event)
    fatima(event, "da", confirmed=False)


# About the meeting's end itself, about sign-ups that are gone, and what staff write.
STANDS_WHEN_CANCELLED = TO_STAFF | {
    KINDS.CANCELLED, KINDS.OFFER_EXPIRED, KINDS.FORGOTTEN, KINDS.BULK, KINDS.TEST,
}  # fmt: skip
OVER = {"starts_at": PAST - timedelta(hours=2), "ends_at": PAST}


@pytest.mark.parametrize(
    ("kind", "happens"),
    [
        (KINDS.CONFIRM, set_state("confirmed")),
        (KINDS.CONFIRM, set_state("waiting")),
        (KINDS.CONFIRM, set_state("cancelled")),
        (KINDS.CONFIRM, signed_up_again),
        (KINDS.CONFIRMED, set_state("cancelled")),
        (KINDS.WAITING, set_state("offered")),
        (KINDS.OFFER, set_state("confirmed")),
        (KINDS.OFFER, set_state("expired")),
        (KINDS.REMINDER, set_state("cancelled")),
        (KINDS.CHANGED, set_state("cancelled")),
        (KINDS.CANCELLED, set_state("expired")),
        (KINDS.CANCELLED, set_event(state="confirmed")),
        (KINDS.ALREADY, set_state("cancelled")),
        (KINDS.AGAIN, set_state("cancelled")),
        (KINDS.BULK, set_state("cancelled")),
        (KINDS.TEST, lambda _: User.objects.update(email="")),
        *((kind, set_event(state="cancelled")) for kind in KINDS if kind not in STANDS_WHEN_CANCELLED),
        *((kind, set_event(**OVER)) for kind in KINDS if kind not in TO_STAFF | {KINDS.FORGOTTEN, KINDS.TEST}),
    ],
)
def test_a_letter_with_nothing_left_to_say_is_removed_unsent(kind, happens):
    letter, _, _ = a_letter(kind)
    happens(letter.event)
    Letter.objects.exclude(pk=letter.pk).delete()

    assert deliver(Letter.objects.all(), render_letter) == 1

    assert mail.outbox == []
    assert not Letter.objects.exists()


@pytest.mark.parametrize("kind", sorted(TO_STAFF))
def test_a_letter_to_staff_is_removed_where_nobody_is_to_be_told(settings, kind):
    settings.ALARM_TO = []

    assert a_letter(kind)[1] is None


def test_a_farewell_leaves_even_after_the_meeting():
    letter, _, _ = a_letter(KINDS.FORGOTTEN)
    Event.objects.filter(pk=letter.event_id).update(**OVER)

    deliver(Letter.objects.filter(pk=letter.pk), render_letter)

    assert [message.to for message in mail.outbox] == [[FATIMA]]
    assert Letter.objects.get(pk=letter.pk).state == Letter.State.SENT


def test_without_the_key_a_letter_is_kept_and_says_why_it_did_not_leave():
    letter, _, _ = a_letter(KINDS.CONFIRMED)
    keyring.destroy_key(letter.event.seats.key)

    deliver(Letter.objects.filter(pk=letter.pk), render_letter)

    letter.refresh_from_db()
    assert mail.outbox == []
    assert (letter.state, letter.error, letter.tries) == ("waiting", "fault KeyNotFound", 1)


def test_a_letter_about_a_box_that_was_swapped_does_not_leave():
    event = a_meeting(key=True)
    anna, guest = a_guest(event, "anna@example.dk"), fatima(event, "da")
    Signup.objects.filter(pk=guest.pk).update(sealed=anna.sealed)

    deliver(Letter.objects.filter(signup=guest, kind="confirmed"), render_letter)

    assert mail.outbox == []
    assert Letter.objects.get(signup=guest, kind="confirmed").error == "fault DecryptionError"


def test_every_letter_leaves_with_an_identity_of_its_own_and_no_other_receiver():
    event = a_meeting(key=True)
    guests = [
        a_guest(event, f"gaest{number}@example.dk", language=code) for number, code in enumerate(("da", "ar", "so"))
    ]

    while deliver(Letter.objects.filter(event=event).select_related("event__seats", "signup__event"), render_letter):
        pass

    sent = {message.extra_headers["Message-ID"]: message.recipients() for message in mail.outbox}
    letters = Letter.objects.filter(event=event, kind="confirmed")
    assert sent == {letter.message_id(): [f"gaest{guests.index(letter.signup)}@example.dk"] for letter in letters}
    assert Seats.objects.get(event=event).taken == 3
    assert not find_signup("")
