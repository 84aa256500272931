"""Signing up: what a visitor gets, what is written, and what it never tells."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection, transaction
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from events.models import Event, Letter, Need, Question, Seats, Signup
from events.models.needs import NEEDS
from events.models.signup import BOX_SIZE, MAX_QUESTION, MAX_SEATS, QUESTION_BOX_SIZE
from events.privacy.retention import erase_unconfirmed
from events.signups import booking
from events.signups.booking import FormContext, SignupRequest, SignupResult, door_code, sign_up
from events.signups.forms import MAX_EMAIL, MAX_NAME, SignupForm
from events.signups.seats import Closed, EventChanged, NoRoom, SignupRefused, new_version, set_closed
from events.signups.self_service import cancel, change_seats, confirm, erase, find_signup
from events.signups.waiting_list import lapse_holds
from nejtilbander.security import keyring
from nejtilbander.security.sealed_boxes import blind_index, token_hash, unseal
from tests.make import a_form, a_guest, a_meeting, a_signup

pytestmark = pytest.mark.django_db
ANNA, BO, CARL = "anna@example.dk", "bo@example.dk", "carl@example.org"
State = Signup.State


def signup_request(email="", seats=1, **more):
    return SignupRequest(seats=seats, language="da", email=email, **more)


def counted(event):
    """(taken, unverified, last position) as the row of seats says."""
    return Seats.objects.values_list("taken", "unverified", "last_position").get(event=event)


def state(signup):
    return Signup.objects.values_list("state", flat=True).get(pk=signup.pk)


def letters(event):
    return sorted(Letter.objects.waiting().filter(event=event).values_list("kind", "number"))


def behind(token):
    """The row a form made, whether a link leads there or not."""
    return Signup.objects.get(token_hash=token_hash(token))


def content(event, box):
    return unseal(keyring.private_key(event.seats.key), box)


def verbs(queries):
    """What each statement does to which table: "UPDATE events_seats"."""
    kinds = []
    for query in queries:
        words = query["sql"].replace('"', "").split()
        table = re.search(r"(?:INTO|UPDATE|FROM) (\w+)", " ".join(words))
        kinds.append(f"{words[0]} {table[1] if table and words[0] != 'RELEASE' else ''}".strip())
    return kinds


def test_a_sign_up_with_an_address_holds_its_seats_for_an_hour_and_gets_one_letter():
    event = a_meeting(key=True)
    began = timezone.now()

    signup = a_signup(event, "Anna@Example.DK", 3, language="ar", name="Anna", needs=["wheelchair"])

    row = Signup.objects.filter(pk=signup.pk).values().get()
    box, until = row.pop("sealed"), row.pop("until")
    assert row == {
        "id": signup.pk, "event_id": event.pk, "position": 1, "state": "held", "seats": 3, "verified": False,
        "language": "ar", "address_index": blind_index(event.pk, ANNA), "token_hash": token_hash(signup.token),
        "day": timezone.localdate(), "letters_asked": 0,
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

    result = sign_up(event, signup_request(seats=4, name="Anna"), a_form(event))

    signup = find_signup(result.token)
    assert result == SignupResult(signup and result.token, "confirmed")
    assert (signup.state, signup.verified, signup.until, signup.address_index) == (State.CONFIRMED, False, None, None)
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


LONGEST = {
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
        ({"email": f"a@{'.'.join(['那' * 60] * 4)}.dk"}, {"email"}),
        ({"email": f"a@{'ü' * 62}.dk"}, {"email"}),
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
    form = SignupForm(QueryDict(urlencode(LONGEST | typed, doseq=True)))

    assert set(form.errors) == refused
    if not refused:
        sign_up(event, form.signup_request("da"), a_form(event))
        assert Signup.objects.filter(event=event).count() == Question.objects.filter(event=event).count() == 1
        assert dict(Need.objects.filter(event=event).values_list("kind", "total")) == dict.fromkeys(NEEDS, 1)


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
            sign_up(event, signup_request(email, 2, needs=["other"], question="?"), form)
        done.append(verbs(queries))
        assert counted(event) == before

    assert done[0] == done[1]
    assert "ROLLBACK" in done[0]
    assert letters(event) == [("already", 1), ("confirm", 0), ("confirm", 0)]
    assert Question.objects.filter(event=event).count() == 2, "one for each form"
    assert Signup.objects.get(pk=anna.pk).letters_asked == 1


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
def test_the_same_form_sent_again_without_its_address_leads_to_nobody_elses_page(known):
    """Else whoever sent it could confirm the address without reading its mail, and see whether it was known."""
    event = a_meeting(key=True)
    if known:
        a_signup(event, ANNA, 2)
    form = a_form(event)
    sign_up(event, signup_request(ANNA, 2), form)

    result = sign_up(event, signup_request(seats=2), form)

    mine = find_signup(result.token)
    assert (mine.address_index, result.state, mine.state) == (None, "confirmed", "confirmed")
    assert Signup.objects.filter(event=event, verified=True).count() == 0
    assert counted(event)[:2] == ((6, 6) if known else (4, 4)), "what the known address holds runs out by itself"


@pytest.mark.parametrize("known", [True, False])
def test_the_same_form_with_another_address_gets_its_own_letter_whether_the_first_was_known_or_not(known):
    event = a_meeting(key=True)
    if known:
        a_signup(event, ANNA, 2)
    form = a_form(event)
    sign_up(event, signup_request(ANNA, 2), form)
    before = letters(event)

    sign_up(event, signup_request(BO, 2), form)

    assert letters(event) == sorted([*before, ("confirm", 0)])


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


def test_whoever_signs_up_again_after_the_hold_ran_out_gets_the_seats_and_the_old_link_leads_nowhere():
    event = a_meeting(capacity=6, key=True)
    old = a_signup(event, ANNA, 6, name="Anna", needs=["wheelchair"])
    Signup.objects.update(until=timezone.now())
    lapse_holds()

    new = a_signup(event, ANNA, 6, needs=["wheelchair"])

    assert (new.state, new.letters_asked, find_signup(old.token)) == (State.HELD, 1, None)
    assert Signup.objects.filter(
        pk=old.pk, **Signup.ANONYMISED, state="lapsed", token_hash=token_hash(old.token)
    ).exists()
    assert set(Letter.objects.values_list("signup", "kind", "number")) == {
        (old.pk, "confirm", 0), (new.pk, "confirm", 1),
    }  # fmt: skip
    confirm(find_signup(new.token))
    assert (state(new), counted(event)) == (State.CONFIRMED, (6, 0, 2))


@pytest.mark.parametrize(("was", "ends"), [("waiting", State.WAITING), ("lapsed", State.HELD)])
def test_an_unconfirmed_sign_up_that_holds_nothing_makes_way(was, ends):
    event = a_meeting(key=True)
    HISTORIES[was](event)

    sign_up(event, signup_request(ANNA, 3), a_form(event, hold=was == "lapsed"))

    one = Signup.objects.reachable().get()
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
    assert ("confirm", 1) in letters(event)
    assert {kind for kind, _ in letters(event)} == {"confirm"}


def test_an_address_that_is_signed_up_over_and_over_keeps_the_link_of_the_last_letter_it_gets():
    event = a_meeting(key=True)
    tokens = [
        sign_up(event, signup_request(ANNA), a_form(event, hold=False)).token for _ in range(booking.MAX_LETTERS + 3)
    ]  # fmt: skip

    assert [bool(find_signup(token)) for token in tokens] == [False] * booking.MAX_LETTERS + [True, False, False]
    one = Signup.objects.reachable().get()
    assert (one.token_hash, one.letters_asked) == (token_hash(tokens[booking.MAX_LETTERS]), booking.MAX_LETTERS + 1)
    assert letters(event) == [("already", 11), *(("confirm", number) for number in range(11))]
    confirm(find_signup(tokens[booking.MAX_LETTERS]))
    assert counted(event)[:2] == (1, 0)


def test_an_address_signed_up_before_gets_a_letter_and_seats_held_for_nobody_however_it_is_written():
    event = a_meeting(key=True)
    signup = a_guest(event, ANNA, 2)
    Letter.objects.all().delete()

    results = [
        sign_up(event, signup_request(email, 3, needs=["other"]), a_form(event))
        for email in (ANNA, " ANNA@example.DK ", "Anna@Example.dk")
    ]

    assert len({result.token for result in results}) == 3, "the answer's token told that they are one"
    assert letters(event) == [("already", 1), ("already", 2), ("already", 3)]
    assert set(Letter.objects.values_list("signup", flat=True)) == {signup.pk}
    signup.refresh_from_db()
    assert (signup.state, signup.seats, signup.letters_asked) == (State.CONFIRMED, 2, 3)
    held = [behind(result.token) for result in results]
    assert [find_signup(result.token) for result in results] == [None] * 3, (
        "nobody is to confirm what is held for nobody"
    )
    assert [content(event, one.sealed) for one in held] == [{"id": one.pk} for one in held]
    assert [(one.state, one.seats, one.verified, one.address_index, one.position) for one in held] == [
        (State.HELD, 3, False, None, position) for position in (2, 3, 4)
    ]
    assert all(timedelta(minutes=59) < one.until - timezone.now() <= timedelta(minutes=65) for one in held)
    assert counted(event) == (11, 9, 4)
    assert Need.objects.get(event=event).total == 0

    Signup.objects.filter(event=event, address_index=None).update(until=timezone.now())
    assert lapse_holds() == 3
    assert [state(one) for one in (signup, *held)] == [State.CONFIRMED] + [State.LAPSED] * 3
    assert counted(event) == (2, 0, 4)


def test_an_address_signed_up_before_that_finds_no_seats_leaves_a_row_that_is_soon_forgotten():
    event = a_meeting(capacity=6, key=True)
    guest = a_guest(event, ANNA, 6)

    result = sign_up(event, signup_request(ANNA, 2), a_form(event, accepts_waiting=True))

    row = behind(result.token)
    assert result.state == State.WAITING, "as for any other"
    assert (row.state, row.address_index, row.until, row.verified) == (State.LAPSED, None, None, False)
    assert counted(event) == (6, 0, 2)
    cancel(find_signup(guest.token))
    assert state(row) == State.LAPSED, "nobody is to be offered seats here"
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

    marks = {a_signup(event, ANNA).address_index for event in (first, second)}

    assert len(marks) == 2
    assert counted(first) == counted(second) == (1, 1, 1)


HISTORIES = {
    "unknown": lambda _: None,
    "held": lambda event: a_signup(event, ANNA, 2),
    "confirmed": lambda event: a_guest(event, ANNA, 2),
    "waiting": lambda event: a_signup(event, ANNA, 2, hold=False),
    "lapsed": lambda event: Signup.objects.filter(pk=a_signup(event, ANNA, 2, hold=False).pk).update(state="lapsed"),
    "cancelled": lambda event: cancel(a_guest(event, ANNA, 2)),
    "forgotten": lambda event: erase(a_guest(event, ANNA, 2)),
}


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
                result = sign_up(event, signup_request(ANNA, 3, needs=["other"], question="?"), form_context)
            except NoRoom:
                result = NoRoom
        written = Letter.objects.exclude(pk__in=before).count()
        done[name] = (verbs(queries), type(result), getattr(result, "state", ""), written)

    assert done == dict.fromkeys(HISTORIES, done["unknown"])
    statements, _, _, written = done["unknown"]
    assert written == (0 if room == "no room" else 1)
    assert statements[1] == "UPDATE events_seats", "the seats come first, after BEGIN"
    assert len(statements) <= (14 if room != "no room" else 7)


@pytest.mark.parametrize(
    "fields",
    [
        {"signup_opens_at": None},
        {"signup_closes_at": timezone.now() - timedelta(minutes=1)},
        {"state": Event.State.CANCELLED},
        {"days": -0.01},
        {"key": False},
    ],
    ids=["not open", "closed", "cancelled", "begun", "no key yet"],
)
def test_a_meeting_that_takes_no_sign_ups_refuses_before_anything_is_written(fields):
    event = a_meeting(**{"key": True} | fields)

    with pytest.raises(Closed):
        sign_up(event, signup_request(ANNA), a_form(event))

    assert counted(event) == (0, 0, 0)
    assert not Signup.objects.filter(event=event).exists()


def test_a_counter_that_is_behind_its_sign_ups_refuses_and_writes_nothing():
    event = a_meeting(key=True)
    a_signup(event, ANNA)
    Seats.objects.filter(event=event).update(last_position=0)

    with pytest.raises(Closed):
        sign_up(event, signup_request("en-anden@example.dk"), a_form(event))

    assert Signup.objects.filter(event=event).count() == 1


def test_a_meeting_closed_while_the_visitor_wrote_refuses_and_one_that_moved_says_so():
    event = a_meeting(key=True)
    form = a_form(event)
    seen = Event.objects.with_seats().get(pk=event.pk)

    set_closed(event)
    with pytest.raises(Closed):
        sign_up(seen, signup_request(ANNA), form)
    set_closed(event, closed=False)
    new_version(event)
    with pytest.raises(EventChanged):
        sign_up(seen, signup_request(ANNA), form)

    assert counted(event) == (0, 0, 0)
    assert not Signup.objects.filter(event=event).exists()
    assert sign_up(seen, signup_request(ANNA), a_form(event)).state == "held"


def test_a_meeting_that_filled_while_the_visitor_wrote_changes_nothing_without_a_yes_to_the_waiting_list():
    event = a_meeting(capacity=6, key=True)
    a_signup(event, ANNA, 4)
    form = a_form(event)

    with pytest.raises(NoRoom):
        sign_up(event, signup_request(BO, 3, needs=["other"], question="?"), form)

    assert counted(event) == (4, 4, 1)
    assert Signup.objects.filter(event=event).count() == 1
    assert not Need.objects.filter(event=event).exists()
    assert not Question.objects.filter(event=event).exists()

    accepting = FormContext(form.nonce, form.version, accepts_waiting=True)
    token = sign_up(event, signup_request(BO, 3), accepting).token
    assert (find_signup(token).state, find_signup(token).position) == (State.WAITING, 2)
    assert counted(event) == (4, 4, 2)
    assert sign_up(event, signup_request(CARL, 2), a_form(event)).state == "held", "those who fit still get seats"


@pytest.mark.parametrize(
    ("spoil", "refusal"),
    [
        (lambda _: None, None),
        (lambda event: Seats.objects.filter(event=event).update(taken=98), NoRoom),
        (set_closed, Closed),
        (new_version, EventChanged),
        (lambda event: setattr(event, "state", Event.State.CANCELLED), Closed),
        (lambda event: setattr(event.seats, "public_key", None), Closed),
    ],
    ids=["open", "full", "closed", "moved", "cancelled", "no key"],
)
def test_a_sign_up_that_is_not_wanted_is_refused_as_any_other_and_changes_nothing(spoil, refusal):
    event = a_meeting(key=True)
    seen = Event.objects.with_seats().get(pk=event.pk)
    form = a_form(event)
    spoil(seen)
    before = counted(event)

    for act in (booking.check_open, sign_up):
        try:
            act(seen, signup_request(ANNA, 3), form)
            raised = None
        except SignupRefused as one:
            raised = type(one)
        assert raised is refusal
        if act is booking.check_open:
            assert (counted(event), letters(event)) == (before, [])
    if refusal is NoRoom:
        booking.check_open(seen, signup_request(ANNA, 3), a_form(event, accepts_waiting=True))


def test_unconfirmed_seats_stop_at_a_quarter_and_whoever_confirms_later_still_gets_seats():
    event = a_meeting(capacity=40, key=True)
    for number in range(2):
        a_signup(event, f"robot{number}@example.org", 5)

    result = sign_up(
        event, signup_request(ANNA, 4), a_form(event)
    )  # nobody is asked about a waiting list: there are seats

    anna = find_signup(result.token)
    assert (anna.state, anna.until, counted(event)) == (State.WAITING, None, (10, 10, 3))
    confirm(anna)
    assert (state(anna), counted(event)) == (State.CONFIRMED, (14, 10, 3))
    assert letters(event) == [("confirm", 0), ("confirm", 0), ("confirm", 0), ("confirmed", 4)]


def test_unconfirmed_seats_of_groups_without_an_address_stop_at_a_quarter_too():
    event = a_meeting(capacity=40, key=True)
    for _ in range(2):
        a_signup(event, seats=5)

    waiting = a_signup(event, seats=1)

    assert (waiting.state, counted(event)) == (State.WAITING, (10, 10, 3))
    assert waiting.needs_confirming is False


def test_a_small_hall_still_lets_one_group_be_unconfirmed():
    event = a_meeting(capacity=8, key=True)

    assert a_signup(event, ANNA, MAX_SEATS).state == State.HELD
    assert a_signup(event, BO, 1).state == State.WAITING
    assert counted(event) == (6, 6, 2)


def test_who_comes_too_often_holds_nothing_until_the_address_is_confirmed():
    event = a_meeting(key=True)

    signup = a_signup(event, ANNA, 2, hold=False)
    assert (signup.state, counted(event)) == (State.WAITING, (0, 0, 1))

    confirm(signup)
    assert (state(signup), counted(event)) == (State.CONFIRMED, (2, 0, 1))
