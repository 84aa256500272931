"""The list's keys, and its end. (That the bytes are gone from the disk is tested with real files elsewhere.)"""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from events.letters.announcements import send_bulk_letter
from events.models import AccessLogEntry, BulkLetter, Event, Letter, Need, Question, Seats, Signup
from events.privacy import retention
from events.privacy.guest_list import door_list
from events.privacy.keys import create_key, create_missing_keys
from events.privacy.retention import (
    delete_sent_letters,
    erase_expired,
    erase_list,
    erase_unconfirmed,
    overdue_lists,
    shuffle_questions,
)
from events.signups.self_service import cancel, erase
from nejtilbander.security import keyring
from nejtilbander.security.sealed_boxes import unseal
from tests.support.factories import a_guest, a_meeting, a_signup

pytestmark = pytest.mark.django_db
ANNA = "anna@example.dk"


def ended(event, **ago):
    ends_at = timezone.now() - timedelta(**ago)
    Event.objects.filter(pk=event.pk).update(starts_at=ends_at - timedelta(hours=2), ends_at=ends_at)
    return Event.objects.with_seats().get(pk=event.pk)


def a_list(slug="proeve", **fields):
    """A meeting with everything that can be known about who comes."""
    event = a_meeting(slug, key=True, **fields)
    a_guest(event, ANNA, 3, needs=["other"], question="Hvorfor?", contact=True)
    a_signup(event, seats=2)
    erase(a_guest(event, "bo@example.dk"))
    bulk_letter = BulkLetter.objects.create(event=event, texts={"da": "Velkommen"})
    send_bulk_letter(bulk_letter)
    by, _ = User.objects.get_or_create(username="vagt")
    door_list(event, by)
    return event


def known(event):
    return [model.objects.filter(event=event).count() for model in (Signup, Letter, Question, AccessLogEntry)]


def test_every_meeting_to_come_is_given_a_key_and_those_over_or_erased_are_not():
    Event.objects.all().delete()
    coming, over, erased = a_meeting("kommer"), a_meeting("ovre", days=-1), a_meeting("slettet")
    Seats.objects.filter(event=erased).update(erased_at=timezone.now())

    assert (create_missing_keys(), create_missing_keys()) == (1, 0)

    keys = dict(Seats.objects.values_list("event", "public_key"))
    assert (keys[over.pk], keys[erased.pk]) == (None, None)
    assert keyring.has_key(keys[coming.pk])
    assert bytes(keyring.private_key(keys[coming.pk]).public_key) == bytes(keys[coming.pk])


def test_the_first_of_two_processes_gives_the_key_and_the_other_leaves_none_behind():
    event = a_meeting()
    slow = Seats.objects.get(event=event)
    folder = keyring.key_file(b"").parent
    before = len(list(folder.glob("*.key")))

    assert (create_key(event.seats), create_key(slow)) == (1, 0)

    assert slow.key == event.seats.key
    assert len(list(folder.glob("*.key"))) == before + 1


def test_a_list_is_due_when_its_days_are_over_and_late_a_day_after():
    event = a_meeting(key=True, retention_days=3)

    def is_due(late=timedelta(), **ago):
        ended(event, **ago)
        return event.seats in overdue_lists(late)

    assert not is_due(days=2, hours=23)
    assert is_due(days=3, minutes=1)
    assert not is_due(days=3, hours=23, late=retention.LATE)
    assert is_due(days=4, minutes=1, late=retention.LATE)
    Seats.objects.filter(event=event).update(erased_at=timezone.now())
    assert not is_due(days=30)


def test_after_the_retention_date_nothing_is_left_of_who_came_and_the_totals_stay():
    event = a_list(retention_days=1)
    other = a_list("andet")
    assert known(event) == known(other) == [2, 5, 1, 1]
    key = event.seats.key
    ended(event, days=1, minutes=1)
    began = timezone.now()

    assert (erase_expired(), erase_expired()) == (1, 0)

    assert known(event) == [0, 0, 0, 0]
    assert not keyring.has_key(key)
    seats = Seats.objects.get(event=event)
    assert began <= seats.erased_at <= timezone.now()
    assert (seats.key, seats.is_closed, seats.taken, seats.access_count) == (b"", True, 5, 1)
    assert Need.objects.get(event=event).total == 1
    assert known(other) == [2, 5, 1, 1]
    assert keyring.has_key(other.seats.key)
    assert create_missing_keys() >= 0
    assert Seats.objects.get(event=event).key == b"", "an erased list never gets a new key"


def test_erasing_goes_on_where_it_was_killed_and_twice_is_no_fault():
    event = a_list()
    keyring.destroy_key(event.seats.key)  # killed after its first step
    ended(event, days=15)

    assert erase_expired() == 1
    assert erase_list(event) == 1
    assert known(event) == [0, 0, 0, 0]


def test_without_its_key_nothing_of_the_list_opens():
    event = a_list()
    keyring.destroy_key(event.seats.key)

    with pytest.raises(keyring.KeyNotFound):
        door_list(event, User.objects.get(username="vagt"))
    access_log = [str(one) for one in AccessLogEntry.objects.filter(event=event)]
    assert access_log == [f"dørliste, {timezone.now():%Y-%m-%d}"] * 2, "the try is written down too"


@pytest.mark.parametrize(
    ("state", "verified", "days", "goes"),
    [
        ("lapsed", False, 4, True),
        ("waiting", False, 4, True),
        ("lapsed", False, 3, False),
        ("waiting", True, 9, False),
        ("held", False, 9, False),
        ("confirmed", True, 9, False),
    ],
)
def test_a_sign_up_nobody_confirmed_is_forgotten_after_three_days_if_it_holds_nothing(state, verified, days, goes):
    event = a_meeting(key=True)
    signup = a_signup(event, ANNA, hold=False)
    day = timezone.localdate() - timedelta(days=days)
    Signup.objects.filter(pk=signup.pk).update(state=state, verified=verified, day=day)

    assert erase_unconfirmed() == int(goes)
    assert Signup.objects.filter(event=event).exists() is not goes
    assert Letter.objects.filter(event=event).exists() is not goes


def test_a_group_without_an_address_keeps_its_place_in_line():
    event = a_meeting(key=True)
    signup = a_signup(event, hold=False)
    Signup.objects.filter(pk=signup.pk).update(day=timezone.localdate() - timedelta(days=9))

    assert erase_unconfirmed() == 0


def test_farewells_and_letters_to_staff_go_when_they_have_left_and_the_rest_stay():
    event = a_meeting(key=True)
    guest = a_guest(event, ANNA)
    cases = [(kind, state) for kind in ("forgotten", "opened", "test") for state in ("waiting", "sent", "failed")]
    Letter.objects.all().delete()
    for kind, state in cases:
        Letter.objects.create(kind=kind, state=state, event=event, language="da")
    Letter.objects.create(kind="reminder", state="sent", event=event, signup=guest, language="da")

    assert delete_sent_letters() == 4

    assert sorted(Letter.objects.filter(event=event).values_list("kind", "state")) == [
        ("forgotten", "waiting"), ("opened", "waiting"), ("reminder", "sent"),
        ("test", "failed"), ("test", "sent"), ("test", "waiting"),
    ]  # fmt: skip


def test_a_farewell_that_no_mail_server_takes_goes_after_three_days():
    event = a_meeting(key=True)
    for days in (2, 4):
        erase(a_guest(event, f"anna{days}@example.dk"))
        since = timezone.now() - timedelta(days=days)
        Letter.objects.filter(event=event, created_at__gt=timezone.now() - timedelta(days=1)).update(created_at=since)
    Letter.objects.create(kind="opened", event=event, language="da", created_at=timezone.now() - timedelta(days=9))

    assert delete_sent_letters() == 1

    assert sorted(Letter.objects.filter(event=event).values_list("kind", flat=True)) == ["forgotten", "opened"]


def test_who_cancelled_long_ago_is_only_a_mark_until_the_list_goes():
    event = a_meeting(key=True)
    cancel(a_guest(event, ANNA))
    Signup.objects.update(day=timezone.localdate() - timedelta(days=9))

    assert erase_unconfirmed() == 0
    erase_list(event)
    assert not Signup.objects.filter(event=event).exists()


def test_new_questions_are_written_again_among_the_old_so_that_nothing_tells_when_each_was_asked():
    event, other = a_meeting(key=True), a_meeting("andet", key=True)
    for number in range(3):
        a_signup(event, f"anna{number}@example.dk", question=f"Nummer {number}?")
    assert shuffle_questions() == 3
    old = set(event.questions.values_list("pk", flat=True))
    assert shuffle_questions() == 0, "nothing new"
    for number in range(3, 6):
        a_signup(event, f"anna{number}@example.dk", question=f"Nummer {number}?")
    before = [(one.pk, bytes(one.sealed)) for one in event.questions.all()]

    assert shuffle_questions() == 6, "the old ones too: else the new stand together"

    after = [(one.pk, bytes(one.sealed)) for one in event.questions.order_by("pk")]
    assert sorted(box for _pk, box in after) == sorted(box for _pk, box in before)
    assert not {pk for pk, _box in after} & (old | {pk for pk, _box in before})
    assert set(event.questions.values_list("is_fresh", flat=True)) == {False}
    key = keyring.private_key(event.seats.key)
    assert {unseal(key, box)["question"] for _pk, box in after} == {f"Nummer {number}?" for number in range(6)}
    assert not other.questions.exists()
