"""Web servers that die behind nginx."""

import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.freshness import PATH, lateness
from tests.support.live_server import ROOT, listening
from tests.support.nginx import counting, site
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.process, pytest.mark.nginx, pytest.mark.xdist_group("nginx")]


def test_a_sign_up_is_sent_to_one_server_once_whatever_happens(tmp_path):
    with counting(tmp_path, is_broken=True) as (front, seen):
        status, headers, body = front.ask("/stormoeder/x/tilmelding/", "POST", b"seats=1")
        assert (status, headers["retry-after"], len(seen)) == (503, "120", 1)
        assert b'href="tel:112"' in body
        front.ask("/stormoeder/")
        assert len(seen) == 3, "what is only read is asked for at both"


def test_servers_whose_database_is_away_are_not_taken_for_dead(tmp_path):
    """They say 503 themselves, with what a visitor wrote; the guide they answer from memory goes on."""
    with counting(tmp_path, status="503 Service Unavailable") as (front, seen):
        for _ in range(10):
            assert front.ask("/stormoeder/x/tilmelding/", "POST", b"seats=1")[::2] == (503, b"ok")
            assert front.ask("/stormoeder/?x=1")[::2] == (503, b"ok")
        assert len(seen) == 20, "each was asked of one, and each was answered by one"


def test_readers_notice_nothing_when_servers_die_and_are_told_calmly_when_all_are_gone(tmp_path):
    """The order matters: one server killed, then the other, then the door closed by hand."""
    with site(tmp_path) as (front, nodes, _):
        paths = ["/", "/ar/", "/indsatser/", "/udtalelse/"]
        for path in paths * 8:
            assert front.ask(path)[0] == 200
        time.sleep(1.2)  # no less: then what nginx has is old, and it asks the servers

        with ThreadPoolExecutor(2) as readers:
            found = readers.map(lambda number: front.ask(paths[number % 4])[0], range(120))
            nodes[0].stop(signal.SIGKILL)
            assert set(found) == {200}
        nodes[1].stop(signal.SIGKILL)
        wait_until(lambda: not any(listening(node.port) for node in nodes), "its workers have ended what they are at")
        assert [front.ask(path)[0] for path in paths] == [200] * 4
        status, headers, body = front.ask("/indsatser/byens-rum/")
        assert (status, headers["retry-after"], headers["cache-control"]) == (503, "120", "no-store")
        assert 'href="tel:112"' in body.decode()

        nodes[1].start()
        wait_until(lambda: front.ask("/indsatser/byens-rum/")[0] == 200, "nginx asks the server that is back")
        (tmp_path / "closed").touch()
        assert front.ask("/")[0] == 503
        (tmp_path / "closed").unlink()
        assert front.ask("/")[0] == 200
        nodes[0].start()


def test_what_is_deleted_or_withdrawn_does_not_come_back_when_the_servers_are_gone(tmp_path):
    with site(tmp_path) as (front, nodes, settings):
        assert front.ask(PATH)[0] == 200
        withdraw = 'from pages.models import Initiative; Initiative.objects.get(slug="klubhuse").delete()'
        subprocess.run(
            [sys.executable, "manage.py", "shell", "-v", "0", "-c", withdraw], cwd=ROOT, env=settings, check=True,
            capture_output=True,
        )  # fmt: skip
        lateness(lambda: front.ask(PATH)[0] == 404, lambda: None, steady=3)
        assert front.ask(PATH)[0] == 404
        for node in nodes:
            node.stop(signal.SIGKILL)
        assert front.ask(PATH)[0] == 404
        for node in nodes:
            node.start()
