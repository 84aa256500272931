"""A form is signed, takes as long as a person needs, and counts once."""

import time

import pytest
from django.core import signing

from events.models import Letter, Need, Recognition, Seats, Signup
from events.signups import form_tokens
from events.signups.recognition import recognise_new
from tests.events.signups.views.driver import (
    FORM,
    RECEIPT,
    TYPED,
    all_kept,
    get,
    rows,
    send,
    sign_up,
    ticket_of,
    typed_in,
    what_counts,
    words_of,
)
from tests.support.factories import a_guest, a_meeting

pytestmark = pytest.mark.django_db


def test_a_program_that_fills_in_the_hidden_field_signs_nobody_up(reader):
    a_meeting(key=True)

    answer, _token = sign_up(reader, **TYPED, website="x")

    assert answer.status_code == 422
    assert typed_in(answer) == all_kept(website="x")
    assert not Signup.objects.exists()


def test_a_form_sent_faster_than_anyone_types_is_shown_again_and_then_accepted(reader, settings):
    settings.SIGNUP_MIN_SECONDS = 60
    a_meeting(key=True)
    ticket = ticket_of(get(reader))

    answer = send(reader, ticket, **TYPED)

    assert answer.status_code == 422
    assert "Det gik meget hurtigt." in words_of(answer)
    assert (typed_in(answer), ticket_of(answer)) == (all_kept(), ticket)
    settings.SIGNUP_MIN_SECONDS = 0
    assert send(reader, ticket_of(answer), **TYPED).headers["Location"] == RECEIPT


def wrong_tickets(reader):
    """Every ticket that must not count, by what is wrong with it."""
    good = ticket_of(get(reader))
    a_meeting("andet", key=True)
    signer = signing.TimestampSigner(salt="events.tickets")
    value = signer.unsign(good)
    old = f"{value}:{signing.b62_encode(int(time.time()) - form_tokens.MAX_AGE - 60)}"
    return {
        "none": "",
        "nonsense": "a:b:c\0",
        "changed": good.replace(".", "1.", 1),
        "for another meeting": ticket_of(get(reader, "/stormoeder/andet/tilmelding/")),
        "signed for another purpose": signing.TimestampSigner(salt="else").sign(value),
        "signed with another key": signing.TimestampSigner(salt="events.tickets", key="k" * 50).sign(value),
        "too old": f"{old}:{signer.signature(old)}",
    }


def test_a_ticket_that_is_wrong_gives_the_form_again_with_everything_kept_and_a_ticket_that_works(reader):
    event = a_meeting(key=True)
    before = rows()

    for what, ticket in wrong_tickets(reader).items():
        answer = send(reader, ticket, **TYPED)

        assert answer.status_code == 422, what
        assert "Siden havde stået åben for længe." in words_of(answer), what
        assert typed_in(answer) == all_kept(), what
        assert form_tokens.read(ticket_of(answer), event).version == 1, what
        assert not ticket or ticket not in answer.content.decode(), what
    assert rows()[1:] == before[1:]
    assert send(reader, ticket_of(answer), **TYPED).headers["Location"] == RECEIPT


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_a_foreign_site_sends_is_refused_and_changes_nothing(reader, site):
    event = a_meeting(key=True)
    guest = a_guest(event, "bo@example.dk")
    before, ticket = rows(), ticket_of(get(reader))

    for address in (FORM, f"/min-tilmelding/{guest.token}/"):
        answer = send(reader, ticket, address, {"sec-fetch-site": site}, action="cancel", **TYPED)
        assert answer.status_code == 403
        assert "Formularen blev sendt fra et andet sted." in words_of(answer)
    assert rows() == before
    assert send(reader, ticket, headers={"sec-fetch-site": "same-origin"}, **TYPED).headers["Location"] == RECEIPT


@pytest.mark.parametrize("fields", [TYPED, {"seats": "2", "needs": ["other"]}], ids=["address", "no address"])
def test_a_form_sent_twice_or_after_the_back_button_is_one_sign_up(reader, fields):
    a_meeting(key=True)
    ticket = ticket_of(get(reader))
    first = send(reader, ticket, **fields)
    after_one = what_counts()

    again = send(reader, ticket, **fields)
    changed = send(reader, ticket, **fields | {"seats": "5"})

    assert {answer.headers["Location"] for answer in (first, again, changed)} == {first.headers["Location"]}
    assert what_counts() == after_one


def test_a_form_sent_again_with_another_address_is_refused_and_a_fresh_one_keeps_what_was_typed(reader):
    """One ticket and its proof of work are one sign-up; whoever mends a wrong address sends the fresh form."""
    a_meeting(key=True)
    ticket = ticket_of(get(reader))
    send(reader, ticket, **TYPED | {"email": "alma@exampel.dk"})
    before = what_counts()

    answer = send(reader, ticket, **TYPED)

    assert answer.status_code == 409
    assert "Den formular er sendt før, med en anden mailadresse." in words_of(answer)
    assert typed_in(answer) == all_kept()
    assert what_counts() == before
    assert ticket_of(answer) != ticket
    assert send(reader, ticket_of(answer), **TYPED).headers["Location"] == RECEIPT


def test_a_form_with_an_error_may_be_mended_with_the_same_ticket(reader):
    a_meeting(key=True)

    answer = send(reader, ticket_of(get(reader)), **TYPED | {"email": "alma@@example.dk"})

    assert answer.status_code == 422
    assert send(reader, ticket_of(answer), **TYPED).headers["Location"] == RECEIPT


def test_two_tabs_with_one_address_are_one_sign_up_and_a_letter_for_each(reader):
    a_meeting(key=True)
    one, other = ticket_of(get(reader)), ticket_of(get(reader))

    answers = [send(reader, one, **TYPED), send(reader, other, **TYPED | {"email": " ALMA@Example.dk "})]

    assert [answer.headers["Location"] for answer in answers] == [RECEIPT, RECEIPT]
    assert list(Signup.objects.values_list("seats", "state")) == [(3, "held")] * 2
    assert [letter.kind for letter in Letter.objects.all()] == ["confirm"] * 2
    recognise_new()
    assert list(Recognition.objects.order_by("number").values_list("letters_asked", "number")) == [(1, 0), (0, 1)]
    assert Need.objects.get(kind="wheelchair").total == 1
    # The second tab holds seats for nobody, for an hour: else whoever counts seats could tell known from unknown.
    assert Seats.objects.get(event__slug="proeve").taken == 6
