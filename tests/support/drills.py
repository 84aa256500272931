"""Two web servers, a worker, a mail server and a PostgreSQL of its own, with readers and visitors, for things to break.

What stands in front of web servers is played by the readers themselves: who is not answered by one asks the other, as
deploy/nginx does. Visitors send their form again until they are answered, as people do.
"""

import http.client
import json
import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.support.broken_network import Wire
from tests.support.live_server import environment, free_port, manage, seeded
from tests.support.mail_server import Mailbox, serving_mail
from tests.support.postgres_cluster import Cluster
from tests.support.programs import Program
from tests.support.site_scripts import FINISH, PREPARE, script
from tests.support.waiting import patience, wait_until

HOST = "sitet.example"
SEATS, READERS, VISITORS = 150, 2, 4
ENOUGH_READS, ENOUGH_SIGN_UPS = 120, 25
PATHS = [
    f"{prefix}{path}" for prefix in ("", "/ar", "/so") for path in ("/", "/hjaelp/", "/udtalelse/", "/stormoeder/")
]
FORM = "/stormoeder/proeve/tilmelding/"
# What waits for its next try, waits no longer.
NOW = """
import django; django.setup()
from django.utils import timezone
from events.models import Letter
Letter.objects.waiting().update(due_at=timezone.now(), lease="")
"""


@dataclass
class World:
    """All that runs, and what was counted meanwhile."""

    settings: dict[str, str]
    nodes: list[Program]
    worker: Program
    mailbox: Mailbox
    mail_wire: Wire
    cluster: Cluster | None = None
    wire: Wire | None = None  # from the second node to the database
    answered: list[str] = field(default_factory=list)  # since the beginning of the world
    drills: int = 0
    asked: int = 0  # how often readers and visitors did, whether they were answered or not

    def begin(self) -> None:
        self.drills += 1
        self.is_over = threading.Event()
        self.seconds: list[float] = []  # of each read
        self.wrong: list[str] = []
        self.again = 0  # how often a visitor was not answered, or asked to come back
        self.before = len(self.answered)

    def wait_for(self, reads: int, sign_ups: int) -> None:
        """Until so many more have read, and so many more have signed up."""
        reads, sign_ups = reads + len(self.seconds), sign_ups + len(self.answered)
        wait_until(
            lambda: len(self.seconds) >= reads and len(self.answered) >= sign_ups,
            f"{reads} reads and {sign_ups} sign-ups",
            progress=lambda: (len(self.seconds), len(self.answered)),
        )

    def fill_shelves(self) -> None:
        """So that each process keeps each page, and the disk does."""
        for node in self.nodes:
            for path in PATHS * 6:
                assert self.ask(node, "GET", path)[0] == 200, node.log.read_text()

    def ask(self, node: Program, method: str, path: str, body: str = "", network: str = "") -> tuple[int, str, str]:
        """(status, where to, text); status 0 when the answer never came."""
        link = http.client.HTTPConnection(f"127.0.0.1:{node.port}", timeout=patience(1))
        headers = {"Host": HOST, "X-Forwarded-For": network or "10.9.9.9"}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            link.request(method, path, body or None, headers)
            answer = link.getresponse()
            return answer.status, answer.headers.get("Location", ""), answer.read().decode()
        except (OSError, http.client.HTTPException):
            return 0, "", ""
        finally:
            self.asked += 1
            link.close()

    def read(self, number: int) -> None:
        """A page after another, until the drill is over. Each is right, from one node or the other."""
        chance = random.Random(number)  # noqa: S311 - a test's
        while not self.is_over.is_set():
            path, began = chance.choice(PATHS), time.monotonic()
            for node in chance.sample(self.nodes, len(self.nodes)):
                status, _, text = self.ask(node, "GET", path)
                if status == 200 and "</html>" in text:
                    break
            else:
                self.wrong.append(f"{path} {status}")
            self.seconds.append(time.monotonic() - began)
            time.sleep(0.01)

    def sign_up(self, number: int) -> None:
        """One visitor after another. Each sends the form again until it is answered, at whichever node answers."""
        chance, count = random.Random(number), 0  # noqa: S311
        while not self.is_over.is_set():
            count += 1
            email, network, ticket = f"v{self.drills}-{number}-{count}@example.dk", f"10.{number}.{count}.1", ""
            deadline = time.monotonic() + patience(9)
            while time.monotonic() < deadline:
                node = chance.choice(self.nodes)
                if ticket:
                    sent = urlencode({"ticket": ticket, "email": email, "seats": "1", "name": ""})
                    status, _, text = self.ask(node, "POST", FORM, sent, network)
                else:
                    status, _, text = self.ask(node, "GET", FORM)
                self.again += status in {0, 503}
                if status == 303:
                    self.answered.append(email)
                    break
                found = re.search(r'name="?ticket"? value="?([^" >]+)', text) if status in {200, 409, 422} else None
                ticket = found[1] if found else ticket
                time.sleep(0.02 if status else 0.2)
            else:
                self.wrong.append(f"{email} was never answered")
            time.sleep(0.2)


@contextmanager
def world(cluster: Cluster, folder: Path) -> Iterator[World]:
    """Everything, on launch day with one meeting, under way, and with all pages kept by both nodes."""
    wire = Wire(cluster.port)
    address = cluster.database("drill")
    with under_way(folder, address, address.replace(f":{cluster.port}/", f":{wire.port}/")) as here:
        here.cluster, here.wire = cluster, wire
        yield here
    wire.remove()


@contextmanager
def under_way(folder: Path, *addresses: str, **more: str) -> Iterator[World]:
    """A node for each database address (of one and the same database), and the rest. `more` is environment."""
    with serving_mail() as (mailbox, mail_port), ExitStack() as ending:
        mail_wire = Wire(mail_port)
        ending.callback(mail_wire.remove)
        settings = environment(
            folder, DATABASE_URL=addresses[0], SITE_URL=f"http://{HOST}", ALLOWED_HOSTS=HOST, BEHIND_PROXY="true",
            EMAIL_URL=f"smtp+plain://127.0.0.1:{mail_wire.port}", SIGNUP_MIN_SECONDS="0", SIGNUP_BURST="100000", **more,
        )  # fmt: skip
        if addresses[0].startswith("sqlite"):
            seeded(folder)  # sooner than migrating
        script(settings, PREPARE, str(SEATS))
        if not addresses[0].startswith("sqlite"):
            manage(settings, "seed")
        nodes = []
        for number, address in enumerate(addresses):
            place, port = folder / f"node-{number}", free_port()
            place.mkdir()
            own = settings | {"DATABASE_URL": address, "DATA_DIR": str(place)}
            node = Program(own, place / "log", "-m", "nejtilbander.server", "-b", f"127.0.0.1:{port}", port=port)
            nodes.append(node)
            ending.callback(node.stop)
        worker = Program(settings, folder / "worker.log", "manage.py", "worker")
        ending.callback(worker.stop)
        here = World(settings, nodes, worker, mailbox, mail_wire)
        here.fill_shelves()
        yield here


def drill(here: World, disturb: Callable[[World], None]) -> dict[str, Any]:
    """What `disturb` did to those who read and signed up before, during and after it. The goals are in the test.

    It goes on until there were enough of them, however slow the machine is.
    """
    here.begin()
    work = [threading.Thread(target=here.read, args=(n,)) for n in range(READERS)]
    work += [threading.Thread(target=here.sign_up, args=(n,)) for n in range(VISITORS)]
    for one in work:
        one.start()
    try:
        here.wait_for(ENOUGH_READS // 4, ENOUGH_SIGN_UPS // 4)
        began = time.monotonic()
        disturb(here)
        lasted = time.monotonic() - began
        here.wait_for(ENOUGH_READS // 4, ENOUGH_SIGN_UPS // 4)
        here.wait_for(ENOUGH_READS - len(here.seconds), ENOUGH_SIGN_UPS - (len(here.answered) - here.before))
    finally:
        here.is_over.set()
        for one in work:
            one.join()
    here.worker.stop()
    told = json.loads(script(here.settings, NOW + FINISH, json.dumps({"addresses": here.answered, "tokens": []})))
    here.worker.start()
    arrived = {letter["To"] for letter in here.mailbox.letters}
    return {
        "seconds": round(lasted, 1),
        "reads": len(here.seconds),
        "wrong": here.wrong,
        "p95": round(sorted(here.seconds)[int(len(here.seconds) * 0.95)] * 1000),
        "acknowledged": len(here.answered) - here.before,
        "asked again": here.again,
        "lost": told["missing"],
        "letters lost": [*told["unsent"], *(who for who in here.answered if who not in arrived)],
        "overbooked": max(0, told["taken"] - SEATS),
        "mended": told["reconciled"],
    }
