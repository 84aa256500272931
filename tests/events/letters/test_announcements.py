"""Letters to many: each exactly once, to exactly those it concerns."""

from datetime import timedelta

import pytest
from django.utils import timezone

from events.letters.announcements import announce_changes, progress, send_bulk_letter, write_reminders
from events.models import BulkLetter, Event, Letter, Signup
from events.signups.booking import SignupRequest, sign_up
from events.signups.seats import Closed, EventChanged
from events.signups.self_service import cancel
from events.signups.waiting_list import expire_offers
from tests.support.factories import a_form, a_guest, a_meeting, a_signup

pytestmark = pytest.mark.django_db
ANNA = "anna@example.dk"
TOLD = ["confirmed", "held", "offered", "waiting"]
EVERYONE = [*TOLD, "lapsed", "unconfirmed"]  # who can be reached; the last two never answered


def a_crowd(event):
    """One group in each state, and one without an address; by name."""
    other = a_guest(event, "fuldt@example.dk", 6)
    crowd = {
        name: a_signup(event, f"{name}@example.dk", hold=name == "held") for name in ("held", "lapsed", "unconfirmed")
    }
    crowd |= {name: a_guest(event, f"{name}@example.dk", language="ar") for name in ("confirmed", "offered", "waiting")}
    crowd["without"] = a_signup(event)
    for name in ("lapsed", "offered", "waiting"):
        Signup.objects.filter(pk=crowd[name].pk).update(state=name)
    cancel(other)
    gone = a_guest(event, "expired@example.dk")
    Signup.objects.filter(pk=gone.pk).update(state="offered", until=timezone.now())
    expire_offers()
    Letter.objects.all().delete()
    return crowd


def changed(event, **fields):
    """The meeting as staff save it, and as it was."""
    before = Event.objects.get(pk=event.pk)
    now = Event.objects.get(pk=event.pk)
    for name, value in fields.items():
        setattr(now, name, value)
    now.save()
    return now, before


def written(event):
    return set(Letter.objects.filter(event=event).values_list("kind", "signup", "number", "language"))


def expected(crowd, kind, number):
    return {(kind, crowd[name].pk, number, crowd[name].language) for name in TOLD}


def test_a_moved_meeting_is_told_to_whoever_holds_seats_or_confirmed_in_their_own_language():
    event = a_meeting(capacity=100, key=True)
    crowd = a_crowd(event)
    a_guest(a_meeting("andet", key=True), ANNA)

    later = {"starts_at": event.starts_at + timedelta(days=1), "ends_at": event.ends_at + timedelta(days=1)}
    assert announce_changes(*changed(event, **later)) == len(TOLD)

    assert written(event) == expected(crowd, "changed", 2)
    assert Letter.objects.get(signup=crowd["confirmed"]).language == "ar"


@pytest.mark.parametrize(
    "change",
    [{"address": "Vestergade 1"}, {"place_da": "Ridehuset"}, {"ends_at": timezone.now() + timedelta(days=11)}],
    ids=["address", "place", "end"],
)
def test_a_form_shown_before_the_change_is_refused_and_shows_it(change):
    event = a_meeting(key=True)
    form = a_form(event)
    announce_changes(*changed(event, **change))

    with pytest.raises(EventChanged):
        sign_up(Event.objects.get(pk=event.pk), SignupRequest(1, "da", email=ANNA), form)
    assert a_signup(Event.objects.get(pk=event.pk), ANNA).state == "held"


def test_a_change_of_words_is_told_to_nobody_and_refuses_no_form():
    event = a_meeting(key=True)
    a_guest(event, ANNA)
    Letter.objects.all().delete()
    form = a_form(event)

    assert announce_changes(*changed(event, title_da="Nyt navn", place_en="Town hall", access_da="Elevator")) == 0

    assert written(event) == set()
    assert sign_up(Event.objects.get(pk=event.pk), SignupRequest(1, "da"), form).state == "confirmed"


def test_a_cancelled_meeting_is_told_to_everyone_and_so_is_its_return():
    event = a_meeting(capacity=100, key=True)
    crowd = a_crowd(event)

    cancelled, before = changed(event, state=Event.State.CANCELLED)
    assert announce_changes(cancelled, before) == len(TOLD)
    assert written(event) == expected(crowd, "cancelled", 2)
    with pytest.raises(Closed):
        sign_up(before, SignupRequest(1, "da"), a_form(cancelled))

    assert announce_changes(*changed(event, address="Vestergade 1")) == len(TOLD)
    assert written(event) == expected(crowd, "cancelled", 2) | expected(crowd, "cancelled", 3)

    assert announce_changes(*changed(event, state=Event.State.CONFIRMED)) == len(TOLD)
    assert Letter.objects.filter(event=event, kind="changed", number=4).count() == len(TOLD)


def a_soon_meeting(hours=47, **fields):
    event = a_meeting(days=hours / 24, key=True, **fields)
    guest = a_guest(event, ANNA, language="ar")
    Signup.objects.update(day=timezone.localdate() - timedelta(days=1))
    Letter.objects.all().delete()
    return event, guest


def reminders():
    return list(Letter.objects.filter(kind="reminder").values_list("signup", "language", "number"))


def test_who_is_coming_is_reminded_once_two_days_before():
    _, guest = a_soon_meeting()

    assert (write_reminders(), write_reminders()) == (1, 0)
    assert reminders() == [(guest.pk, "ar", 1)]
    Letter.objects.update(state=Letter.State.SENT, due_at=None)
    assert write_reminders() == 0


@pytest.mark.parametrize(("hours", "number"), [(49, 0), (47.9, 1), (12.1, 1), (11.9, 0), (-1, 0)])
def test_a_reminder_comes_neither_too_early_nor_too_late(hours, number):
    event = a_meeting(days=3, key=True)
    a_guest(event, ANNA)
    starts_at = timezone.now() + timedelta(hours=hours)
    Event.objects.filter(pk=event.pk).update(starts_at=starts_at, ends_at=starts_at + timedelta(hours=2))
    Signup.objects.update(day=timezone.localdate() - timedelta(days=1))

    assert write_reminders() == number


def test_only_those_who_are_coming_are_reminded_and_not_those_who_signed_up_today():
    event, guest = a_soon_meeting(capacity=100)
    crowd = a_crowd(event)
    Signup.objects.filter(pk__in=[one.pk for one in crowd.values()]).update(day=timezone.localdate())
    Signup.objects.filter(pk__in=[crowd[name].pk for name in EVERYONE if name != "confirmed"]).update(
        day=timezone.localdate() - timedelta(days=1)
    )

    write_reminders()

    assert reminders() == [(guest.pk, "ar", 1)]


def test_a_cancelled_meeting_reminds_nobody():
    event, _ = a_soon_meeting()
    Event.objects.filter(pk=event.pk).update(state=Event.State.CANCELLED)

    assert write_reminders() == 0


def test_a_letter_from_staff_goes_once_to_everyone_who_is_coming():
    event = a_meeting(capacity=100, key=True)
    crowd = a_crowd(event)
    bulk_letter = BulkLetter.objects.create(event=event, texts={"da": "Kom i god tid.", "ar": "مرحبا"})
    began = timezone.now()

    assert (send_bulk_letter(bulk_letter), send_bulk_letter(bulk_letter)) == (1, 0)

    letter = Letter.objects.get(event=event)
    assert (letter.kind, letter.signup_id, letter.number, letter.language, letter.bulk_letter) == (
        "bulk", crowd["confirmed"].pk, bulk_letter.pk, "ar", bulk_letter,
    )  # fmt: skip
    bulk_letter.refresh_from_db()
    assert began <= bulk_letter.sent_at <= timezone.now()
    assert str(bulk_letter) == f"mail {bulk_letter.pk}"
    assert [bulk_letter.text(code) for code in ("da", "ar", "so")] == ["Kom i god tid.", "مرحبا", "Kom i god tid."]


def test_two_letters_from_staff_are_two_letters_and_each_tells_how_far_it_is():
    event = a_meeting(key=True)
    guests = [a_guest(event, f"gaest{number}@example.dk") for number in range(4)]
    bulk_letters = [BulkLetter.objects.create(event=event, texts={"da": "Brev"}) for _ in range(2)]
    for one in bulk_letters:
        assert send_bulk_letter(one) == 4
    letters = Letter.objects.filter(bulk_letter=bulk_letters[0])
    letters.filter(signup=guests[0]).update(state=Letter.State.SENT)
    letters.filter(signup=guests[1]).update(state=Letter.State.FAILED)
    Letter.objects.create(kind=Letter.Kind.TEST, event=event, bulk_letter=bulk_letters[0], language="da")

    assert progress(bulk_letters[0]) == {"waiting": 2, "sent": 1, "failed": 1}
    assert progress(bulk_letters[1]) == {"waiting": 4, "sent": 0, "failed": 0}
