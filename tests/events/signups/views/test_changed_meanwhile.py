"""A meeting that changes between the form and its sending."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from events.letters.announcements import announce_changes
from events.models import Event, Seats, Signup
from events.signups import seats
from tests.events.signups.views.driver import (
    TYPED,
    a_second_later,
    all_kept,
    cancel,
    get,
    rows,
    send,
    ticket_of,
    typed_in,
    words_of,
)
from tests.support.factories import a_meeting

pytestmark = pytest.mark.django_db


def fill(event):
    Seats.objects.filter(event=event).update(taken=99)


def close(event):
    seats.set_closed(event)


def end_signup(event):
    Event.objects.filter(pk=event.pk).update(signup_closes_at=timezone.now() - timedelta(seconds=1))


def move(event):
    before = Event.objects.get(pk=event.pk)
    event.place_da = "Borgernes Hus"
    event.save()
    announce_changes(event, before)


@pytest.mark.parametrize(
    ("change", "said", "may_send_again"),
    [
        (fill, "Så mange pladser er der ikke længere. Vælg færre, eller send igen for at komme på ventelisten.", True),
        (close, "Tilmelding er lukket.", False),
        (end_signup, "Tilmelding er lukket.", False),
        (move, "Mødet er ændret, mens du skrev. Se tid og sted herunder.", True),
        (cancel, "Aflyst. Salen er oversvømmet.", False),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_a_meeting_that_changes_between_form_and_sending_says_so_and_loses_nothing(
    reader, change, said, may_send_again
):
    event = a_meeting(key=True)
    ticket = ticket_of(get(reader))
    change(event)
    a_second_later()
    before = rows()

    answer = send(reader, ticket, **TYPED)

    assert answer.status_code == 409
    assert said in words_of(answer)
    alert = re.search(
        r'<div class="alert alert-error" role="alert"[^>]*>(.*?)</div>', answer.content.decode(), re.DOTALL
    )
    assert (change.__name__ in {"close", "end_signup", "cancel"}) == (
        "Tilmeldingen lukkede, mens du skrev. Vi har ikke modtaget noget." in alert[1]
    )
    assert typed_in(answer) == all_kept()
    assert bool(re.search("<button[^>]*>(Tilmeld|Skriv mig på ventelisten)", answer.content.decode())) == may_send_again
    assert rows() == before
    again = send(reader, ticket_of(answer), **TYPED)
    assert again.status_code == (303 if may_send_again else 409)
    assert Signup.objects.count() == int(may_send_again)


@pytest.mark.parametrize("change", [fill, close, move, cancel])
def test_a_change_in_this_very_second_counts_at_once_though_the_form_is_kept_for_a_second(reader, change):
    event = a_meeting(key=True)
    ticket = ticket_of(get(reader))
    change(event)
    before = rows()

    answer = send(reader, ticket, **TYPED)

    assert (answer.status_code, typed_in(answer), rows() == before) == (409, all_kept(), True)


def test_the_moved_meetings_new_place_stands_on_the_form_that_comes_again(reader):
    event = a_meeting(key=True)
    ticket = ticket_of(get(reader))
    move(event)

    assert "Borgernes Hus , Flakhaven 2" in words_of(send(reader, ticket, **TYPED))


def test_whoever_sends_again_when_it_is_full_is_on_the_waiting_list(reader):
    event = a_meeting(key=True)
    ticket = ticket_of(get(reader))
    fill(event)
    a_second_later()
    page = send(reader, ticket, **TYPED)
    assert "send igen for at komme på ventelisten" in words_of(page)

    send(reader, ticket_of(page), **TYPED)

    assert list(Signup.objects.values_list("state", "seats")) == [("waiting", 3)]
    assert Seats.objects.get(event=event).taken == 99


def test_fewer_seats_than_asked_for_are_still_to_be_had_in_the_same_form(reader):
    event = a_meeting(key=True)
    ticket = ticket_of(get(reader))
    fill(event)
    page = send(reader, ticket, seats="2")

    assert send(reader, ticket_of(page), seats="1").status_code == 303
    assert list(Signup.objects.values_list("state", "seats")) == [("confirmed", 1)]
