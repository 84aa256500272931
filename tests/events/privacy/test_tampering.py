"""Whoever can write in the database puts a key of their own, or another meeting's, where staff had put theirs."""

import logging

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from nacl.public import PrivateKey
from nacl.signing import SigningKey

from events.letters.rendering import render_letter
from events.models import BulkLetter, Letter, Question, Seats, Signup
from events.models.seats import KEY_PURPOSE
from events.privacy.guest_list import door_list
from events.privacy.keys import create_key, create_missing_keys, replace_lost_keys
from events.privacy.retention import erase_list
from events.privacy.tampering import report_tampering
from events.signups.booking import SignupRequest, sign_up
from events.signups.seats import Closed
from events.tasks import late_work
from nejtilbander.background.outbox import deliver
from nejtilbander.environment import verify_key
from nejtilbander.security import keyring, signatures
from tests.events.signups.views.driver import a_second_later, get, send, ticket_of
from tests.support.factories import a_form, a_guest, a_meeting

pytestmark = pytest.mark.django_db
ATTACKER = PrivateKey.generate()
NOT_MADE_BY_STAFF = "keyring: a meeting's key was not made by staff"


def own_key(event, other, settings):
    Seats.objects.filter(event=event).update(public_key=bytes(ATTACKER.public_key))


def own_key_and_signature(event, other, settings):
    public, own = bytes(ATTACKER.public_key), settings.SIGNING_KEY
    settings.SIGNING_KEY = SigningKey.generate().encode().hex()
    signature = signatures.sign(KEY_PURPOSE, event.pk, public.hex())
    settings.SIGNING_KEY = own
    Seats.objects.filter(event=event).update(public_key=public, key_signature=signature)


def another_meetings(event, other, settings):
    Seats.objects.filter(event=event).update(public_key=other.seats.public_key, key_signature=other.seats.key_signature)


SWAPS = [own_key, own_key_and_signature, another_meetings]


@pytest.fixture
def swapped(request, settings):
    event, other = a_meeting("proeve", key=True), a_meeting("andet", key=True)
    request.param(event, other, settings)
    event.seats.refresh_from_db()
    return event


@pytest.mark.parametrize("how", SWAPS)
def test_nobody_seals_for_a_key_that_staff_did_not_make_for_this_meeting(how, reader, settings):
    event, other = a_meeting("proeve", key=True), a_meeting("andet", key=True)
    ticket = ticket_of(get(reader))
    how(event, other, settings)
    event.seats.refresh_from_db()
    a_second_later()

    shown = get(reader)
    answer = send(reader, ticket, email="anna@example.dk", question="Hvorfor?")

    assert (shown.status_code, answer.status_code) == (200, 409)
    assert "Tilmeldingen lukkede, mens du skrev. Vi har ikke modtaget noget." in answer.content.decode()
    assert "Tilmeldingen er ved at blive gjort klar. Prøv igen om lidt." in shown.content.decode()
    assert "<form" not in shown.content.decode().partition("<main")[2], "nothing can be typed"
    with pytest.raises(Closed):
        sign_up(event, SignupRequest(1, "da", email="anna@example.dk"), a_form(event))
    assert (event.seats.key, event.seats.has_foreign_key) == (b"", True)
    assert not Signup.objects.filter(event=event).exists()
    assert not Question.objects.filter(event=event).exists()


@pytest.mark.parametrize("swapped", SWAPS, indirect=True)
def test_staff_are_told_once_and_the_health_check_until_it_is_mended(swapped, settings, caplog):
    settings.ALARM_TO = ["vagt@example.org"]
    caplog.set_level(logging.ERROR, "events")

    report_tampering()
    report_tampering()

    assert NOT_MADE_BY_STAFF in late_work()
    assert [record.getMessage() for record in caplog.records] == [
        "Not signed by staff: foreign keys. See docs/operate.md."
    ]
    deliver(Letter.objects.filter(event=swapped), render_letter)
    assert [(message.to, message.subject) for message in mail.outbox] == [
        (["vagt@example.org"], "Noget i databasen er ikke lavet af jer")
    ]
    Seats.objects.filter(event=swapped).update(public_key=None, key_signature=None)
    create_missing_keys()
    report_tampering()
    assert NOT_MADE_BY_STAFF not in late_work()


def test_the_worker_and_staff_open_nothing_with_it_either(settings):
    event, other = a_meeting("proeve", key=True), a_meeting("andet", key=True)
    guest = a_guest(event, "anna@example.dk")
    another_meetings(event, other, settings)
    event.seats.refresh_from_db()

    with pytest.raises(keyring.KeyNotFound):
        door_list(event, User.objects.create(username="vagt"))
    with pytest.raises(keyring.KeyNotFound):
        render_letter(Letter.objects.filter(signup=guest).latest("due_at"))
    assert replace_lost_keys() == 0, "it is not the keyring that lost it"
    assert Seats.objects.get(event=event).stored_key == other.seats.key


def test_a_key_that_was_put_there_goes_with_the_list():
    event = a_meeting(key=True)
    own_key(event, None, None)

    erase_list(event)

    assert Seats.objects.values_list("public_key", "key_signature").get(event=event) == (None, None)


def test_where_staff_do_not_sign_no_key_is_made(settings):
    event = a_meeting()
    settings.SIGNING_KEY = ""

    assert create_missing_keys() == 0
    with pytest.raises(ImproperlyConfigured):
        create_key(event.seats)
    assert Seats.objects.get(event=event).stored_key == b""


def test_a_letter_to_all_that_staff_did_not_write_is_told_of(settings):
    event = a_meeting(key=True)
    forged = BulkLetter.objects.create(event=event, texts={"da": "Send penge."})
    Letter.objects.create(kind="bulk", event=event, signup=a_guest(event, "anna@example.dk"), bulk_letter=forged)

    report_tampering()

    assert "letters: a letter to all was not written by staff" in late_work()
    assert Letter.objects.filter(event=event, kind="tampered").count() == 1


def test_after_a_new_signing_key_forms_are_closed_until_the_keyrings_own_keys_are_signed_again(settings):
    event, other, foreign, double = (a_meeting(slug, key=True) for slug in ("proeve", "andet", "fremmed", "dobbelt"))
    own_key(foreign, None, settings)
    another_meetings(double, other, settings)
    settings.SIGNING_KEY = SigningKey.generate().encode().hex()
    settings.VERIFY_KEY = verify_key("all", settings.SIGNING_KEY)
    assert Seats.objects.get(event=event).key == b""

    call_command("sign_keys")

    assert Seats.objects.get(event=event).key == event.seats.stored_key
    for one in (other, foreign, double):
        assert Seats.objects.get(event=one).has_foreign_key, "whose key that is, cannot be told"
