"""Boxes that whoever holds the public key sealed, and no form: they stop neither the worker nor the mail of others."""

import json

import pytest
from django.core import mail
from nacl.public import PublicKey, SealedBox

from events.models import Letter, Recognition, Signup
from events.models.signup import BOX_SIZE
from events.signups import booking
from nejtilbander.background import worker
from tests.events.signups.booking.driver import ANNA, BO, behind, signup_request
from tests.support.factories import a_form, a_meeting

pytestmark = pytest.mark.django_db
FULL = {"token": "x" * 43, "name": "Bo", "email": BO, "needs": [], "contact": False, "network": ""}
BOXES = {
    "a list": "[]",
    "nested too deep": "[" * BOX_SIZE,
    "without a token": {name: value for name, value in FULL.items() if name != "token"},
    "a number as name": FULL | {"name": 7},
    "two addresses": FULL | {"email": "bo@example.dk, ida@example.dk"},
    "half a letter in the address": FULL | {"email": "bo\ud800@example.dk"},
    "needs that are no words": FULL | {"needs": [[]]},
    "a network that is none": FULL | {"network": "\ud800"},
}


@pytest.fixture(autouse=True)
def nothing_else():
    """The sign-ups and letters of the example meetings are done with."""
    Letter.objects.all().delete()
    Signup.objects.update(is_new=False)


@pytest.mark.parametrize("content", BOXES.values(), ids=list(BOXES))
def test_a_box_that_no_form_filled_holds_nobody_up(content):
    event = a_meeting(key=True)
    rows = [behind(booking.sign_up(event, signup_request(email), a_form(event)).token) for email in (BO, ANNA)]
    plain = content if isinstance(content, str) else json.dumps({"id": rows[0].pk, **content})
    box = SealedBox(PublicKey(event.seats.key)).encrypt(plain.encode().ljust(BOX_SIZE))
    Signup.objects.filter(pk=rows[0].pk).update(sealed=box)

    worker.run(forever=False)

    assert [message.to for message in mail.outbox] == [[ANNA]]
    assert list(Recognition.objects.filter(signup__in=rows).values_list("signup", flat=True)) == [rows[1].pk]


def test_a_queue_that_fails_is_told_of_and_the_others_are_sent(monkeypatch, caplog):
    def broken():
        raise KeyError("anna@example.dk")

    done = []
    monkeypatch.setattr(worker, "queues", [broken, lambda: done.append("sent") or 0])

    worker.run(forever=False)

    assert (done, caplog.messages) == (["sent"], ["broken failed: KeyError."])
