"""A web worker's memory after 10,000 different requests, and the time of start-up."""

import http.client
import statistics
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from bench.measure import worker_memory
from tests.support import live_server

REQUESTS, EARLY, LATE = 10_000, 1_000, 10_000
TRIES = 5
PAGES = ["/", "/udtalelse/", "/indsatser/", "/indsatser/klubhuse/", "/stormoeder/", "/hjaelp/", "/hvem/", "/soeg/"]
PREFIXES = ["", "/en", "/ar", "/so", "/tr", "/fa"]
ENCODINGS = ["br", "gzip", "identity", "gzip, br;q=0.1", "zstd"]


def memory(settings: dict[str, str]) -> tuple[float, float]:
    """(MB after EARLY requests, MB after LATE), all different: pages, searches, questions and unknown addresses."""
    port = live_server.free_port()
    own = settings | {"SITE_URL": f"http://127.0.0.1:{port}", "SITE_ROLE": "public", "KEYRING_DIR": "/nonexistent"}
    own |= {"VERIFY_KEY": live_server.VERIFY_KEY}
    for secret in ("KEYRING_SECRET", "INDEX_KEY", "SIGNING_KEY"):
        own.pop(secret)
    measured = []
    with live_server.serving(own, "--workers", "1", "--max-requests", "0", port=port) as site:
        netloc = urlsplit(site).netloc
        for number in range(1, REQUESTS + 1):
            page = f"{PREFIXES[number % 6]}{PAGES[number // 6 % 8]}"
            address = (page, f"{page}?q=ord{number}", f"{page}findes-ikke-{number}/")[number % 3]
            connection = http.client.HTTPConnection(netloc, timeout=10)
            connection.request("GET", address, headers={"Accept-Encoding": ENCODINGS[number % 5]})
            connection.getresponse().read()
            connection.close()
            if number in {EARLY, LATE}:
                measured.append(worker_memory(port))
    return measured[0], measured[1]


def check(settings: dict[str, str]) -> float:
    """Seconds of `manage.py check`, warm: the median of TRIES."""
    spent = []
    for _ in range(TRIES + 1):
        began = time.perf_counter()
        live_server.manage(settings, "check")
        spent.append(time.perf_counter() - began)
    return statistics.median(spent[1:])


def first_page(settings: dict[str, str]) -> float:
    """Seconds from the command to the first page, as `make serve` starts it when it is set up: the median of TRIES."""
    spent = []
    for _ in range(TRIES):
        port = live_server.free_port()
        began = time.perf_counter()
        server = subprocess.Popen(
            [sys.executable, "-m", "nejtilbander.server", "-b", f"127.0.0.1:{port}"],
            cwd=live_server.ROOT, env=settings, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        while live_server.answers(f"http://127.0.0.1:{port}/") != 200:
            time.sleep(0.01)
        spent.append(time.perf_counter() - began)
        server.terminate()
        server.wait(timeout=20)
    return statistics.median(spent)


def site(folder: Path) -> dict[str, str]:
    """Creates a site as on launch day in `folder`. Returns its environment."""
    settings = live_server.environment(folder)
    live_server.manage(settings, "migrate", "-v", "0")
    live_server.manage(settings, "seed")
    live_server.manage(settings, "collectstatic", "--noinput", "-v", "0")
    return settings
