"""`make bench`: what a page costs, beside the least it could cost, in one run on this machine.

Timings are only comparable within a run: machines are noisy. Bytes and queries are exact. Loopback only, bounded
in count and time, every server stopped by its own process id.
"""

import http.client
import statistics
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

from bench import visits
from bench.measure import cpu_seconds
from tests import live

PAGES = {"front page": "/", "statement": "/udtalelse/", "report guide": "/hjaelp/", "front page, Arabic": "/ar/"}
ROUNDS, SECONDS, CLIENTS = 5, 1.5, 8
BROTLI = {"Accept-Encoding": "br"}


def fetch(address: str) -> bytes:
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    connection.request("GET", parts.path, headers=BROTLI)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status != 200:
        sys.exit(f"{address} answered {answer.status}")
    return body


def load(address: str) -> tuple[float, float]:
    """(requests a second, CPU microseconds a request) under CLIENTS readers for SECONDS seconds."""
    stop, done = time.monotonic() + SECONDS, [0] * CLIENTS

    def read(number: int) -> None:
        while time.monotonic() < stop:
            fetch(address)
            done[number] += 1

    port = urlsplit(address).port or 0
    before, began = cpu_seconds(port), time.monotonic()
    readers = [threading.Thread(target=read, args=(number,)) for number in range(CLIENTS)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    seconds = time.monotonic() - began
    return sum(done) / seconds, (cpu_seconds(port) - before) * 1e6 / max(1, sum(done))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as servers:
        data = Path(folder)
        settings = live.environment(data)
        live.manage(settings, "migrate", "-v", "0")
        live.manage(settings, "seed")
        live.manage(settings, "collectstatic", "--noinput", "-v", "0")
        with live.serving(settings) as site:
            bodies = {name: fetch(site + path) for name, path in PAGES.items()}
        (data / "static" / "page.html").write_bytes(bodies["front page"])
        site = servers.enter_context(live.serving(settings))
        subjects = {name: site + path for name, path in PAGES.items()}
        subjects["WhiteNoise file of the front page's bytes"] = f"{site}/static/page.html"
        (data / "body").write_bytes(bodies["front page"])
        bare = servers.enter_context(
            live.serving(settings | {"BENCH_BODY": str(data / "body")}, application="bench.bare")
        )
        subjects["bare WSGI answer of the front page's bytes"] = f"{bare}/"

        for address in subjects.values():
            fetch(address)  # warm
        results: dict[str, list[tuple[float, float]]] = {name: [] for name in subjects}
        for _ in range(ROUNDS):
            for name, address in subjects.items():
                results[name].append(load(address))

    print(f"{ROUNDS} interleaved rounds of {SECONDS} s, {CLIENTS} readers, 2 sync workers; medians\n")
    print(f"{'':46}{'requests/s':>11}{'x bare':>8}{'CPU us':>8}{'x bare':>8}{'body B':>8}")
    base = results["bare WSGI answer of the front page's bytes"]
    base_rate, base_cpu = (statistics.median(column) for column in zip(*base, strict=True))
    for name, rounds in results.items():
        rate, cpu = (statistics.median(column) for column in zip(*rounds, strict=True))
        size = len(bodies.get(name, bodies["front page"]))
        print(f"{name:46}{rate:11.0f}{rate / base_rate:8.2f}{cpu:8.0f}{cpu / base_cpu:8.1f}{size:8}")


if __name__ == "__main__":
    if sys.argv[1:] != ["visits"]:
        main()
    with tempfile.TemporaryDirectory() as place:
        visits.main(Path(place))
