"""A first sign-up: what is written, and what is sealed."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.utils import timezone

from events.models import Letter, Need, Question, Recognition, Signup
from events.models.needs import NEEDS
from events.models.signup import BOX_SIZE, MAX_QUESTION, QUESTION_BOX_SIZE
from events.signups.booking import SignupResult, door_code
from events.signups.forms import MAX_EMAIL, MAX_NAME, SignupForm
from events.signups.self_service import find_signup
from nejtilbander.security.sealed_boxes import blind_index, token_hash
from tests.events.signups.booking.driver import ANNA, BO, State, content, counted, letters, sign_up, signup_request
from tests.support.factories import a_form, a_meeting, a_signup

pytestmark = pytest.mark.django_db


def test_a_sign_up_with_an_address_holds_its_seats_for_an_hour_and_gets_one_letter():
    event = a_meeting(key=True)
    began = timezone.now()

    signup = a_signup(event, "Anna@Example.DK", 3, language="ar", name="Anna", needs=["wheelchair"])

    row = Signup.objects.filter(pk=signup.pk).values().get()
    box, until = row.pop("sealed"), row.pop("until")
    assert row == {
        "id": signup.pk, "event_id": event.pk, "position": 1, "state": "held", "seats": 3, "verified": False,
        "language": "ar", "has_address": True, "is_new": False, "token_hash": token_hash(signup.token),
        "day": timezone.localdate(), "wanted": 0, "refused": 0, "nonce_hash": signup.nonce_hash,
    }  # fmt: skip
    assert Recognition.objects.values().get(signup=signup) == {
        "signup_id": signup.pk, "event_id": event.pk, "address_index": blind_index(event.pk, ANNA), "letters_asked": 0,
        "mailbox_index": blind_index(event.pk, ANNA, purpose="mailbox"), "original_id": None, "number": 0,
        "domain_index": "", "network_index": "", "over_index": "", "is_somebody": True,
    }  # fmt: skip
    assert began <= until - timedelta(minutes=60)
    assert until - timedelta(minutes=65) < timezone.now()
    assert until.timestamp() % 300 == 0, "the end of a hold tells the second of the sign-up"
    assert len(box) == BOX_SIZE + 48
    assert content(event, box) == {"id": signup.pk, "token": signup.token, "name": "Anna", "email": "Anna@Example.DK"}
    assert counted(event) == (3, 3, 1)
    assert Letter.objects.values_list("kind", "number", "language", "signup", "state").get(event=event) == (
        "confirm", 0, "ar", signup.pk, "waiting",
    )  # fmt: skip


def test_a_sign_up_without_an_address_has_its_seats_at_once_and_counts_as_unconfirmed():
    event = a_meeting(key=True)

    answer = sign_up(event, signup_request(seats=4, name="Anna"), a_form(event))

    signup = find_signup(answer.token)
    assert answer == SignupResult(signup and answer.token, "confirmed")
    assert (signup.state, signup.verified, signup.until, signup.has_address) == (State.CONFIRMED, False, None, False)
    assert content(event, signup.sealed)["email"] == ""
    assert counted(event) == (4, 4, 1)
    assert letters(event) == []


def test_the_token_is_made_from_the_form_and_stands_nowhere():
    event = a_meeting(key=True)

    first, second = a_signup(event), a_signup(event)

    assert len(first.token) == 43
    assert first.token != second.token
    assert find_signup(first.token) == first
    assert find_signup(first.token[:-1]) is None
    assert find_signup("") is None
    stored = repr(list(Signup.objects.filter(event=event).values()))
    assert first.token not in stored
    assert door_code(first.token) not in stored


def test_a_code_has_eight_signs_that_cannot_be_mistaken_for_others():
    codes = {door_code(f"token {number}") for number in range(300)}

    assert len(codes) == 300
    assert all(re.fullmatch(r"[A-HJKMNP-TV-Z2-9]{4}-[A-HJKMNP-TV-Z2-9]{4}", code) for code in codes)


def test_needs_are_counted_and_kept_with_a_person_only_if_asked_to_be_contacted():
    event = a_meeting(key=True)

    quiet = a_signup(event, ANNA, needs=["wheelchair", "hearing_loop"])
    asks = a_signup(event, BO, needs=["wheelchair"], contact=True)

    assert dict(Need.objects.filter(event=event).values_list("kind", "total")) == {"wheelchair": 2, "hearing_loop": 1}
    assert "needs" not in content(event, quiet.sealed)
    assert content(event, asks.sealed)["needs"] == ["wheelchair"]


def test_a_question_is_sealed_and_stands_apart_from_whoever_asked_it():
    event = a_meeting(key=True)

    signup = a_signup(event, ANNA, question="Hvad gør I på Vestergade?")

    question = Question.objects.get(event=event)
    assert content(event, question.sealed) == {"event": event.pk, "question": "Hvad gør I på Vestergade?"}
    assert len(question.sealed) == QUESTION_BOX_SIZE + 48
    assert {field.name for field in Question._meta.get_fields()} == {"id", "event", "sealed", "is_fresh"}
    assert "question" not in content(event, signup.sealed)


LONGEST_FORM = {
    "seats": "6", "needs": NEEDS, "contact": "on", "name": "\U0001d538" * MAX_NAME,
    "email": f"{'a' * (MAX_EMAIL - 11)}@example.dk", "question": "\U0001f600" * MAX_QUESTION,
}  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "refused"),
    [
        ({}, set()),
        ({"name": "'" * MAX_NAME, "question": '"' * MAX_QUESTION}, set()),
        ({"question": "\\" * MAX_QUESTION}, set()),
        ({"question": f"x{chr(1) * (MAX_QUESTION - 2)}x"}, set()),
        ({"email": '"' + "\\\\" * 110 + '"@example.dk'}, {"email"}),
        ({"email": '"' + "\x01" * 230 + '"@example.dk'}, {"email"}),
        ({"email": f"a@{'.'.join(['那' * 56] * 3)}.dk"}, set()),
        ({"email": f"a@{'üæ' * 31}.dk"}, {"email"}),
        ({"email": "a@。.dk"}, {"email"}),
        ({"email": "a@rødgrød.dk"}, set()),
        ({"name": "\x01" * MAX_NAME}, {"name"}),
        ({"needs": NEEDS * 99}, set()),
    ],
    ids=["wide", "quotes", "backslashes", "control signs", "address: backslashes", "address: control signs",
         "address: wide", "address: too long to send to", "address: nothing to send to", "address: Danish letters",
         "name: control signs", "needs: over and over"],
)  # fmt: skip
def test_whatever_the_form_lets_in_fits_in_its_box(typed, refused):
    event = a_meeting(key=True)
    form = SignupForm(QueryDict(urlencode(LONGEST_FORM | typed, doseq=True)))

    assert set(form.errors) == refused
    if not refused:
        sign_up(event, form.signup_request("da"), a_form(event, network="2001:db8:ffff::/48"))
        assert Signup.objects.filter(event=event).count() == Question.objects.filter(event=event).count() == 1
        assert dict(Need.objects.filter(event=event).values_list("kind", "total")) == dict.fromkeys(NEEDS, 1)
