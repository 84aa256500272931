"""Many at once, in processes of their own: the seats are right at every moment, and who was answered is there."""

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.support.live_server import ROOT, environment
from tests.support.waiting import patience

pytestmark = pytest.mark.process
CODE = """
import django, json, sys; django.setup()
from tests.support import signup_crowd
signup_crowd.main(**json.loads(sys.argv[1]))
"""


def run(settings: dict[str, str], **how: Any) -> dict[str, Any]:
    """What the crowd and its watcher say afterwards."""
    driver = subprocess.run(
        [sys.executable, "-W", "error", "-c", CODE, json.dumps(how)],
        cwd=ROOT, env=settings | {"DJANGO_SETTINGS_MODULE": "nejtilbander.settings"},
        capture_output=True, text=True, timeout=patience(60), check=False,
    )  # fmt: skip
    assert driver.returncode == 0, driver.stderr[-3000:]
    return dict(json.loads(driver.stdout))


def test_640_tries_at_400_seats_at_once_overbook_nothing_and_lose_nobody(settings_of_a_site):
    seen = run(settings_of_a_site, people=16, tries=40, capacity=400, is_guarded=True)

    right = {"tries": 640, "wrong": [], "faults": [], "lost": [], "risen": [], "sent twice": 0, "drift": [0, 0]}
    assert {name: seen[name] for name in right} == right
    assert seen["fullest"] > 380, "the hall was never full, so the test proves nothing"
    assert seen["moments"] > 100
    assert set(seen["worked"]) >= {"lapse", "expire"}, "no hold or no offer ran out meanwhile"
    assert set(seen["states"]) >= {"held", "confirmed", "waiting", "cancelled"}


@pytest.mark.postgres
def test_without_the_guard_the_same_crowd_breaks_the_count(tmp_path, postgres_database):
    settings = environment(tmp_path, DATABASE_URL=postgres_database)

    seen = run(settings, people=8, tries=12, capacity=60, is_guarded=False)

    assert seen["wrong"], "reading, then writing did not go wrong: the test of the guard proves nothing"
