"""Too much, too slow, too many: readers are answered meanwhile."""

import os
import socket
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

pytestmark = [pytest.mark.process, pytest.mark.nginx, pytest.mark.xdist_group("nginx")]
FLOOD = int(os.environ.get("FLOOD", "200"))


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [(f"/?{'a' * 1_000_000}", None, 414), ("/", b"a" * 2_000_000, 413), ("/soeg/", b"a" * 900_000, 405)],
)
def test_too_much_is_refused_at_the_door(front, path, body, status):
    with suppress(BrokenPipeError, ConnectionResetError, ssl.SSLError):
        assert front.ask(path, "POST" if body else "GET", body)[0] == status


def p95(front):
    """Seconds that 19 of 20 readers wait at most."""
    spent = []
    for _ in range(60):
        began = time.monotonic()
        assert front.ask("/")[0] in {200, 429}
        spent.append(time.monotonic() - began)
    print(f"\np95 {sorted(spent)[56] * 1000:.0f} ms")
    return sorted(spent)[56]


def soon(undisturbed):
    """Seconds within which a reader is answered, when it took so many with nobody else there."""
    return max(0.1, 10 * undisturbed)


def test_100_connections_that_dawdle_hold_up_no_reader(front):
    front.ask("/")
    undisturbed = p95(front)
    dawdlers = []
    for _ in range(100):
        with suppress(OSError):
            dawdler = socket.create_connection(("127.0.0.1", front.https))
            dawdler.sendall(b"\x16\x03")
            dawdlers.append(dawdler)
    found = p95(front)
    for dawdler in dawdlers:
        dawdler.close()
    assert found < soon(undisturbed)


def test_addresses_that_are_not_there_hold_up_no_reader(front):
    """FLOOD=10000 asks for so many of them at least; whoever asks, it goes on for as long as readers read."""
    front.ask("/")
    undisturbed = p95(front)
    asked, is_over = [0] * 2, threading.Event()

    def flood(number):
        while not is_over.is_set() or asked[number] < FLOOD // 2:
            asked[number] += 1
            assert front.ask(f"/findes-ikke-{number}-{asked[number]}/")[0] in {404, 429}

    with ThreadPoolExecutor(2) as strangers:
        flooding = [strangers.submit(flood, number) for number in range(2)]
        found = p95(front)
        is_over.set()
        for one in flooding:
            one.result()
    print(f"{sum(asked)} addresses")
    assert found < soon(undisturbed)
