"""The ticket in the form: sent once, for one meeting, not too old; and the challenge under attack."""

import hashlib
import re
import time
from itertools import count

import pytest

from events.signups import form_tokens
from events.signups.form_tokens import InvalidTicket
from events.signups.seats import new_version
from tests.support.factories import a_meeting

pytestmark = [pytest.mark.django_db, pytest.mark.walk]


def wait(monkeypatch, seconds):
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + seconds)


@pytest.mark.parametrize("accepts_waiting", [True, False])
def test_a_ticket_tells_what_the_form_showed_and_how_long_ago(monkeypatch, accepts_waiting):
    event = a_meeting()
    new_version(event)
    text = form_tokens.issue(event, accepts_waiting=accepts_waiting)
    wait(monkeypatch, 100)

    ticket = form_tokens.read(text, event)

    assert (ticket.version, ticket.accepts_waiting) == (2, accepts_waiting)
    assert ticket.age in {100, 101}
    assert re.fullmatch(r"[\w-]{24}", ticket.nonce)


def test_every_form_has_a_random_part_of_its_own():
    event = a_meeting()
    assert (
        len({form_tokens.read(form_tokens.issue(event, accepts_waiting=False), event).nonce for _ in range(20)}) == 20
    )


def test_a_ticket_is_good_for_half_a_day(monkeypatch):
    event = a_meeting()
    text = form_tokens.issue(event, accepts_waiting=False)

    wait(monkeypatch, form_tokens.MAX_AGE - 5)
    assert form_tokens.read(text, event).version == 1
    wait(monkeypatch, 10)
    with pytest.raises(InvalidTicket):
        form_tokens.read(text, event)


def test_a_ticket_from_a_clock_that_was_set_back_is_refused_and_one_a_little_ahead_is_young(monkeypatch):
    event = a_meeting()
    text = form_tokens.issue(event, accepts_waiting=False)

    wait(monkeypatch, 5 - form_tokens.CLOCK_SKEW)
    assert form_tokens.read(text, event).age == 0
    wait(monkeypatch, -10)
    with pytest.raises(InvalidTicket):
        form_tokens.read(text, event)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: "",
        lambda _: "abc",
        lambda text: text[:-1],
        lambda text: text.replace(".0.", ".1.", 1),
        lambda text: f"9{text}",
        lambda text: text + "é",
        lambda text: text.replace(":", "."),
    ],
    ids=["none", "nonsense", "cut off", "another answer", "another meeting", "longer", "no marks"],
)
def test_a_ticket_nobody_gave_out_is_refused(spoil):
    event = a_meeting()

    with pytest.raises(InvalidTicket):
        form_tokens.read(spoil(form_tokens.issue(event, accepts_waiting=False)), event)


def test_a_ticket_for_another_meeting_is_refused():
    ticket = form_tokens.issue(a_meeting("en"), accepts_waiting=False)

    with pytest.raises(InvalidTicket):
        form_tokens.read(ticket, a_meeting("to"))


def test_a_challenge_is_solved_by_guessing_as_a_browser_does_and_by_nothing_else():
    text = "a ticket"
    challenge = form_tokens.challenge(text)
    assert re.fullmatch(r"[0-9a-f]{16}", challenge)

    guess = next(n for n in count() if hashlib.sha256(f"{text}{n}".encode()).hexdigest()[:16] == challenge)

    assert guess < form_tokens.CHALLENGE_RANGE
    assert form_tokens.is_solved(text, str(guess))
    wrong = ["", str(guess + 1), f"-{guess}", f" {guess}", f"{guess}.0", f"{'0' * 8}{guess}", "٣", "²", "nan"]
    assert not any(form_tokens.is_solved(text, answer) for answer in wrong)
    assert not form_tokens.is_solved("another ticket", str(guess))
