"""One form that is sent more than once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from events.models import Need, Question, Recognition, Signup
from events.signups import booking
from events.signups.booking import SignupResult
from events.signups.seats import (
    NoRoom,
    TicketUsed,
)
from events.signups.self_service import cancel, find_signup
from events.signups.waiting_list import lapse_holds
from tests.events.signups.booking.driver import ANNA, BO, content, counted, letters, sign_up, signup_request, verbs
from tests.support.factories import a_form, a_guest, a_meeting, a_signup

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("email", [ANNA, ""], ids=["with an address", "without"])
def test_the_same_form_sent_twice_is_one_sign_up_and_one_letter(email):
    event = a_meeting(key=True)
    form = a_form(event)

    first = sign_up(event, signup_request(email, 2, needs=["other"], question="?"), form)
    second = sign_up(event, signup_request(email, 2, needs=["other"], question="?"), form)

    assert second == first
    assert Signup.objects.filter(event=event).count() == 1
    assert counted(event)[:2] == (2, 2)
    assert letters(event) == ([("confirm", 0)] if email else [])
    assert Need.objects.get(event=event).total == 1
    boxes = Question.objects.filter(event=event).values_list("sealed", flat=True)
    assert [content(event, box)["question"] for box in boxes] == ["?"]


def test_a_form_sent_again_is_undone_whether_its_address_was_known_before_it_or_not():
    """Else the time of the second answer would tell: one would be undone, the other kept."""
    event = a_meeting(key=True)
    anna = a_signup(event, ANNA, 2)
    done = []
    for email in (ANNA, BO):
        form = a_form(event)
        sign_up(event, signup_request(email, 2, needs=["other"], question="?"), form)
        before = counted(event)
        with CaptureQueriesContext(connection) as queries:
            booking.sign_up(event, signup_request(email, 2, needs=["other"], question="?"), form)
        done.append(verbs(queries))
        assert counted(event) == before

    assert done[0] == done[1]
    assert "ROLLBACK" in done[0]
    assert letters(event) == [("already", 1), ("confirm", 0), ("confirm", 0)]
    assert Question.objects.filter(event=event).count() == 2, "one for each form"
    assert Recognition.objects.get(pk=anna.pk).letters_asked == 1


@pytest.mark.parametrize("email", [ANNA, ""], ids=["with an address", "without"])
def test_the_same_form_sent_again_after_cancelling_does_not_sign_up_again(email):
    event = a_meeting(key=True)
    form = a_form(event)
    token = sign_up(event, signup_request(email, 2), form).token
    cancel(find_signup(token))

    assert sign_up(event, signup_request(email, 2), form) == SignupResult(token, "cancelled")
    assert list(Signup.objects.filter(event=event).values_list("state", flat=True)) == ["cancelled"]
    assert counted(event) == (0, 0, 1)
    assert letters(event) == []


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize(("first", "second"), [(ANNA, BO), (ANNA, ""), ("", ANNA)])
def test_a_form_counts_once_and_with_another_address_it_is_refused_whether_the_first_was_known_or_not(
    known, first, second
):
    """Else one ticket and one proof of work would fill the hall; and whoever took the address away got a page."""
    event = a_meeting(key=True)
    if known:
        a_signup(event, ANNA, 2)
    form = a_form(event)
    sign_up(event, signup_request(first, 2), form)
    before, written = counted(event), letters(event)

    for _ in range(2):
        with pytest.raises(TicketUsed):
            sign_up(event, signup_request(second, 2), form)

    assert (counted(event), letters(event)) == (before, written)
    sign_up(event, signup_request(second, 2), a_form(event))
    assert counted(event)[0] == before[0] + 2


@pytest.mark.parametrize(("email", "ends"), [(ANNA, "held"), ("", "confirmed")], ids=["with an address", "without"])
def test_the_same_form_sent_twice_for_the_last_seats_is_one_sign_up_and_leads_to_its_page(email, ends):
    event = a_meeting(capacity=6, key=True)
    form = a_form(event)

    first, second = sign_up(event, signup_request(email, 6), form), sign_up(event, signup_request(email, 6), form)

    assert first == second == SignupResult(first.token, ends)
    assert counted(event) == (6, 6, 1)
    with pytest.raises(NoRoom):
        sign_up(event, signup_request(email, 6), a_form(event))


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("meanwhile", ["nothing", "the hold ran out", "and the address was signed up again"])
def test_a_form_sent_again_later_changes_nothing_whether_its_address_was_known_or_not(known, meanwhile):
    """Also when nothing is held any more: else the seats it took the second time would tell."""
    event = a_meeting(capacity=8, key=True)
    if known:
        a_guest(event, ANNA, 2)
    form = a_form(event)
    sign_up(event, signup_request(ANNA, 6), form)
    if meanwhile != "nothing":
        Signup.objects.exclude(until=None).update(until=timezone.now())
        lapse_holds()
    if meanwhile == "and the address was signed up again":
        sign_up(event, signup_request(ANNA, 6), a_form(event))
    before, written = counted(event), letters(event)

    sign_up(event, signup_request(ANNA, 6), form)

    assert (counted(event), letters(event)) == (before, written)
