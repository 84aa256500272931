"""Whatever is killed, whenever: who was answered is signed up, nobody sits on another's seat, every letter arrives."""

import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit

import pytest

from tests.support.live_server import ROOT, environment, free_port, listening, migrated
from tests.support.mail_server import Mailbox, serving_mail
from tests.support.site_scripts import FINISH, PREPARE, script
from tests.support.waiting import children, machine_slowness, patience, stop, wait_until

pytestmark = pytest.mark.process
VISITORS, SEATS = 300, 240
# What, how often, and seconds from when it is there until it is killed. A worker takes a second to begin, and longer on
# a slow machine.
KILLS = [("web", 41, 0.1, 0.7), ("worker", 8, 0.8, 2.5), ("web server", 1, 8, 9)]
CONFIRM = "Bekræft din tilmelding"
KILL_AT_EACH_STEP = """
import django; django.setup()
from tests.support import dying_worker
dying_worker.main()
"""


class Site:
    """`make serve`, less the making: the web server and the worker, started again when they die."""

    def __init__(self, process: subprocess.Popen[bytes], address: str) -> None:
        self.process, self.address = process, address

    def pids(self, what: str) -> list[int]:
        """Processes this site started, now. "web" are those that answer, "web server" the one that starts them."""
        if what == "web":
            return [pid for server in self.pids("web server") for pid in children(server)]
        sign = b"gunicorn" if what == "web server" else b"worker"
        return [pid for pid in children(self.process.pid) if sign in command(pid)]


def command(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


@contextmanager
def together(settings: dict[str, str], data: Path) -> Iterator[Site]:
    port = free_port()
    with (data / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "nejtilbander.server.supervisor", "-b", f"127.0.0.1:{port}"],
            cwd=ROOT, env=settings, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            wait_until(lambda: listening(port), "the server answers", process, data / "log")
            yield Site(process, f"http://127.0.0.1:{port}")
        finally:
            stop(process)


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


_opener = urllib.request.build_opener(_Stay)


def ask(address: str, network: str = "", **form: str) -> tuple[int, str, str]:
    """(status, where to, text); (0, "", "") when the answer never came. `network` is what a proxy would say."""
    data = urlencode(form).encode() if form else None
    request = urllib.request.Request(address, data, {"X-Forwarded-For": network} if network else {})
    try:
        with _opener.open(request, timeout=patience(1)) as response:
            return response.status, "", response.read().decode()
    except HTTPError as answer:
        with answer:
            try:
                return answer.code, answer.headers.get("Location", ""), answer.read().decode()
            except OSError:
                return 0, "", ""
    except (OSError, ValueError, urllib.request.http.client.HTTPException):
        return 0, "", ""


class Visitors:
    """Who signs up, what they were answered, and what they then do with their letters."""

    def __init__(self, site: Site, mailbox: Mailbox) -> None:
        self.site, self.mailbox = site, mailbox
        self.form = f"{site.address}/stormoeder/proeve/tilmelding/"
        self.statuses: Counter[int] = Counter()
        self.answered: list[str] = []
        self.tokens: list[str] = []

    def ask(self, address: str, network: str = "", **form: str) -> tuple[int, str, str]:
        answer = ask(address, network, **form)
        self.statuses[answer[0]] += 1
        return answer

    def sign_up(self, number: int) -> None:
        """Until answered: the same form again, or for every third visitor a new one, as people do."""
        email = "" if number % 12 == 0 else f"visitor{number}@example.dk"
        # Only so many without a mail may come from one network.
        network = "" if email else f"10.{number // 250}.{number % 250}.1:4000"
        time.sleep(random.uniform(0.2, 0.9))  # noqa: S311 - so that the crowd comes for as long as the killing lasts
        ticket, deadline = "", time.monotonic() + patience(12)
        while time.monotonic() < deadline:
            if not ticket:
                _, _, text = self.ask(self.form)
                ticket = self._ticket(text)
            status, to, text = self.ask(self.form, network, ticket=ticket, email=email, seats=str(1 + number % 3))
            if status == 303:
                self.answered.append(email or to)
                if not email:
                    self.tokens.append(urlsplit(to).path.split("/")[2])
                return
            if status == 0:
                ticket = "" if email and number % 3 == 0 else ticket
                time.sleep(0.1)
            else:
                ticket = self._ticket(text)  # full: the same form again, for the waiting list

    @staticmethod
    def _ticket(text: str) -> str:
        found = re.search(r'name="?ticket"? value="?([^" >]+)', text)
        return found[1] if found else ""

    def follow_letters(self, is_over: threading.Event) -> None:
        """Two of three press the button behind the link."""
        read = 0
        while not is_over.is_set():
            for letter in self.mailbox.letters[read:]:
                read += 1
                if letter["Subject"] == CONFIRM and read % 3:
                    self.ask(link_in(letter, self.site), action="confirm")
            is_over.wait(0.1)


def link_in(letter: Any, site: Site) -> str:
    text = letter.get_body(("plain",)).get_content()
    found = re.search(r"https?://\S+(/min-tilmelding/\S+)", text)
    assert found, "a letter without a link"
    return site.address + found[1]


def kill(site: Site, what: str, times: int, least: float, most: float) -> int:
    """Kill one of `what` so many times, each a while after it is there. Gives how often it was done."""
    chance = random.Random(what)  # noqa: S311 - a test's
    killed, deadline = 0, time.monotonic() + patience(12)
    while killed < times and time.monotonic() < deadline:
        if not site.pids(what):
            time.sleep(0.05)
            continue
        time.sleep(chance.uniform(least, most) * (machine_slowness() if what == "worker" else 1))
        with suppress(ProcessLookupError, IndexError):
            os.kill(chance.choice(site.pids(what)), signal.SIGKILL)
            killed += 1
    return killed


def test_50_kills_while_300_sign_up_lose_nobody_overbook_nothing_and_every_letter_arrives(tmp_path):
    with serving_mail() as (mailbox, port):
        settings = environment(
            tmp_path, EMAIL_URL=f"smtp+plain://127.0.0.1:{port}", SIGNUP_MIN_SECONDS="0", SIGNUP_BURST="100000",
            ALLOWED_HOSTS="127.0.0.1", BEHIND_PROXY="true",
        )  # fmt: skip
        (tmp_path / "static").mkdir()
        migrated(tmp_path)
        script(settings, PREPARE, str(SEATS))
        is_over = threading.Event()
        with together(settings, tmp_path) as site, ThreadPoolExecutor(12) as threads:
            visitors = Visitors(site, mailbox)
            killers = [threads.submit(kill, site, *how) for how in KILLS]
            reader = threads.submit(visitors.follow_letters, is_over)
            for _ in threads.map(visitors.sign_up, range(VISITORS)):
                pass
            killed = sum(killer.result() for killer in killers)
            is_over.set()
            reader.result()
        addresses = [who for who in visitors.answered if "@" in who]
        told = json.loads(script(settings, FINISH, json.dumps({"addresses": addresses, "tokens": visitors.tokens})))
    assert killed == 50
    assert len(visitors.answered) == len(set(visitors.answered)) == VISITORS
    assert [status for status in visitors.statuses if status >= 500] == []
    right = {"missing": [], "sign-ups": VISITORS, "unsent": [], "reconciled": "", "live": told["taken"]}
    assert {name: told[name] for name in right} == right
    assert told["taken"] <= SEATS
    arrived = Counter(letter["Message-ID"] for letter in mailbox.letters)
    assert [sent for sent in told["sent"] if sent not in arrived] == []
    assert set(addresses) == {letter["To"] for letter in mailbox.letters}
    copies = {(letter["Message-ID"], letter["To"], letter["Subject"]) for letter in mailbox.letters}
    assert len(copies) == len(arrived), "a Message-ID stood on two letters"


def test_a_worker_killed_at_any_step_of_sending_loses_no_letter(tmp_path):
    with serving_mail() as (mailbox, port):
        settings = environment(tmp_path, EMAIL_URL=f"smtp+plain://127.0.0.1:{port}")
        migrated(tmp_path)
        told = json.loads(script(settings, KILL_AT_EACH_STEP))

    # Step -> was it killed, how many letters it left leased, how many of those another worker touched.
    assert told["ends"] == {
        "claimed": [True, 2, 0],
        "leased": [True, 2, 0],
        "connected": [True, 2, 0],
        "greeted": [True, 2, 0],
        "half sent": [True, 2, 0],
        "sent": [True, 2, 0],
        "written down": [True, 1, 0],
    }
    assert told["unsent"] == 0
    # Only a letter that was sent, and not written down as sent, comes twice; with one Message-ID.
    copies = Counter(letter["To"] for letter in mailbox.letters)
    twice = [address for address, number in copies.items() if number == 2]
    assert len(twice) == 1
    assert twice[0].startswith("sent.")
    assert set(copies.values()) == {1, 2}
    assert len(copies) == 2 * len(told["ends"])
    assert sorted({letter["Message-ID"] for letter in mailbox.letters}) == told["ids"]
