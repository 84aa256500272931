"""A meeting that is moved, cancelled or deleted, and who is written to."""

import re

import pytest
from django.core import mail

from events.models import Event, Letter, Seats, Signup
from events.signups.self_service import cancel
from nejtilbander.security import keyring
from tests.events.staff_views.driver import PLAIN, SECRETS, a_full_picture, at, get, letters_to, text_of_page
from tests.support.admin import edit, form_of
from tests.support.factories import a_guest, a_meeting

pytestmark = pytest.mark.django_db


def test_moving_a_meeting_writes_to_whoever_holds_seats_or_confirmed_and_shows_at_once(staff, reader):
    event, *_people = a_full_picture()
    left = a_guest(event, "left@example.dk")
    cancel(left)

    edit(
        staff, event, starts_at_0="2040-05-02", starts_at_1="19:00", ends_at_0="2040-05-02", ends_at_1="21:00",
        place_da="Borgernes Hus",
    )  # fmt: skip

    assert letters_to(event, Letter.Kind.CHANGED) == ["bo@example.dk", "lis@example.dk"]
    assert all("Mødet er ændret. Det er nu onsdag den 2. maj 2040" in letter.body for letter in mail.outbox)
    assert not any("Borgernes" in letter.subject or "Prøvemøde" in letter.body for letter in mail.outbox)
    assert "Borgernes Hus" in text_of_page(reader, "/stormoeder/proeve/")
    assert event.seats.version == 2


def test_cancelling_a_meeting_writes_to_whoever_holds_seats_or_confirmed_closes_and_shows_at_once_on_every_page(
    staff, reader
):
    event, bo, *_people = a_full_picture()

    edit(staff, event, state="cancelled", state_reason_da="Storm.")

    assert letters_to(event, Letter.Kind.CANCELLED) == ["bo@example.dk", "lis@example.dk"]
    assert Event.objects.get(pk=event.pk).takes_signups is False
    assert event.seats.version == 2, "a form filled in before is refused"
    for address in ("/stormoeder/proeve/", f"/min-tilmelding/{bo.token}/"):
        assert "Storm." in text_of_page(reader, address)
        assert re.search(r"[Aa]flyst", text_of_page(reader, address))
    assert Signup.objects.filter(event=event).count() == 4


def test_a_second_move_is_a_second_letter_and_saving_again_is_none(staff):
    event, *_people = a_full_picture()

    edit(staff, event, place_da="Borgernes Hus")
    edit(staff, event, place_da="Borgernes Hus")
    edit(staff, event, address="Østre Stationsvej 15")

    numbers = Letter.objects.filter(kind=Letter.Kind.CHANGED).values_list("number", flat=True)
    assert sorted(numbers) == [2, 2, 3, 3]


def test_a_meeting_people_are_coming_to_cannot_be_deleted_until_it_is_cancelled(staff):
    event = a_meeting(key=True)
    a_guest(event, "bo@example.dk", name="Bodil")
    key = bytes(event.seats.key)

    assert staff.post(at(event, "delete"), {"post": "yes"}).status_code == 403
    assert "delete_selected" not in get(staff, "/admin/events/event/").content.decode()
    assert keyring.has_key(key)
    edit(staff, event, state="cancelled")
    assert get(staff, at(event, "delete")).status_code == 403, "the letters about it have not left"
    Letter.objects.update(state="sent")
    asked = get(staff, at(event, "delete"))
    assert asked.status_code == 200
    assert not SECRETS.search(asked.content.decode())
    assert staff.post(at(event, "delete"), {"post": "yes"}).status_code == 302

    assert not Event.objects.filter(pk=event.pk).exists()
    assert not keyring.has_key(key)


def test_a_form_opened_before_the_meeting_was_cancelled_does_not_undo_it(staff):
    event, *_people = a_full_picture()
    old = form_of(get(staff, at(event, "change")).content.decode())
    edit(staff, event, state="cancelled")
    written = Letter.objects.filter(event=event).count()

    answer = staff.post(at(event, "change"), old, headers=PLAIN)

    assert "har gemt, mens du skrev. Din tekst står i felterne" in answer.content.decode()
    assert Event.objects.get(pk=event.pk).state == "cancelled"
    assert Letter.objects.filter(event=event).count() == written
    edit(staff, event, state="confirmed")
    assert Seats.objects.get(event=event).is_closed, "until staff open it by hand"


def test_a_wrong_year_does_not_erase_the_list(staff):
    event, *_people = a_full_picture()
    fields = form_of(get(staff, at(event, "change")).content.decode())
    past = {
        "starts_at_0": ["2020-05-02"],
        "ends_at_0": ["2020-05-02"],
        "starts_at_1": ["19:00"],
        "ends_at_1": ["21:00"],
    }

    answer = staff.post(at(event, "change"), fields | past, headers=PLAIN)

    assert "Mødet kan ikke flyttes til en dag, der er gået" in answer.content.decode()
    assert Signup.objects.filter(event=event).count() == 4
