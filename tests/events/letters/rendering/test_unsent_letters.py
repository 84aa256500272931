"""Letters that do not leave: nothing left to say, or no key."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core import mail

from events.letters.rendering import render_letter
from events.letters.texts import crowded
from events.models import Event, Letter, Signup
from nejtilbander.background.outbox import deliver
from nejtilbander.security import keyring
from tests.events.letters.rendering.driver import FATIMA, KINDS, PAST, TO_STAFF, a_letter, fatima, set_event
from tests.support.factories import a_guest, a_meeting

pytestmark = [pytest.mark.django_db, pytest.mark.walk]


def set_state(state, verified=True):
    return lambda event: Signup.objects.filter(event=event).update(state=state, verified=verified)


def signed_up_again(event):
    """After the hold ran out: the new sign-up has the address, and a letter of its own."""
    set_state("lapsed", verified=False)(event)
    fatima(event, "da", confirmed=False)


# About the meeting's end itself, about sign-ups that are gone, and what staff write.
STANDS_WHEN_CANCELLED = TO_STAFF | {
    KINDS.CANCELLED, KINDS.OFFER_EXPIRED, KINDS.FORGOTTEN, KINDS.TAKEN_OUT, KINDS.BULK, KINDS.TEST,
}  # fmt: skip
OVER = {"starts_at": PAST - timedelta(hours=2), "ends_at": PAST}


@pytest.mark.parametrize(
    ("kind", "happens"),
    [
        (KINDS.CONFIRM, set_state("confirmed")),
        (KINDS.CONFIRM, set_state("waiting")),
        (KINDS.CONFIRM, set_state("cancelled")),
        (KINDS.CONFIRM, signed_up_again),
        (KINDS.CONFIRMED, set_state("cancelled")),
        (KINDS.WAITING, set_state("offered")),
        (KINDS.OFFER, set_state("confirmed")),
        (KINDS.OFFER, set_state("expired")),
        (KINDS.REMINDER, set_state("cancelled")),
        (KINDS.CHANGED, set_state("cancelled")),
        (KINDS.CANCELLED, set_state("expired")),
        (KINDS.CANCELLED, set_event(state="confirmed")),
        (KINDS.ALREADY, set_state("cancelled")),
        (KINDS.AGAIN, set_state("cancelled")),
        (KINDS.BULK, set_state("cancelled")),
        (KINDS.TEST, lambda _: User.objects.update(email="")),
        *((kind, set_event(state="cancelled")) for kind in KINDS if kind not in STANDS_WHEN_CANCELLED),
        *((kind, set_event(**OVER)) for kind in KINDS if kind not in TO_STAFF | {KINDS.FORGOTTEN, KINDS.TEST}),
    ],
)
def test_a_letter_with_nothing_left_to_say_is_removed_unsent(kind, happens):
    letter, _, _ = a_letter(kind)
    happens(letter.event)
    Letter.objects.exclude(pk=letter.pk).delete()

    assert deliver(Letter.objects.all(), render_letter) == 1

    assert mail.outbox == []
    assert not Letter.objects.exists()


@pytest.mark.parametrize("kind", sorted(TO_STAFF))
def test_a_letter_to_staff_is_removed_where_nobody_is_to_be_told(settings, kind):
    settings.ALARM_TO = []

    assert a_letter(kind)[1] is None


def test_a_farewell_leaves_even_after_the_meeting():
    letter, _, _ = a_letter(KINDS.FORGOTTEN)
    Event.objects.filter(pk=letter.event_id).update(**OVER)

    deliver(Letter.objects.filter(pk=letter.pk), render_letter)

    assert [message.to for message in mail.outbox] == [[FATIMA]]
    assert Letter.objects.get(pk=letter.pk).state == Letter.State.SENT


def test_without_the_key_a_letter_is_kept_and_says_why_it_did_not_leave():
    letter, _, _ = a_letter(KINDS.CONFIRMED)
    keyring.destroy_key(letter.event.seats.key)

    deliver(Letter.objects.filter(pk=letter.pk), render_letter)

    letter.refresh_from_db()
    assert mail.outbox == []
    assert (letter.state, letter.error, letter.tries) == ("waiting", "fault KeyNotFound", 1)


def test_a_letter_about_a_box_that_was_swapped_does_not_leave():
    event = a_meeting(key=True)
    anna, guest = a_guest(event, "anna@example.dk"), fatima(event, "da")
    Signup.objects.filter(pk=guest.pk).update(sealed=anna.sealed)

    deliver(Letter.objects.filter(signup=guest, kind="confirmed"), render_letter)

    assert mail.outbox == []
    assert Letter.objects.get(signup=guest, kind="confirmed").error == "fault DecryptionError"


def test_whoever_has_been_let_in_is_not_told_that_there_is_no_room():
    guest = fatima(a_meeting(key=True), "da")
    assert crowded(guest, "") is None
