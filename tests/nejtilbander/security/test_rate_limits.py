"""Rate limits without personal data."""

import os
import subprocess
import sys
import time

import pytest
from django.test import RequestFactory

from nejtilbander.security.rate_limits import MAX_COUNT, SLOTS, RateCounters, client_network, client_site
from nejtilbander.server import gunicorn
from tests.support.live_server import ROOT, environment
from tests.support.waiting import patience

pytestmark = pytest.mark.walk

NOON = 1_900_000_800 // 86_400 * 86_400 + 12 * 3_600


@pytest.fixture
def clock(monkeypatch):
    """Sets the time, in seconds after noon of some day."""

    def set_to(seconds):
        monkeypatch.setattr(time, "time", lambda: NOON + seconds + 0.5)

    set_to(0)
    return set_to


def test_each_kind_and_name_is_counted_by_itself(clock):
    counters = RateCounters()

    assert [counters.add("address", "anna"), counters.add("address", "anna"), counters.add("address", "bo")] == [
        1,
        2,
        1,
    ]
    assert counters.add("network", "anna") == 1
    assert counters.count("address", "anna") == 2
    assert counters.count("address", "carl") == 0
    assert counters.count("address", "anna") == 2, "looking does not count"


def test_a_stretch_of_minutes_begins_anew_and_every_count_fades_at_the_hour(clock):
    counters = RateCounters()
    for minutes in (1, 10, 60):
        counters.add("x", minutes=minutes)

    def counts():
        return [counters.count("x", minutes=minutes) for minutes in (1, 10, 60)]

    seen = {}
    for second in (59, 60, 599, 600, 3_599, 3_600):
        clock(second)
        seen[second] = counts()
    assert seen == {59: [1, 1, 1], 60: [0, 1, 1], 599: [0, 1, 1], 600: [0, 0, 1], 3_599: [0, 0, 1], 3_600: [0, 0, 0]}


def test_the_key_is_renewed_every_day_and_no_name_stands_in_the_memory(clock):
    counters = RateCounters()

    def key_at(hours):
        clock(hours * 3_600)
        counters.add("address", "anna@example.dk")
        return bytes(counters._memory[8:40])

    first, later, next_day = key_at(0), key_at(11), key_at(12)
    assert first == later
    assert any(first)
    assert first != next_day
    assert b"anna" not in counters._memory[:]


def test_a_count_stops_at_its_highest_and_does_not_begin_again(clock):
    counters = RateCounters()
    for at in counters._slots("x", "", 60):
        counters._memory[at : at + 2] = MAX_COUNT.to_bytes(2, "little")

    assert [counters.add("x"), counters.add("x")] == [MAX_COUNT, MAX_COUNT]


def test_forgetting_begins_anew_with_a_new_key(clock):
    counters = RateCounters()
    counters.add("x")
    before = bytes(counters._memory[8:40])

    counters.forget()

    assert counters.count("x") == 0
    assert bytes(counters._memory[8:40]) != before


def test_a_busy_name_never_makes_another_look_busy(clock):
    """A name has a slot in each of three rows: the chance of sharing all three is one in four million here."""
    counters = RateCounters()
    for _ in range(5):
        for number in range(400):
            counters.add("address", f"name{number}")

    assert {counters.count("address", f"name{number}") for number in range(400)} == {5}
    alike = [number for number in range(400) if counters.count("address", f"other{number}")]
    assert len(alike) <= 1, "one may happen, in one run of ten thousand"
    assert all(
        40 + 2 * SLOTS * row <= slot < 40 + 2 * SLOTS * (row + 1)
        for number in range(400)
        for row, slot in enumerate(counters._slots("address", f"name{number}", 60))
    )


def test_what_one_process_counts_the_others_see():
    counters = RateCounters()
    counters.add("x")  # the key is made before the server forks, or by whoever counts first
    child = os.fork()
    if child == 0:
        counters.add("x")
        os._exit(0)
    os.waitpid(child, 0)

    assert counters.count("x") == 2


@pytest.mark.process
def test_the_counters_are_there_before_the_server_forks_its_workers(tmp_path):
    """Otherwise each worker would count by itself, and every limit would be that many times as high."""
    code = (
        "import os, sys, nejtilbander.wsgi\n"
        "counters = sys.modules['nejtilbander.security.rate_limits'].rate_counters\n"
        "counters.add('x')\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    counters.add('x')\n"
        "    os._exit(0)\n"
        "os.waitpid(child, 0)\n"
        "print(counters.count('x'))\n"
    )
    (tmp_path / "static").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment(tmp_path), capture_output=True, text=True,
        timeout=patience(3), check=False,
    )  # fmt: skip

    assert (done.stdout, done.stderr) == ("2\n", "")
    assert gunicorn.preload_app is True


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("192.0.2.200", "192.0.2.0/24"),
        ("2001:db8:1:2345:6789::1", "2001:db8:1:2300::/56"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("192.0.2.77:51234", "192.0.2.0/24"),
        ("[2001:db8:1:2345:6789::1]:51234", "2001:db8:1:2300::/56"),
        ("[2001:db8:1:2345:6789::1]", "2001:db8:1:2300::/56"),
        ("[::ffff:192.0.2.77]:443", "192.0.2.0/24"),
        ("", "unknown"),
        ("nonsense", "unknown"),
        ("nonsense:80", "unknown"),
        ("[", "unknown"),
    ],
)
def test_a_network_is_what_one_household_or_office_shares(address, expected):
    assert client_network(RequestFactory().get("/", REMOTE_ADDR=address)) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2345:6789::1", "2001:db8:1::/48"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        *((address, "") for address in
          ("127.0.0.1", "10.1.2.3", "172.20.0.1", "192.168.1.1", "::1", "fd00::1", "fe80::1", "", "nonsense")),
    ],
)  # fmt: skip
def test_what_is_kept_in_a_sealed_box_is_a_customers_network_and_never_our_own(address, expected):
    assert client_site(RequestFactory().get("/", REMOTE_ADDR=address)) == expected


@pytest.mark.parametrize(
    ("behind", "forwarded", "expected"),
    [
        (False, "198.51.100.1", "192.0.2.0/24"),
        (True, "198.51.100.1", "198.51.100.0/24"),
        (True, "203.0.113.9, 198.51.100.1", "198.51.100.0/24"),
        (True, "203.0.113.9,198.51.100.1 ", "198.51.100.0/24"),
        (True, "203.0.113.9, 198.51.100.1:51234", "198.51.100.0/24"),
        (True, "203.0.113.9, [2001:db8:1:2345::1]:51234", "2001:db8:1:2300::/56"),
        (True, "", "unknown"),
        (True, "198.51.100.1, <script>", "unknown"),
    ],
)
def test_behind_a_proxy_only_what_the_proxy_wrote_counts(settings, behind, forwarded, expected):
    settings.BEHIND_PROXY = behind

    assert (
        client_network(RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=forwarded)) == expected
    )
    assert client_network(RequestFactory().get("/", REMOTE_ADDR="192.0.2.1")) == "192.0.2.0/24"
