"""No answer tells whether an address is known."""

import re
import statistics
import time
from random import Random

import pytest
from django.db import connection

from events.models import Letter, Recognition, Seats, Signup
from events.signups.recognition import recognise_new
from nejtilbander.security.rate_limits import rate_counters
from tests.events.signups.views.driver import FORM, PLAIN, a_second_later, get, send, ticket_of
from tests.support.factories import a_guest, a_meeting, a_signup

pytestmark = pytest.mark.django_db


def addresses_in_every_state(event):
    """An address that is unknown, and one for each way to be known."""
    a_signup(event, "held@example.dk", 2)
    a_guest(event, "confirmed@example.dk", 2)
    gone = a_guest(event, "cancelled@example.dk")
    Signup.objects.filter(pk=gone.pk).update(state="cancelled", **Signup.ANONYMISED)
    for seats in (6, 4):  # more from there are over the cap
        a_guest(event, f"full{seats}@klub.dk", seats)
    for state in ("lapsed", "waiting", "offered"):
        one = a_signup(event, f"{state}@example.dk", hold=False)
        Signup.objects.filter(pk=one.pk).update(state=state)
    return ["unknown@example.dk", "over.cap@klub.dk"] + [f"{state}@example.dk" for state in
            ("held", "confirmed", "cancelled", "lapsed", "waiting", "offered")]  # fmt: skip


def whole_answer(reader, email, seats="2"):
    """Status, headers and body of the POST and of the page it leads to; the form's own words taken out."""
    ticket = ticket_of(get(reader))
    answers = [send(reader, ticket, email=email, seats=seats, needs=["other"], question="Hvorfor?")]
    if "Location" in answers[0].headers:
        answers.append(get(reader, answers[0].headers["Location"]))
    told = []
    for answer in answers:
        body = re.sub(r'name="ticket" value="[^"]+"', "", answer.content.decode()).replace(email, "…")
        told.append((answer.status_code, {**answer.headers, "Content-Length": ""}, body))
    return told


def statements(ask):
    """The statements `ask` sends to the database, without their values."""
    sent = []
    with connection.execute_wrapper(lambda run, sql, *rest: (sent.append(sql), run(sql, *rest))[1]):
        ask()
    return [re.sub(r'"s\d+_x\d+"|_\d+_x\d+', "", sql) for sql in sent]


@pytest.mark.parametrize("situation", ["free", "full", "waiting list", "network"])
def test_known_and_unknown_addresses_get_the_same_bytes_the_same_statements_and_one_letter_each(
    reader, settings, situation
):
    settings.SIGNUP_BURST = 1000
    event = a_meeting(key=True, capacity=100)
    addresses = addresses_in_every_state(event)
    if situation == "waiting list":
        Seats.objects.filter(event=event).update(taken=100)
    if situation == "network":
        for _ in range(30):
            rate_counters.add("network", "127.0.0.0/24")
    told, asked, written = {}, {}, {}
    for email in addresses:
        a_second_later()
        ticket = ticket_of(get(reader))
        if situation == "full":
            Seats.objects.filter(event=event).update(taken=100)
        count = Letter.objects.count()
        fields = {"email": email, "seats": "2", "needs": ["other"], "question": "Hvorfor?"}
        answers = []
        asked[email] = statements(lambda: answers.append(send(reader, ticket, **fields)))  # noqa: B023
        body = re.sub(r'name="ticket" value="[^"]+"', "", answers[0].content.decode()).replace(email, "…")
        told[email] = (answers[0].status_code, {**answers[0].headers, "Content-Length": ""}, body)
        written[email] = Letter.objects.count() - count
        Seats.objects.filter(event=event).update(taken=100 if situation == "waiting list" else 10)

    first = addresses[0]
    assert all(told[email] == told[first] for email in addresses)
    assert {email: asked[email] for email in addresses} == dict.fromkeys(addresses, asked[first])
    assert situation == "full" or len(asked[first]) <= 8, asked[first]
    assert set(written.values()) == ({0} if situation == "full" else {1})
    assert told[first][0] == (409 if situation == "full" else 303)


def test_the_time_an_answer_takes_does_not_tell_whether_the_address_is_known(reader, settings):
    settings.SIGNUP_BURST = 10_000
    event = a_meeting(key=True, capacity=2000)
    for number in range(60):
        a_signup(event, f"known{number}@example.dk")
    kinds, times = ["known", "unknown"] * 60, {"known": [], "unknown": []}
    Random(7).shuffle(kinds)  # noqa: S311 - an order, not a secret
    for number, kind in enumerate(kinds):
        rate_counters.forget()
        ticket = ticket_of(get(reader))
        fields = {"email": f"{kind}{number if kind == 'unknown' else len(times[kind])}@example.dk", "seats": "1"}
        began = time.perf_counter()
        answer = reader.post(FORM, {"ticket": ticket, **fields}, headers=PLAIN)
        times[kind].append(time.perf_counter() - began)
        assert answer.status_code == 303

    recognise_new()
    assert Recognition.objects.filter(address_index=None).count() == 60
    apart, chance = difference(times["known"], times["unknown"])
    # A real difference is both: more than a tenth of the time it takes, and more than chance gives once in 500.
    assert apart < 0.1 or chance > 0.002, (apart, chance)


def difference(one, other):
    """How far the medians lie apart, as a share; and how often chance alone puts them as far apart (permutations)."""
    everything, dice = [*one, *other], Random(1)  # noqa: S311 - a dice, not a secret
    seen = abs(statistics.median(one) - statistics.median(other))
    as_far = 0
    for _ in range(1000):
        dice.shuffle(everything)
        far = abs(statistics.median(everything[: len(one)]) - statistics.median(everything[len(one) :]))
        as_far += far >= seen
    return seen / statistics.median(everything), as_far / 1000


@pytest.mark.parametrize("written", ["ALMA@example.dk", "alma+6@example.dk"])
def test_however_often_a_mailbox_is_used_each_answer_is_the_same_and_holds_seats_alike(reader, written):
    """A count by address would tell whoever tries one that somebody else used it."""
    a_meeting(key=True)
    answers = [whole_answer(reader, "alma@example.dk") for _ in range(7)]

    answers.append(whole_answer(reader, written))

    assert all(answer == answers[0] for answer in answers)
    assert Seats.objects.get(event__slug="proeve").taken == 8 * 2
    assert Signup.objects.count() == Letter.objects.count() == 8
