"""Counts without persons, and how many seats there are."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from events.models import Letter, Seats, Signup
from nejtilbander.publishing import actions
from tests.events.staff_views.driver import (
    PLAIN,
    SECRETS,
    a_full_picture,
    act,
    at,
    get,
    table_of,
    text_of,
    text_of_page,
)
from tests.support.admin import edit
from tests.support.factories import a_guest, a_meeting, a_working_copy

pytestmark = pytest.mark.django_db


def test_who_may_open_the_list_sees_counts_by_state_needs_letters_and_nobody(keeper):
    event, *_people = a_full_picture()

    page = get(keeper, at(event, "tilmelding"))

    assert table_of(page) == {
        "Pladser i alt": "20", "Optaget": "6", "Reserveret, venter på svar": "2", "Ikke bekræftet i tide": "0",
        "Tilmeldt": "4", "På venteliste": "4", "Har fået tilbud": "0", "Heraf ikke bekræftet": "3 (højst 6)",
        "Plads til kørestol": "2", "Tolk: arabisk": "1", "Sendt": "0", "Venter": "4", "Kunne ikke sendes": "0",
    }  # fmt: skip
    assert "Spørgsmål til mødet: 1." in text_of(page)
    assert "Listen er åbnet 0 gange." in text_of(page)
    assert not SECRETS.search(page.content.decode())
    assert not any(str(pk) in page.content.decode() for pk in Signup.objects.values_list("pk", flat=True))


def test_more_seats_go_to_the_waiting_list_at_once(staff):
    event = a_meeting(key=True, capacity=2)
    a_guest(event, "bo@example.dk", 2)
    a_guest(event, "lis@example.dk", 2)

    said = act(staff, event, "tilmelding", action="capacity", capacity="4")

    assert said == ["Der er nu 4 pladser. Står nogen på venteliste, får de tilbud."]
    assert Seats.objects.filter(event=event).values_list("capacity", "taken", "is_closed").get() == (4, 4, False)
    assert sorted(Signup.objects.filter(event=event).values_list("state", flat=True)) == ["confirmed", "offered"]
    assert LogEntry.objects.get().change_message == "Pladser i alt: 4."


def test_fewer_seats_than_are_taken_warns_closes_and_takes_nobodys_seat(staff, reader):
    event = a_meeting(key=True, capacity=10)
    a_guest(event, "bo@example.dk", 6)

    said = act(staff, event, "tilmelding", action="capacity", capacity="4")

    assert len(said) == 1
    assert said[0].startswith("Der er nu 4 pladser, men flere er optaget. Ingen mister sin plads.")
    assert Seats.objects.filter(event=event).values_list("capacity", "taken", "is_closed").get() == (4, 6, True)
    assert Signup.objects.get(event=event).state == "confirmed"
    assert "Tilmelding er lukket" in text_of_page(reader, "/stormoeder/proeve/")


@pytest.mark.parametrize("number", ["-1", "x", "", "20001", "1.5", "9" * 30])
def test_a_capacity_that_is_none_is_refused_and_changes_nothing(staff, number):
    event = a_meeting(key=True, capacity=10)

    answer = staff.post(at(event, "tilmelding"), {"action": "capacity", "capacity": number}, headers=PLAIN)

    assert answer.status_code == 200
    assert 'class="errorlist"' in answer.content.decode()
    assert Seats.objects.get(event=event).capacity == 10


def test_closing_and_opening_shows_to_readers_at_once(staff, reader):
    event = a_meeting(key=True)

    assert act(staff, event, "tilmelding", action="close") == [
        "Tilmeldingen er lukket her. Hvad borgerne ser nu, står herunder."
    ]
    assert "Tilmelding er lukket" in text_of_page(reader, "/stormoeder/proeve/")
    assert act(staff, event, "tilmelding", action="open") == [
        "Tilmeldingen er åbnet her. Hvad borgerne ser nu, står herunder."
    ]
    assert "Ledige pladser" in text_of_page(reader, "/stormoeder/proeve/")


def test_an_unknown_action_does_nothing(staff):
    event = a_meeting(key=True)
    before = list(Seats.objects.values())

    for page, status in (("tilmelding", 200), ("brev", 302)):
        assert staff.post(at(event, page), {"action": "send", "capacity": "1"}, headers=PLAIN).status_code == status
    assert list(Seats.objects.values()) == before
    assert not Letter.objects.filter(event=event).exists()


def test_saving_the_meeting_never_touches_its_seats(staff):
    event, *_people = a_full_picture()
    before = list(Seats.objects.order_by("pk").values())

    edit(staff, event, summary_da="Et andet møde.")

    assert list(Seats.objects.order_by("pk").values()) == before
    assert not Letter.objects.filter(kind=Letter.Kind.CHANGED).exists()


NOW = timezone.now()
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "Borgerne ser nu: Ledige pladser."),
        ({"days": -1}, "Borgerne ser nu: Mødet er slut."),
        ({"public_from": None},
         "Borgerne kan ikke se mødet endnu. Det er en kladde. Blev det vist nu, ville de se: Ledige pladser."),
        ({"public_from": NOW + 48 * HOUR}, "Borgerne kan ikke se mødet før "),
        ({"withdrawn_at": NOW - HOUR}, "Borgerne kan ikke se mødet mere. Det er trukket tilbage."),
        ({"public_until": NOW - HOUR},
         "Borgerne kan ikke se mødet mere. Den tid, det skulle være offentligt, er gået."),
    ],
    ids=["public", "past", "draft", "later", "withdrawn", "over"],
)  # fmt: skip
def test_what_citizens_see_is_true_also_of_a_meeting_they_cannot_see(staff, fields, told):
    event = a_meeting(key=True, **fields)
    shown = text_of(get(staff, at(event, "tilmelding")))
    assert told in shown
    assert ("Borgerne ser nu" in shown) == told.startswith("Borgerne ser nu")


def test_a_new_version_that_is_planned_is_told_beside_what_citizens_see(staff):
    event = a_meeting(key=True)
    actions.publish(event, a_working_copy(event), NOW + 48 * HOUR)
    shown = text_of(get(staff, at(event, "tilmelding")))
    assert "Borgerne ser nu: Ledige pladser. En ny version er planlagt til " in shown
