"""More seats, which the worker gives: a wish that was overtaken is left alone."""

import pytest

from events.models import Seats, Signup
from events.signups.more_seats import _answer, grant_wanted
from events.signups.self_service import cancel, change_seats
from tests.support.factories import a_guest, a_meeting

pytestmark = pytest.mark.django_db


@pytest.fixture
def read():
    """A sign-up of two who want four, as the worker has read it."""
    change_seats(a_guest(a_meeting(key=True), "bo@example.dk", 2), 4)
    return Signup.objects.get(wanted=4)


def test_whoever_has_left_since_gets_none(read):
    cancel(Signup.objects.get(pk=read.pk))

    assert _answer(read) is False
    assert Seats.objects.get(event=read.event_id).taken == 0


def test_whoever_has_changed_the_sign_up_since_is_answered_in_the_next_round(read):
    Signup.objects.filter(pk=read.pk).update(seats=1)
    Seats.objects.filter(pk=read.event_id).update(taken=1)

    assert _answer(read) is False
    assert Signup.objects.get(pk=read.pk).wanted == 4
    assert grant_wanted() == 1
    assert Seats.objects.get(event=read.event_id).taken == 4
