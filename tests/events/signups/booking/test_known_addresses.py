"""An address that was signed up before."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from events.models import Event, Letter, Need, Recognition, Seats, Signup
from events.privacy.retention import erase_unconfirmed
from events.signups import booking, recognition
from events.signups.seats import (
    NoRoom,
)
from events.signups.self_service import cancel, change_seats, confirm, erase, find_signup
from events.signups.waiting_list import lapse_holds
from nejtilbander.security.sealed_boxes import token_hash
from tests.events.signups.booking.driver import (
    ANNA,
    BO,
    CARL,
    HISTORIES,
    State,
    behind,
    content,
    counted,
    letters,
    sign_up,
    signup_request,
    state,
    verbs,
)
from tests.support.factories import a_form, a_guest, a_meeting, a_signup

pytestmark = pytest.mark.django_db


def test_whoever_signs_up_again_after_the_hold_ran_out_gets_the_seats_and_the_old_link_leads_nowhere():
    event = a_meeting(capacity=6, key=True)
    old = a_signup(event, ANNA, 6, name="Anna", needs=["wheelchair"])
    Signup.objects.update(until=timezone.now())
    lapse_holds()

    new = a_signup(event, ANNA, 6, needs=["wheelchair"])

    assert (new.state, new.recognition.letters_asked, find_signup(old.token)) == (State.HELD, 1, None)
    assert Signup.objects.filter(
        pk=old.pk, **Signup.ANONYMISED, state="lapsed", token_hash=token_hash(old.token)
    ).exists()
    assert set(Letter.objects.values_list("signup", "kind", "number")) == {
        (old.pk, "confirm", 0), (new.pk, "confirm", 0),
    }  # fmt: skip
    confirm(find_signup(new.token))
    assert (state(new), counted(event)) == (State.CONFIRMED, (6, 0, 2))


@pytest.mark.parametrize(("was", "ends"), [("waiting", State.WAITING), ("lapsed", State.HELD)])
def test_an_unconfirmed_sign_up_that_holds_nothing_makes_way(was, ends):
    event = a_meeting(key=True)
    HISTORIES[was](event)

    sign_up(event, signup_request(ANNA, 3), a_form(event, hold=was == "lapsed"))

    one = Signup.objects.get(recognition__address_index__isnull=False)
    assert (one.state, one.seats, one.position) == (ends, 3, 2)
    assert Signup.objects.filter(event=event).count() == 2


@pytest.mark.parametrize("act", [confirm, cancel, erase, lambda one: change_seats(one, 5)])
def test_a_page_opened_before_its_address_was_signed_up_again_changes_nothing_of_the_new_one(act):
    event = a_meeting(key=True)
    HISTORIES["lapsed"](event)
    tab = Signup.objects.get(event=event)
    new = a_signup(event, ANNA, 3)

    act(tab)

    new.refresh_from_db()
    assert (new.state, new.seats, counted(event)) == (State.HELD, 3, (3, 3, 2))
    assert not Signup.objects.filter(event=event, state=State.CONFIRMED).exists()
    assert new.letters.filter(kind="confirm").exists()
    assert {kind for kind, _ in letters(event)} == {"confirm"}


def test_an_address_that_is_signed_up_over_and_over_keeps_the_link_of_the_last_letter_it_gets():
    event = a_meeting(key=True)
    last = recognition.MAX_LETTERS
    tokens = [sign_up(event, signup_request(ANNA), a_form(event, hold=False)).token for _ in range(last + 3)]

    assert [bool(find_signup(token)) for token in tokens[: last + 1]] == [False] * last + [True]
    mark = Recognition.objects.exclude(address_index=None).get()
    assert (mark.signup.token_hash, mark.letters_asked) == (token_hash(tokens[last]), last + 1)
    assert letters(event) == [("already", 11)] * 2 + [("confirm", 0)] * 11
    nobodys = [behind(token) for token in tokens[last + 1 :]]
    assert [content(event, one.sealed) for one in nobodys] == [{"id": one.pk} for one in nobodys]
    confirm(find_signup(tokens[recognition.MAX_LETTERS]))
    assert counted(event)[:2] == (1, 0)


def test_an_address_signed_up_before_gets_a_letter_and_seats_held_for_nobody_however_it_is_written():
    event = a_meeting(key=True)
    signup = a_guest(event, ANNA, 2)
    Letter.objects.all().delete()

    answers = [
        sign_up(event, signup_request(email, 3, needs=["other"]), a_form(event))
        for email in (ANNA, " ANNA@example.DK ", "Anna@Example.dk")
    ]

    assert len({answer.token for answer in answers}) == 3, "the answer's token told that they are one"
    assert letters(event) == [("already", 1), ("already", 2), ("already", 3)]
    originals = Recognition.objects.filter(event=event, address_index=None).values_list("original_id", flat=True)
    assert set(originals) == {signup.pk}
    signup.refresh_from_db()
    assert (signup.state, signup.seats, signup.recognition.letters_asked) == (State.CONFIRMED, 2, 3)
    held = [behind(answer.token) for answer in answers]
    assert [content(event, one.sealed) for one in held] == [{"id": one.pk} for one in held], "nobody gets its link"
    assert [(one.state, one.seats, one.verified, one.has_address, one.position) for one in held] == [
        (State.HELD, 3, False, True, place) for place in (2, 3, 4)
    ]
    assert all(timedelta(minutes=59) < one.until - timezone.now() <= timedelta(minutes=65) for one in held)
    assert counted(event) == (11, 9, 4)
    assert list(Need.objects.filter(event=event).values_list("kind", "total", "asked")) == [("other", 0, 3)]

    Signup.objects.filter(event=event, recognition__address_index=None).update(until=timezone.now())
    assert lapse_holds() == 3
    assert [state(one) for one in (signup, *held)] == [State.CONFIRMED] + [State.LAPSED] * 3
    assert counted(event) == (2, 0, 4)


def test_an_address_signed_up_before_that_finds_no_seats_leaves_a_row_that_is_soon_forgotten():
    event = a_meeting(capacity=6, key=True)
    guest = a_guest(event, ANNA, 6)

    answer = sign_up(event, signup_request(ANNA, 2), a_form(event, accepts_waiting=True))

    row = behind(answer.token)
    assert answer.state == State.WAITING, "as for any other"
    assert (row.state, row.until, row.verified) == (State.WAITING, None, False)
    assert counted(event) == (6, 0, 2)
    cancel(find_signup(guest.token))
    assert state(row) == State.WAITING, "nobody is to be offered seats here"
    Signup.objects.update(day=timezone.localdate() - timedelta(days=4))
    assert erase_unconfirmed() == 1
    assert list(Signup.objects.filter(event=event)) == [guest]


@pytest.mark.parametrize("history", ["held", "confirmed", "waiting", "lapsed", "cancelled"])
@pytest.mark.parametrize(
    "nearly", [{"capacity": 41, "taken": 40}, {"unverified": 9}, {"capacity": 40, "taken": 40}],
    ids=["one seat left", "one left of the unconfirmed", "none left"],
)  # fmt: skip
def test_whoever_counts_seats_cannot_tell_whether_an_address_is_known(history, nearly):
    event = a_meeting(capacity=40, key=True)
    HISTORIES[history](event)
    Seats.objects.filter(event=event).update(**nearly)
    left = []
    for email in (ANNA, BO):
        undo = transaction.savepoint()
        told = [sign_up(event, signup_request(who), a_form(event, accepts_waiting=True)).state for who in (email, CARL)]
        left.append((told, counted(event)))
        transaction.savepoint_rollback(undo)

    assert left[0] == left[1]
    assert left[0][0][1] == "waiting", "one more seat was to be had, so the test proves nothing"


def test_an_address_may_sign_up_for_two_meetings_and_its_marks_are_unlike():
    first, second = a_meeting("en", key=True), a_meeting("to", key=True)

    marks = {a_signup(event, ANNA).recognition.address_index for event in (first, second)}

    assert len(marks) == 2
    assert counted(first) == counted(second) == (1, 1, 1)


@pytest.mark.parametrize("room", ["room", "no room", "waiting list", "not held"])
def test_known_and_unknown_addresses_make_the_same_statements_and_one_letter_each(room):
    """Else the time an answer takes, or its size on the disk, tells whether an address is signed up."""
    done = {}
    for name, history in HISTORIES.items():
        event = a_meeting(name, key=True)
        history(event)
        if room in {"no room", "waiting list"}:
            Seats.objects.filter(event=event).update(capacity=0)
        event = Event.objects.with_seats().get(pk=event.pk)
        before = set(Letter.objects.values_list("pk", flat=True))
        form_context = a_form(event, accepts_waiting=room != "no room", hold=room != "not held")
        with CaptureQueriesContext(connection) as queries:
            try:
                answer = booking.sign_up(event, signup_request(ANNA, 3, needs=["other"], question="?"), form_context)
            except NoRoom:
                answer = NoRoom
        written = Letter.objects.exclude(pk__in=before).count()
        done[name] = (verbs(queries), type(answer), getattr(answer, "state", ""), written)

    assert done == dict.fromkeys(HISTORIES, done["unknown"])
    statements, _, _, written = done["unknown"]
    assert written == (0 if room == "no room" else 1)
    assert statements[1] == "UPDATE events_seats", "the seats come first, after BEGIN"
    assert len(statements) <= 8
