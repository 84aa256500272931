"""What nginx stores, what it must not, and how soon news is there."""

import itertools
import subprocess
import sys
from contextlib import suppress

import pytest

from tests.support.freshness import NEW, PATH, PUBLISH, lateness
from tests.support.live_server import ROOT
from tests.support.nginx import TOKEN
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.process, pytest.mark.nginx, pytest.mark.xdist_group("nginx")]


def test_most_readers_are_answered_without_the_web_servers(here):
    front, *_ = here
    before = len(front.lines("/hvem/"))
    for _ in range(100):
        assert front.ask("/hvem/")[0] == 200
    states = [line.split()[7] for line in front.lines("/hvem/")[before:]]
    assert len(states) == 100
    assert states.count("HIT") + states.count("STALE") + states.count("UPDATING") > 90


def test_what_staff_publish_is_everywhere_within_three_seconds(here):
    front, _, settings = here
    assert NEW.encode() not in front.ask(PATH)[2]
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", PUBLISH],
        cwd=ROOT, env=settings, check=True, capture_output=True,
    )  # fmt: skip
    packings = itertools.cycle(["", "identity"])
    late, made = lateness(
        lambda: NEW.encode() in front.ask(PATH, Accept_Encoding=next(packings))[2],
        lambda: front.ask("/soeg/?q=vold"),
        steady=3,
    )
    assert late < 3 + 10 * made, (late, made)


def test_what_must_not_be_stored_is_not_on_the_disk(here):
    front, *_ = here
    for path in (
        "/hjaelp/",
        f"/min-tilmelding/{TOKEN}/",
        f"/ar/kladde/{TOKEN}/",
        "/soeg/?q=hemmelig",
        "/?spor=hemmelig",
    ):
        for _ in range(2):
            front.ask(path)
    afterwards = [f"/{language}/hvem/" for language in ("en", "ar", "so", "tr", "fa")]  # by either process of nginx
    for path in afterwards:
        front.ask(path)
    stored = wait_until(lambda: found if all(path.encode() in (found := disk(front)) for path in afterwards) else b"",
                        "what may be stored is")  # fmt: skip
    assert b"KEY: sitet.example/" in stored
    assert not [word for word in (b"/hjaelp/|", TOKEN.encode(), b"hemmelig") if word in stored]


def disk(front):
    """All that nginx has stored."""
    stored = b""
    for file in (front.folder / "cache").rglob("*"):
        with suppress(OSError):  # replaced meanwhile, or a folder
            stored += file.read_bytes()
    return stored
