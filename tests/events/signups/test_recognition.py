"""The worker finds out whose address a form has; the internet-facing process cannot."""

from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from events.models import Letter, Need, Recognition, Signup
from events.models.signup import BOX_SIZE
from events.signups import booking
from events.signups.recognition import MAX_LETTERS, recognise, recognise_new
from events.signups.self_service import cancel, find_signup
from events.signups.waiting_list import lapse_holds, prolong_holds
from events.tasks import send_letters
from nejtilbander.background.models import Heartbeat
from nejtilbander.background.worker import run_tasks
from nejtilbander.security.sealed_boxes import blind_index, seal
from tests.events.signups.booking.driver import ANNA, BO, behind, content, counted, letters, sign_up, signup_request
from tests.support.factories import a_form, a_guest, a_meeting
from tests.support.live_server import free_port

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_new():
    """The sign-ups of the example meetings have been looked at."""
    Signup.objects.update(is_new=False)


def a_new_form(event, email, seats=2, **more):
    """The row of a form that no worker has looked at."""
    token = booking.sign_up(event, signup_request(email, seats, **more), a_form(event, accepts_waiting=True)).token
    return behind(token)


def test_a_process_without_the_keys_signs_up_known_and_unknown_and_can_test_no_guess(settings):
    event = a_meeting(key=True)
    a_guest(event, ANNA, 2)
    settings.INDEX_KEY = settings.KEYRING_SECRET = ""

    known, unknown = a_new_form(event, ANNA), a_new_form(event, BO)

    def columns(row):
        own = {"id", "position", "token_hash", "nonce_hash", "sealed", "_state"}
        return {name: value for name, value in vars(row).items() if name not in own}

    assert columns(known) == columns(unknown)
    assert [list(one.letters.values_list("kind", "number")) for one in (known, unknown)] == [[("confirm", 0)]] * 2
    with pytest.raises(ImproperlyConfigured):
        blind_index(event.pk, ANNA)


def test_after_the_worker_has_come_only_its_own_table_tells_known_from_unknown():
    event = a_meeting(key=True)
    guest = a_guest(event, ANNA, 2)
    before = Signup.objects.filter(pk=guest.pk).values().get()
    known, unknown = a_new_form(event, ANNA), a_new_form(event, BO)
    boxes = [bytes(known.sealed), bytes(unknown.sealed)]

    recognise_new()
    send_letters()

    for row, box in zip((known, unknown), boxes, strict=True):
        state, until = row.state, row.until
        row.refresh_from_db()
        assert (row.state, row.until, row.has_address, row.is_new) == (state, until, True, False)
        assert (len(row.sealed), bytes(row.sealed) == box) == (BOX_SIZE + 48, False)
        assert list(row.letters.values_list("kind", "number", "state")) == [("confirm", 0, "sent")]
    assert Signup.objects.filter(pk=guest.pk).values().get() == before
    assert [Recognition.objects.get(pk=row.pk).original_id for row in (known, unknown)] == [guest.pk, None]


def test_of_two_forms_with_one_address_the_first_that_came_has_it_and_each_is_looked_at_once():
    event = a_meeting(key=True)
    first, second = a_new_form(event, ANNA, needs=["other"]), a_new_form(event, ANNA, needs=["other"])

    assert (recognise_new(), recognise_new()) == (2, 0)
    for stale in (first, second):
        recognise(stale)  # another worker, that found it new a moment ago

    assert Recognition.objects.get(pk=second.pk).original_id == first.pk
    assert Need.objects.get(event=event).total == 1
    assert letters(event) == [("already", 1), ("confirm", 0)]


@pytest.mark.parametrize("asked", [0, MAX_LETTERS + 1], ids=["known", "known, and asked for too often"])
def test_while_no_mail_goes_out_the_holds_of_known_and_unknown_addresses_go_on_alike(settings, asked):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT, settings.EMAIL_USE_TLS = free_port(), False
    event = a_meeting(key=True)
    a_guest(event, ANNA, 2)
    Recognition.objects.update(letters_asked=asked)
    rows = [a_new_form(event, email) for email in (ANNA, BO)]
    Letter.objects.exclude(signup__in=rows).delete()

    for _ in range(3):
        Letter.objects.update(due_at=timezone.now())
        send_letters()
    Letter.objects.update(created_at=timezone.now() - timedelta(minutes=70))
    Signup.objects.filter(state="held").update(until=timezone.now())

    assert (prolong_holds(), lapse_holds(), counted(event)) == (2, 0, (6, 4, 3))


def test_a_box_that_no_form_made_recognises_nobody_and_its_letter_fails_visibly():
    event = a_meeting(key=True)
    forged = [a_new_form(event, ANNA) for _ in range(4)]
    boxes = [b"\0" * (BOX_SIZE + 48)]
    for row, said in zip(forged[1:], ({}, {"email": 7, "needs": []}, {"email": "", "needs": []}), strict=True):
        boxes.append(seal(event.seats.key, {"id": row.pk} | said, BOX_SIZE))
    for row, box in zip(forged, boxes, strict=True):
        Signup.objects.filter(pk=row.pk).update(sealed=box)

    send_letters()

    assert not Signup.objects.filter(is_new=True).exists()
    assert not Recognition.objects.exists()
    assert list(Letter.objects.values_list("state", "error").distinct()) == [("waiting", "fault DecryptionError")]


def test_a_meeting_whose_key_is_away_waits_and_the_others_do_not(settings, tmp_path):
    away, there = a_meeting("uden", key=True), a_meeting("med", key=True)
    first, second = a_new_form(away, ANNA), a_new_form(there, ANNA)
    public_key, missing = away.seats.public_key, b"x" * 32
    type(away.seats).objects.filter(pk=away.pk).update(public_key=missing)

    assert recognise_new() == 1

    assert [Signup.objects.get(pk=row.pk).is_new for row in (first, second)] == [True, False]
    type(away.seats).objects.filter(pk=away.pk).update(public_key=public_key)
    assert recognise_new() == 1


def test_whoever_left_before_the_worker_came_is_not_written_down_again():
    event = a_meeting(key=True)
    token = booking.sign_up(event, signup_request(seats=2, needs=["other"]), a_form(event)).token
    stale = behind(token)
    cancel(find_signup(token))

    recognise(stale)

    row = behind(token)
    assert (bytes(row.sealed), row.state, row.is_new) == (b"", "cancelled", False)
    assert not Need.objects.exists()


def test_needs_leave_the_box_when_they_are_counted_unless_one_is_to_be_contacted_about_them():
    event = a_meeting(key=True)
    counted_only, contacted = (a_new_form(event, email, needs=["other"], contact=email == BO) for email in (ANNA, BO))
    assert content(event, counted_only.sealed)["needs"] == ["other"]

    recognise_new()

    boxes = [content(event, Signup.objects.get(pk=row.pk).sealed) for row in (counted_only, contacted)]
    assert [box.get("needs") for box in boxes] == [None, ["other"]]
    assert Need.objects.get(event=event).total == 2


def test_however_often_a_known_address_is_typed_its_own_sign_up_stays_as_it_was():
    event = a_meeting(key=True)
    guest = a_guest(event, ANNA)
    before = Signup.objects.filter(pk=guest.pk).values().get()
    for _ in range(3):
        sign_up(event, signup_request(ANNA), a_form(event))

    send_letters()
    for _ in range(2):
        Heartbeat.objects.update(at=timezone.now() - timedelta(days=2))
        run_tasks()

    assert Recognition.objects.get(pk=guest.pk).letters_asked == 3
    assert Signup.objects.filter(pk=guest.pk).values().get() == before
