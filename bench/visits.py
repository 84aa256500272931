"""Complete sign-ups - form, POST, receipt - against a bare WSGI application with the same writes (bare_signup.py).

16 visitors at a time, without compression on either side, rounds interleaved. Then bursts: more visitors than seats
at one moment, and nobody may be overbooked, lost, or get an error.
"""

import http.client
import json
import os
import re
import secrets
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import psycopg

from bench.measure import cpu_seconds
from bench.report import Goal, Table
from tests.support import live_server, postgres

VISITORS, VISITS, ROUNDS = 16, 320, 3
BURSTS, BURST_SEATS, BURST_VISITORS = 20, 30, 48
GOAL, GOAL_P95 = 0.45, 2.5  # x the bare program: visits a second, and the time of a POST
TICKET = re.compile(rb'name="ticket" value="([^"]+)"')
BARE_TABLES = [
    "CREATE TABLE bare_seats (capacity integer, taken integer)",
    "INSERT INTO bare_seats VALUES (1000000, 0)",
    """CREATE TABLE bare_signup (id bigint PRIMARY KEY, state varchar(9), seats integer, language varchar(3),
    sealed {blob}, token_hash varchar(43) UNIQUE)""",
    "CREATE TABLE bare_letter (id char(32) PRIMARY KEY, signup_id bigint, kind varchar(13), language varchar(3))",
]


@dataclass
class Tally:
    """The results of a crowd: milliseconds of each POST and visit, and every status."""

    posts: list[float] = field(default_factory=list)
    visits: list[float] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)


def ask(site: str, method: str, path: str, body: str = "") -> tuple[int, bytes, str]:
    """(status, body, Location) of one request on a connection of its own, from a random network."""
    connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=30)
    network = f"10.{secrets.randbelow(250)}.{secrets.randbelow(250)}.7"
    headers = {"X-Forwarded-For": network, "Accept-Encoding": "identity"}
    if method == "POST":
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(method, path, body or None, headers)
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response.status, content, response.headers.get("Location", "")


def visit(site: str, slug: str, tally: Tally) -> None:
    """Form, POST, receipt. When the meeting has filled up, the visitor joins the waiting list."""
    path, began = f"/stormoeder/{slug}/tilmelding/", time.perf_counter()
    status, form, _ = ask(site, "GET", path)
    for _ in range(2):
        ticket = TICKET.search(form)
        fields = {
            "ticket": ticket[1].decode() if ticket else "", "seats": "1",
            "email": f"{secrets.token_hex(8)}@example.dk", "name": "Prøve",
        }  # fmt: skip
        posted = time.perf_counter()
        status, form, location = ask(site, "POST", path, urlencode(fields))
        tally.posts.append((time.perf_counter() - posted) * 1000)
        tally.statuses.append(status)
        if status == 303:
            ask(site, "GET", location)
            break
    tally.visits.append((time.perf_counter() - began) * 1000)


def crowd(number: int, act: Callable[[], None]) -> float:
    """Runs `act` in `number` threads at once. Returns seconds until the last is done."""
    start = threading.Barrier(number + 1)

    def one() -> None:
        start.wait()
        act()

    visitors = [threading.Thread(target=one) for _ in range(number)]
    for visitor in visitors:
        visitor.start()
    start.wait()
    began = time.perf_counter()
    for visitor in visitors:
        visitor.join()
    return time.perf_counter() - began


def measure(site: str) -> tuple[float, Tally, float]:
    """(visits a second, tally, CPU milliseconds of the server a visit) for VISITS visits."""
    tally, port = Tally(), urlsplit(site).port or 0

    def act() -> None:
        for _ in range(VISITS // VISITORS):
            visit(site, "maaling", tally)

    before = cpu_seconds(port)
    seconds = crowd(VISITORS, act)
    return VISITS / seconds, tally, (cpu_seconds(port) - before) * 1000 / VISITS


def bursts(site: str, settings: dict[str, str]) -> int:
    """More visitors than seats at one moment, BURSTS times. Returns how many were overbooked, lost or got an error."""
    wrong = 0
    for number in range(BURSTS):
        tally = Tally()
        crowd(BURST_VISITORS, lambda slug=f"trang-{number}", tally=tally: visit(site, slug, tally))
        wrong += sum(status >= 500 for status in tally.statuses)
        wrong += tally.statuses.count(303) != BURST_VISITORS
    output = subprocess.run(
        [sys.executable, "manage.py", "seats", "--json"],
        cwd=live_server.ROOT,
        env=settings,
        check=True,
        capture_output=True,
    )
    rows = [row for row in json.loads(output.stdout) if row["slug"].startswith("trang-")]
    exact = [(row["taken"], row["held"], row["waiting"]) for row in rows]
    return wrong + (exact != [(BURST_SEATS, BURST_SEATS, BURST_VISITORS - BURST_SEATS)] * BURSTS)


def prepare(settings: dict[str, str]) -> None:
    live_server.manage(settings, "migrate", "-v", "0")
    meetings = ["maaling", "20000", *(word for n in range(BURSTS) for word in (f"trang-{n}", str(BURST_SEATS)))]
    subprocess.run([sys.executable, "-m", "bench.meetings", *meetings], cwd=live_server.ROOT, env=settings, check=True)


def bare_tables(address: str) -> None:
    is_postgres = address.startswith("postgres")
    with closing(psycopg.connect(address) if is_postgres else sqlite3.connect(address)) as database:
        for statement in BARE_TABLES:
            database.execute(statement.format(blob="bytea" if is_postgres else "blob"))
        database.commit()


def figures(results: list[tuple[float, Tally, float]]) -> list[float]:
    """[visits a second; milliseconds of a POST at the 50th, 95th and 99th percentile; CPU milliseconds a visit]"""
    rate, cpu = (statistics.median(one[column] for one in results) for column in (0, 2))
    posts = sorted(ms for _, tally, _ in results for ms in tally.posts)
    return [rate, *(posts[int(len(posts) * share)] for share in (0.5, 0.95, 0.99)), cpu]


def run(name: str, folder: Path, database: str) -> tuple[list[list[str]], list[Goal]]:
    """Measures both applications on one database. Returns their rows, and the goals."""
    bare_database = database if database.startswith("postgres") else str(folder / "bare.sqlite3")
    settings = live_server.environment(
        folder, DATABASE_URL=database, BEHIND_PROXY="true", SIGNUP_MIN_SECONDS="0", SIGNUP_BURST="100000"
    )
    prepare(settings)
    bare_tables(bare_database)
    with ExitStack() as servers:
        site = servers.enter_context(live_server.serving(settings))
        form, receipt = (ask(site, "GET", f"/stormoeder/maaling/{page}/")[1] for page in ("tilmelding", "kvittering"))
        (folder / "form").write_bytes(form)
        (folder / "receipt").write_bytes(receipt)
        bare_settings = settings | {
            "BENCH_FORM": str(folder / "form"), "BENCH_RECEIPT": str(folder / "receipt"),
            "BENCH_DATABASE": bare_database,
        }  # fmt: skip
        bare = servers.enter_context(live_server.serving(bare_settings, application="bench.bare_signup"))
        results: dict[str, list[tuple[float, Tally, float]]] = {site: [], bare: []}
        for address in results:
            measure(address)  # warm
        for _ in range(ROUNDS):
            for address, measured in results.items():
                measured.append(measure(address))
        bare_row, row = (figures(results[address]) for address in (bare, site))
        wrong = bursts(site, settings)
    rows = [
        [f"{title}, {name}", f"{rate:.0f}", f"{rate / bare_row[0]:.2f}", *(f"{ms:.0f}" for ms in times), f"{cpu:.1f}"]
        for title, (rate, *times, cpu) in (("bare WSGI", bare_row), ("this site", row))
    ]
    return rows, [
        Goal(f"sign-ups on {name}, visits/s x bare", row[0] / bare_row[0], at_least=GOAL),
        Goal(f"sign-ups on {name}, POST p95 x bare", row[2] / bare_row[2], at_most=GOAL_P95),
        Goal(
            f"sign-ups on {name}, faults in {BURSTS} bursts of {BURST_VISITORS} at {BURST_SEATS} seats",
            wrong,
            at_most=0,
        ),
    ]


def main(folder: Path) -> tuple[Table, list[Goal]]:
    rows, goals = run("SQLite", folder, f"sqlite:///{folder}/visits.sqlite3")
    server = postgres.address()
    if server is None:
        print("Left out: PostgreSQL, because no server answers (POSTGRES_URL).")
    else:
        name = f"bench_{os.getpid()}"
        with psycopg.connect(server, autocommit=True) as link:
            link.execute(f"CREATE DATABASE {name}")
            try:
                more = run("PostgreSQL", folder, f"{server.rpartition('/')[0]}/{name}")
            finally:
                link.execute(f"DROP DATABASE {name} WITH (FORCE)")
        rows, goals = rows + more[0], goals + more[1]
    head = ["", "visits/s", "x bare", "POST p50 ms", "p95", "p99", "CPU ms a visit"]
    how = f"Form, POST, receipt: {VISITORS} visitors at a time, {ROUNDS} interleaved rounds of {VISITS}; medians."
    return Table("Sign-ups", how, head, rows), goals
