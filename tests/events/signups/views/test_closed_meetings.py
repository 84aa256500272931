"""Meetings that take no sign-ups, are withdrawn, or are not there."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from events.models import Event, Signup
from events.signups import form_tokens
from tests.events.signups.views.driver import TYPED, all_kept, get, send, typed_in, words_of
from tests.support.factories import a_meeting

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"signup_opens_at": None}, "Tilmelding er ikke åbnet endnu."),
        ({"signup_closes_at": timezone.now() - timedelta(minutes=1)}, "Tilmelding er lukket."),
        ({"days": -1}, "Mødet er slut."),
        ({"state": Event.State.CANCELLED, "state_reason_da": "Storm."}, "Aflyst. Storm."),
        ({"key": False}, "Tilmeldingen er ved at blive gjort klar. Prøv igen om lidt."),
    ],
    ids=["not open", "closed", "past", "cancelled", "no key"],
)
def test_a_meeting_that_takes_no_sign_ups_says_why_shows_no_form_and_refuses(reader, fields, said):
    event = a_meeting(**{"key": True} | fields)

    page = get(reader)
    assert page.status_code == 200
    assert said in words_of(page)
    assert 'name="ticket"' not in page.content.decode()

    answer = send(reader, form_tokens.issue(event, accepts_waiting=True), **TYPED)
    assert (answer.status_code, typed_in(answer)) == (409, all_kept())
    assert said in words_of(answer)
    assert not Signup.objects.exists()


def test_a_form_not_open_yet_says_when_it_opens(reader):
    a_meeting(key=True, signup_opens_at=timezone.now() + timedelta(days=1))

    assert re.search(r"Tilmeldingen åbner \w+ den \d+\. \w+( \d+)? kl\. \d+\.\d\d ?\.", words_of(get(reader)))


def test_a_withdrawn_meeting_is_gone_with_its_reason_for_reading_and_sending(reader):
    event = a_meeting(key=True, withdrawn_at=timezone.now(), withdrawn_reason_da="Et forkert møde.")

    for answer in (get(reader), send(reader, form_tokens.issue(event, accepts_waiting=False), **TYPED)):
        assert answer.status_code == 410
        assert "Et forkert møde." in words_of(answer)
    assert not Signup.objects.exists()


def test_a_meeting_that_is_a_draft_or_unknown_is_not_found(reader):
    a_meeting(key=True, public_from=None)

    assert [get(reader).status_code, send(reader, "").status_code] == [404, 404]
    assert send(reader, "", "/stormoeder/findes-ikke/tilmelding/").status_code == 404


def test_the_receipt_of_a_meeting_that_is_not_there_is_not_there(reader):
    assert get(reader, "/stormoeder/findes-ikke/kvittering/").status_code == 404
