"""Letters as they leave: neutral outside, the same words in both halves, and only to whom they are for."""

import html
import re
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from events.letters.rendering import render_letter
from events.models import Letter, Seats, Signup
from events.signups.booking import SignupRequest, door_code, sign_up
from events.signups.recognition import MAX_LETTERS, recognise_new
from events.signups.self_service import confirm, find_signup, resend_link
from nejtilbander.background.outbox import deliver
from nejtilbander.text.readability import lix
from tests.events.letters.rendering.driver import (
    COPENHAGEN,
    FATIMA,
    KINDS,
    NAMELESS,
    STAFF,
    TO_STAFF,
    WITH_CALENDAR,
    WITH_CODE,
    WITHOUT_LINK,
    WRITTEN,
    a_letter,
    arabic,
    fatima,
    link_in,
    words_of,
)
from tests.support.factories import a_form, a_guest, a_meeting, a_signup

pytestmark = [pytest.mark.django_db, pytest.mark.walk]


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
    assert not re.search(r"tel:|\b11[24]\b", said), "who looks over a shoulder sees a letter like any other"
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
        assert kind in TO_STAFF or "/stormoeder/" not in link[1][:-1], "the address of a meeting is its title"
        assert f'href="http://127.0.0.1:8000{link[1]}"' in page
        shown = reader.get(link[1], headers={"accept-encoding": ""})
        assert shown.status_code == 200
        assert ("fatima" in link[1].lower()) is False
    if guest and kind not in {KINDS.OFFER_EXPIRED, *WITHOUT_LINK}:
        assert guest.token in link[1]
        code = door_code(guest.token)
        assert (code in message.body) == (kind in WITH_CODE)
        if kind in WITH_CODE:
            assert code in shown.content.decode()
    assert (len(message.attachments) == 1) == (kind in WITH_CALENDAR)
    assert letter.state == Letter.State.WAITING


@pytest.mark.parametrize("kind", sorted(set(KINDS) - TO_STAFF - {KINDS.BULK, KINDS.TEST}))
def test_a_letter_is_easy_to_read_and_calls_itself_a_mail(kind):
    _, message, _ = a_letter(kind)

    words = re.sub(r"http\S+", "", message.body)
    assert lix(words) <= 30
    assert not re.search(r"\bbreve?(t|ne)?\b", words)


def test_a_letter_without_a_name_greets_nobody():
    event = a_meeting(key=True)
    a_signup(event, FATIMA)

    message = render_letter(Letter.objects.get(event=event))

    assert message.body.startswith("Nogen har brugt din mailadresse til at tilmelde sig et møde ")
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
    recognise_new()
    Signup.objects.filter(pk=signup.pk).update(state=state, verified=verified)

    to_duplicate = Letter.objects.exclude(signup=signup).get(event=event)
    again, already = (render_letter(letter).body for letter in (Letter.objects.get(kind="again"), to_duplicate))

    assert says in again
    assert says in already
    assert "Du har tilmeldt dig før." not in again
    assert ("Du har tilmeldt dig før. Vi har ikke ændret noget." in already) is (verified is True)


def test_a_mailbox_is_not_flooded_by_someone_who_signs_its_address_up_over_and_over():
    event = a_meeting(key=True)
    guest = fatima(event, "da")
    Letter.objects.filter(event=event).delete()
    letters = event.letters.select_related("event__seats", "signup__event")
    for number in range(1, MAX_LETTERS + 3):
        sign_up(event, SignupRequest(2, "da", email=FATIMA), a_form(event))
        assert letters.waiting().count() == 1, "a row each time, so that nobody can tell"
        deliver(letters, render_letter)
        assert (len(mail.outbox), letters.count()) == (min(number, MAX_LETTERS),) * 2

    resend_link(guest)
    deliver(letters, render_letter)
    assert len(mail.outbox) == MAX_LETTERS + 1, "the owner may still ask for the link"


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
