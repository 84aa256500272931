"""Whoever tries addresses, known and unknown in turn, learns nothing: not while mail waits, nor by trying on.

Bytes, statements and rows are the hard claim. Time is the soft one: the share of pairs in which the known address took
longer (AUC) is a half but for chance, which puts it outside the band below once in 30,000 runs.
"""

import re
import time
from datetime import timedelta
from itertools import product
from random import Random

import pytest
from django.db import connection
from django.db.models import F

from events.models import Letter, Recognition, Seats, Signup
from events.signups.booking import SignupRequest, sign_up
from events.signups.recognition import recognise_new
from events.signups.waiting_list import lapse_holds, prolong_holds
from nejtilbander.security.rate_limits import rate_counters
from tests.events.signups.views.driver import FORM, PLAIN, a_second_later, get, ticket_of
from tests.support.factories import a_form, a_meeting, a_signup

pytestmark = pytest.mark.django_db
PAIRS = 300
BAND = (0.4, 0.6)  # the deviation of 300 pairs is 0.024


def minutes_pass(minutes):
    """The worker comes by all the time; the mail server takes nothing."""
    for _ in range(minutes // 10):
        step = timedelta(minutes=10)
        Letter.objects.update(created_at=F("created_at") - step)
        Signup.objects.exclude(until=None).update(until=F("until") - step)
        prolong_holds()
        lapse_holds()


def the_worker_opens_all():
    while recognise_new():
        pass


def known_addresses(event):
    for number in range(PAIRS):
        a_signup(event, f"known{number}@example.dk")


def try_in_turn(reader):
    """Try every known address and as many unknown ones, in random order in each pair.

    Gives, by kind, the processor time each answer took, and the set of all that was seen: bytes and statements.
    """
    dice, times, seen = Random(7), {"known": [], "new": []}, {"known": set(), "new": set()}  # noqa: S311 - an order
    for number in range(PAIRS):
        for kind in dice.sample(["known", "new"], 2):
            rate_counters.forget()
            fields = {"ticket": ticket_of(get(reader)), "email": f"{kind}{number}@example.dk", "seats": "1"}
            a_second_later()  # else some answers would read the meeting anew and some not
            sent = []
            with connection.execute_wrapper(lambda run, sql, *rest: (sent.append(sql), run(sql, *rest))[1]):  # noqa: B023
                began = time.thread_time()
                answer = reader.post(FORM, fields, headers=PLAIN)
                times[kind].append(time.thread_time() - began)
            asked = tuple(re.sub(r'"s\d+_x\d+"|_\d+_x\d+', "", sql) for sql in sent)
            seen[kind].add((answer.status_code, str(sorted(answer.headers.items())), answer.content, asked))
    return times, seen


def area_under_curve(one, other):
    """The share of all pairs in which `one` is greater; ties count half (the statistic of Mann and Whitney)."""
    return sum((a > b) + (a == b) / 2 for a in one for b in other) / (len(one) * len(other))


def rows_seen(since):
    """What the internet-facing process can read of each sign-up that came after the number `since`, in order."""
    rows = Signup.objects.filter(position__gt=since).order_by("position")
    seen = rows.values_list("state", "seats", "verified", "has_address", "is_new", "until")
    return [(*row[:-1], row[-1] is None) for row in seen]


def test_the_statistic_tells_what_is_slower_and_a_half_when_nothing_is():
    dice = Random(3)  # noqa: S311 - a dice, not a secret
    one, other = ([dice.gauss(1, 0.1) for _ in range(PAIRS)] for _ in range(2))

    assert BAND[0] < area_under_curve(one, other) < BAND[1]
    assert area_under_curve([value + 0.05 for value in one], other) > BAND[1]
    assert (area_under_curve([2, 3], [1, 1]), area_under_curve([1], [1])) == (1, 0.5)


@pytest.mark.parametrize("situation", ["at once", "while mail waits for 70 minutes", "after five forms"])
def test_300_known_and_300_unknown_addresses_tried_in_turn_are_not_told_apart(reader, settings, situation):
    settings.SIGNUP_BURST = 1_000_000
    event = a_meeting(key=True, capacity=20_000)
    known_addresses(event)
    if situation == "while mail waits for 70 minutes":
        minutes_pass(70)
        assert set(Signup.objects.filter(event=event).values_list("state", flat=True)) == {"held"}
    if situation == "after five forms":
        for _ in range(5):
            for kind, number in product(("known", "new"), range(PAIRS)):
                sign_up(event, SignupRequest(1, "da", email=f"{kind}{number}@example.dk"), a_form(event))
        the_worker_opens_all()
    since = Seats.objects.get(event=event).last_position

    times, seen = try_in_turn(reader)

    assert seen["known"] == seen["new"]
    assert len(seen["new"]) == 1
    the_worker_opens_all()
    minutes_pass(70 if "waits" in situation else 0)
    assert len(set(rows_seen(since))) == 1, "nor do the rows differ afterwards"
    assert Letter.objects.filter(event=event, kind="confirm").count() == Signup.objects.filter(event=event).count()
    assert Recognition.objects.filter(event=event, address_index=None).count() >= PAIRS
    assert BAND[0] < area_under_curve(times["known"], times["new"]) < BAND[1]
