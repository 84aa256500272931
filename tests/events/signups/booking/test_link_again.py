"""The link that is sent again."""

import pytest

from events.models import Recognition
from events.signups import recognition
from events.signups.self_service import cancel, erase, find_signup, resend_link
from tests.events.signups.booking.driver import ANNA, BO, letters, sign_up, signup_request
from tests.support.factories import a_form, a_guest, a_meeting, a_signup

pytestmark = pytest.mark.django_db


def test_the_link_is_sent_again_some_times_and_no_more():
    event = a_meeting(key=True)
    signup = a_signup(event, ANNA)

    assert [resend_link(signup) for _ in range(recognition.MAX_LETTERS + 1)] == [True] * recognition.MAX_LETTERS + [
        False
    ]
    asked = [("again", number) for number in range(1, recognition.MAX_LETTERS + 1)]
    assert letters(event) == [*asked, ("confirm", 0)]


def test_a_stranger_who_signs_an_address_up_over_and_over_does_not_use_up_its_owners_letters():
    event = a_meeting(key=True)
    signup = a_guest(event, ANNA)
    for _ in range(recognition.MAX_LETTERS + 1):
        sign_up(event, signup_request(ANNA), a_form(event))

    assert resend_link(find_signup(signup.token))
    assert ("again", 1) in letters(event)
    assert Recognition.objects.get(pk=signup.pk).letters_asked == recognition.MAX_LETTERS + 1


def test_the_link_cannot_be_sent_without_an_address_nor_after_leaving():
    event = a_meeting(key=True)

    assert not resend_link(a_signup(event))
    for leave, email in ((cancel, ANNA), (erase, BO)):
        guest = a_guest(event, email)
        tab = find_signup(guest.token)
        leave(guest)
        assert not resend_link(tab), "a page left open"
    assert letters(event) == [("forgotten", 0)]
