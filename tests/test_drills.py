"""Things break while people read and sign up: nobody reads anything wrong, nobody is lost, no seat is given twice.

The figures of a longer run stand in docs/operate.md. DRILL_SECONDS=60 keeps PostgreSQL away for a minute.
"""

import os
import signal
import subprocess
import time
from contextlib import contextmanager, suppress

import pytest

from tests.support import drills
from tests.support.drills import World
from tests.support.live_server import ROOT
from tests.support.postgres_cluster import Cluster
from tests.support.site_scripts import script
from tests.support.waiting import children, wait_until

pytestmark = [pytest.mark.process, pytest.mark.cluster, pytest.mark.xdist_group("drills")]  # one world for all of them
AWAY = float(os.environ.get("DRILL_SECONDS", "2"))


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    cluster = Cluster()
    try:
        with drills.world(cluster, tmp_path_factory.mktemp("drill")) as found:
            yield found
    finally:
        cluster.remove()


def while_they_go_on(here: World, noticed=lambda: True) -> None:
    """For AWAY seconds, until readers and visitors have asked a few times, and until whoever should has noticed."""
    asked = here.asked
    time.sleep(AWAY)
    wait_until(lambda: here.asked >= asked + 20 and noticed(), "somebody notices", progress=lambda: here.asked)


def kill_web_processes(here: World) -> None:
    for number in range(4):
        server = here.nodes[number % 2].process
        one, *others = children(server.pid)
        os.kill(one, signal.SIGKILL)
        wait_until(lambda: len(set(children(server.pid)) - {one}) > len(others), "another in its place", server)  # noqa: B023
        here.wait_for(5, 1)


def kill_a_node(here: World) -> None:
    here.nodes[0].stop(signal.SIGKILL)
    while_they_go_on(here)
    here.nodes[0].start()


def kill_the_worker(here: World) -> None:
    for _ in range(3):
        here.worker.stop(signal.SIGKILL)
        arrived = len(here.mailbox.letters)
        here.worker.start()
        wait_until(lambda: len(here.mailbox.letters) > arrived, "it sends letters again", here.worker.process)  # noqa: B023


def crash_postgresql(here: World) -> None:
    here.cluster.stop()
    here.cluster.start()


def take_postgresql_away(here: World) -> None:
    here.cluster.stop()
    while_they_go_on(here)
    here.cluster.start()


def cut_a_node_off(here: World) -> None:
    here.wire.cut()
    while_they_go_on(here)
    here.wire.mend()


def refuse_mail(here: World) -> None:
    tried = here.mail_wire.tried
    here.mail_wire.cut()
    while_they_go_on(here, lambda: here.mail_wire.tried > tried)
    here.mail_wire.mend()


def silence_mail(here: World) -> None:
    tried = here.mail_wire.tried
    here.mail_wire.is_silent = True
    while_they_go_on(here, lambda: here.mail_wire.tried > tried)
    here.mail_wire.cut()
    here.mail_wire.mend()


def answer_mail_with(sentence: str, here: World) -> None:
    refused = here.mailbox.refused
    here.mailbox.sender_answer = sentence
    while_they_go_on(here, lambda: here.mailbox.refused > refused)
    here.mailbox.sender_answer = "250 OK"


def deploy(here: World) -> None:
    """As docs/operate.md says: a migration, then one node after the other, each ending what it is at."""
    script(here.settings, MIGRATE)
    for node in here.nodes:
        node.stop()
        node.start()
        # Whoever was refused a moment ago is on the way to the other node, which is not stopped before they are there.
        read = len(here.seconds)
        wait_until(lambda read=read: len(here.seconds) >= read + 2 * drills.READERS, "readers went on")


# A migration as a later release may have it: a table more, and a column that the old code knows nothing of.
MIGRATE = """
import django; django.setup()
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
class Later(migrations.Migration):
    operations = [
        migrations.CreateModel("later", [("id", models.BigAutoField(primary_key=True))]),
        migrations.AddField("version", "later", models.IntegerField(null=True)),
    ]
with connection.schema_editor(atomic=True) as editor:
    Later("later", "nejtilbander").apply(MigrationLoader(connection).project_state(), editor)
"""
DRILLS = {
    "web processes are killed": kill_web_processes,
    "a node is killed": kill_a_node,
    "the worker is killed": kill_the_worker,
    "PostgreSQL crashes and recovers": crash_postgresql,
    "PostgreSQL is away": take_postgresql_away,
    "a node is cut off from the database": cut_a_node_off,
    "the mail server is away": refuse_mail,
    "the mail server is silent": silence_mail,
    "the mail server says 4xx": lambda here: answer_mail_with("451 later", here),
    "the mail server says 5xx": lambda here: answer_mail_with("554 no", here),
    "a new version with a migration is put up": deploy,
}


@pytest.mark.parametrize("what", DRILLS)
def test_nobody_is_lost_or_reads_anything_wrong_while(what, here):
    is_well(what, drills.drill(here, DRILLS[what]))


def is_well(what, told):
    print(f"\n| {what} | {' | '.join(str(value or 0) for value in told.values())} |")
    right = {"wrong": [], "lost": [], "letters lost": [], "overbooked": 0, "mended": ""}
    assert {name: told[name] for name in right} == right
    assert told["acknowledged"] > 20
    assert told["reads"] > 100


@contextmanager
def small_disk(folder):
    """A disk of 12 MB."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def fill_the_disk(folder, here: World) -> None:
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    while_they_go_on(here)
    ballast.unlink()


@pytest.mark.root
def test_nobody_is_lost_or_reads_anything_wrong_while_the_disk_is_full(tmp_path):
    with small_disk(tmp_path):
        address = f"sqlite:///{tmp_path}/site.sqlite3"
        with drills.under_way(tmp_path, address, address) as here:
            is_well("the disk is full (SQLite)", drills.drill(here, lambda here: fill_the_disk(tmp_path, here)))


def test_nobody_is_lost_or_reads_anything_wrong_while_the_clock_is_a_day_ahead(tmp_path):
    """Forms that are being filled in run out, holds end, and then it is yesterday again."""
    address, clock = f"sqlite:///{tmp_path}/site.sqlite3", tmp_path / "clock"
    clock.write_text("0")
    own = {"DRILL_CLOCK": str(clock), "PYTHONPATH": str(ROOT / "tests" / "support" / "wrong_clock")}

    def jump(here: World) -> None:
        clock.write_text("86400")
        while_they_go_on(here)
        clock.write_text("0")

    with drills.under_way(tmp_path, address, address, **own) as here:
        is_well("the clock is a day ahead (SQLite)", drills.drill(here, jump))
