"""Nobody has signed up before, and an attack that is under way."""

import time

import pytest

from events.models import Letter, Need, Question, Signup
from nejtilbander.caching import memory
from nejtilbander.security.rate_limits import rate_counters
from tests.events.signups.views.driver import get, sign_up
from tests.support.factories import a_meeting


@pytest.fixture(autouse=True)
def quiet_hour(db):
    """Nobody signed up before, and what the site keeps for a second is of this test alone."""
    for model in (Letter, Signup, Need, Question):
        model.objects.all().delete()
    rate_counters.forget()
    memory.clear()
    yield
    rate_counters.forget()
    memory.clear()


@pytest.fixture
def clock(monkeypatch):
    """The time of day stands still, early in a stretch of ten minutes, and is moved by hand."""
    now = [time.time() // 3600 * 3600 + 100]
    monkeypatch.setattr(time, "time", lambda: now[0])
    return now


def attack(reader):
    """More sign-ups than the burst allows."""
    for number in range(4):
        answer, _token = sign_up(reader, email=f"robot{number}@example.org")
        assert answer.status_code == 303


@pytest.fixture
def attacked(reader, settings, clock):
    settings.SIGNUP_BURST = 3
    event = a_meeting(key=True)
    assert "data-challenge" not in get(reader).content.decode()
    attack(reader)
    return event
