"""Letters that nobody wrote by the rules: rows that whoever can write in the database puts there, or changes."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.utils import timezone

from events.letters.announcements import send_bulk_letter
from events.letters.rendering import MAX_BULK_AGE, render_letter
from events.models import BulkLetter, Letter, Signup
from events.models.letter import farewell_id
from events.models.signup import BOX_SIZE
from events.signups.self_service import erase
from nejtilbander.background.outbox import deliver
from nejtilbander.security.sealed_boxes import seal
from tests.events.letters.rendering.driver import FATIMA, KINDS, a_circular, a_letter, fatima
from tests.support.factories import a_guest, a_meeting

pytestmark = pytest.mark.django_db
OWN_WORDS = {"da": "Mødet er flyttet. Skriv dit navn til os."}


def sent(**which):
    """Where the letters go that the worker takes up; and how the others end."""
    letters = Letter.objects.select_related("event__seats", "signup__event", "bulk_letter", "staff").filter(**which)
    letters.update(due_at=timezone.now())
    deliver(letters, render_letter)
    given_up = list(Letter.objects.filter(**which).failed().values_list("error", flat=True))
    return [message.to for message in mail.outbox], given_up


REFUSED = ([], ["fault LetterRefused"])


@pytest.fixture
def event():
    return a_meeting(key=True)


@pytest.fixture
def letter(event):
    """A letter to all as staff sent it, and Fatima's copy of it, which waits."""
    fatima(event, "da")
    send_bulk_letter(a_circular(event))
    return Letter.objects.get(kind="bulk")


def test_a_letter_that_staff_wrote_and_sent_leaves(letter):
    assert sent(kind="bulk") == ([[FATIMA]], [])


@pytest.mark.parametrize("kind", ["bulk", "test"])
def test_a_letter_to_all_put_there_by_sql_does_not_leave(event, kind):
    guest, staff = fatima(event, "da"), User.objects.create(username="vagt", email=FATIMA)
    forged = BulkLetter.objects.create(event=event, texts=OWN_WORDS, sent_at=timezone.now())
    Letter.objects.create(
        kind=kind, event=event, bulk_letter=forged, number=forged.pk, language="da",
        signup=guest if kind == "bulk" else None, staff=staff if kind == "test" else None,
    )  # fmt: skip

    assert sent(kind=kind) == REFUSED


def other_words(letter, other):
    return {"texts": OWN_WORDS}


def another_language_too(letter, other):
    return {"texts": letter.bulk_letter.texts | {"so": "Bax."}}


def another_time(letter, other):
    return {"sent_at": letter.bulk_letter.sent_at + timedelta(microseconds=1)}


def another_meeting(letter, other):
    return {"event_id": other.pk}


@pytest.mark.parametrize("change", [other_words, another_language_too, another_time, another_meeting])
def test_a_letter_to_all_changed_after_staff_sent_it_does_not_leave(letter, change):
    change_to = change(letter, a_meeting("andet", key=True))
    BulkLetter.objects.filter(pk=letter.bulk_letter_id).update(**change_to)

    assert sent(kind="bulk") == REFUSED


def test_a_draft_that_staff_saved_and_did_not_send_is_sent_by_nobody(event):
    draft, guest = a_circular(event), fatima(event, "da")
    row = {"kind": "bulk", "event": event, "signup": guest, "bulk_letter": draft, "number": draft.pk, "language": "da"}
    Letter.objects.create(**row)
    assert sent(kind="bulk") == REFUSED

    BulkLetter.objects.filter(pk=draft.pk).update(sent_at=timezone.now())
    Letter.objects.filter(kind="bulk").retry_failed()
    assert sent(kind="bulk") == REFUSED


def test_a_letter_to_all_goes_to_nobody_twice_nor_to_another_meetings_guests(letter):
    other = a_meeting("andet", key=True)
    stranger = a_guest(other, "bo@example.dk")
    copies = {"kind": "bulk", "bulk_letter": letter.bulk_letter, "language": "da"}
    Letter.objects.create(event=letter.event, signup=letter.signup, number=letter.number + 1, **copies)
    Letter.objects.create(event=other, signup=stranger, number=letter.number, **copies)
    Letter.objects.filter(pk=letter.pk).delete()

    assert sent(kind="bulk") == ([], ["fault LetterRefused"] * 2)


def test_an_old_letter_to_all_is_not_sent_anew(letter):
    bulk_letter = letter.bulk_letter
    bulk_letter.sent_at = timezone.now() - MAX_BULK_AGE
    bulk_letter.save()
    bulk_letter.sign()

    assert sent(kind="bulk") == REFUSED


def test_a_farewell_leaves_once_and_copied_to_another_row_never():
    farewell, _message, _guest = a_letter(KINDS.FORGOTTEN)
    Letter.objects.create(kind="forgotten", event=farewell.event, sealed=farewell.sealed, language="da")

    assert sent(kind="forgotten") == ([[FATIMA]], ["fault LetterRefused"])


@pytest.mark.parametrize(("kind", "other"), [("forgotten", "offer_expired"), ("offer_expired", "forgotten")])
def test_a_farewell_made_another_kind_does_not_leave(kind, other):
    farewell, _message, _guest = a_letter(kind)
    Letter.objects.filter(pk=farewell.pk).update(kind=other)

    assert sent(pk=farewell.pk) == REFUSED


def test_a_farewell_moved_to_another_meeting_does_not_open():
    farewell, _message, _guest = a_letter(KINDS.FORGOTTEN)
    Letter.objects.filter(pk=farewell.pk).update(event=a_meeting("andet", key=True))

    assert sent(pk=farewell.pk) == ([], [])
    assert Letter.objects.get(pk=farewell.pk).error == "fault DecryptionError"


def test_the_box_of_somebody_who_is_coming_makes_no_farewell(event):
    guest = fatima(event, "da")
    box = Signup.objects.values_list("sealed", flat=True).get(pk=guest.pk)
    own_id = farewell_id(event.pk, "forgotten", guest.pk)
    Letter.objects.create(pk=own_id, kind="forgotten", event=event, sealed=box, language="da")

    assert sent(pk=own_id) == REFUSED


def test_a_farewell_that_waits_is_the_only_one_about_its_sign_up(event):
    guest = fatima(event, "da")
    erase(guest)

    farewell = Letter.objects.get(kind="forgotten")
    assert farewell.pk == farewell_id(event.pk, "forgotten", guest.pk)


FOREIGN_CONTENT = {
    "words in place of the token": {"token": "Ring til os på 12 34 56 78, og sig, hvem der kommer"},
    "a link in the name": {"name": "https://example.org/"},
    "sentences in the name": {"name": "du er truet. Skriv til os"},
    "two addresses": {"email": "anna@example.dk, bo@example.dk"},
}


@pytest.mark.parametrize("change", FOREIGN_CONTENT.values(), ids=list(FOREIGN_CONTENT))
def test_a_box_that_no_form_filled_puts_no_words_into_a_letter(event, change):
    guest = fatima(event, "da")
    content = {"id": guest.pk, "token": guest.token, "name": "Fatima", "email": FATIMA} | change
    Signup.objects.filter(pk=guest.pk).update(sealed=seal(event.seats.key, content, BOX_SIZE), verified=True)
    Letter.objects.create(kind="again", event=event, signup=guest, language="da")

    assert sent(kind="again") == ([], [])
    assert Letter.objects.get(kind="again").error == "fault DecryptionError"
