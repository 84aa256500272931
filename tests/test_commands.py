"""The commands a new user runs, with real processes."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.support.live_server import ROOT, answers, environment, free_port, listening, seeded, serving
from tests.support.waiting import children, patience, wait_until

pytestmark = pytest.mark.process


def make_serve(data, port):
    return subprocess.Popen(
        ["make", "serve", f"PORT={port}", f"DATA_DIR={data}"], cwd=ROOT, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env={name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}},
    )  # fmt: skip


# What the site writes while it stands: that the worker is alive, how often it was asked, keys, and the hour's counts.
OWN_LIFE = ("django_session", "nejtilbander_heartbeat", "nejtilbander_count", "events_seats", "events_keptcounts")


def commands(data, *args, **own):
    """What a command says on the site in `data` by make, or without `data` as one types it in a checkout."""
    typed = [".venv/bin/python", "manage.py", *args]
    asked = typed if data is None else ["make", "-s", "manage", f"DATA_DIR={data}", f"ARGS={' '.join(args)}"]
    env = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    return subprocess.run(asked, cwd=ROOT, env=env | own, check=True, capture_output=True, text=True).stdout


def content_of(data):
    """Every row of content as SQL, without the rows of Django's own bookkeeping."""
    with sqlite3.connect(f"file:{data}/site.sqlite3?mode=ro", uri=True) as database:
        dump = {line for line in database.iterdump() if not any(table in line for table in OWN_LIFE)}
    database.close()
    return dump


def unopened(data):
    """How many sign-ups the worker has still to open: it seals each anew."""
    with sqlite3.connect(f"file:{data}/site.sqlite3?mode=ro", uri=True) as database:
        ((number,),) = database.execute("SELECT count(*) FROM events_signup WHERE is_new")
    database.close()
    return number


def stop(server):
    """Ctrl-C, as a terminal sends it: to the whole foreground group."""
    os.killpg(server.pid, signal.SIGINT)
    return server.communicate(timeout=patience(6))[0]


def test_make_serve_starts_tells_and_stops_everything_and_a_second_start_changes_nothing(tmp_path):
    data, port = tmp_path / "data", free_port()
    first = make_serve(data, port)
    wait_until(lambda: listening(port), "the site answers", first)
    assert answers(f"http://127.0.0.1:{port}/ar/hjaelp/") == 200
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/admin/login/", timeout=patience(2)) as page:
        sheet = page.read().decode().partition('rel="stylesheet" href="')[2].partition('"')[0]
    with urllib.request.urlopen(
        urllib.request.Request(f"http://127.0.0.1:{port}{sheet}", headers={"Accept-Encoding": "br"}),
        timeout=patience(2),
    ) as style:
        assert style.headers["Content-Encoding"] == "br"
        assert "immutable" in style.headers["Cache-Control"]
    wait_until(lambda: not unopened(data), "the worker has opened the sign-ups of the examples", first)
    assert commands(data, "seats", "--json") == commands(None, "seats", "--json", DATA_DIR=str(data))
    said = stop(first)
    assert f"http://127.0.0.1:{port}/" in said
    assert str(data) in said
    assert "make staff" in said
    assert not listening(port)
    assert oct((data / "secret_key").stat().st_mode)[-3:] == "600"
    before = content_of(data)

    second = make_serve(data, port)
    wait_until(lambda: listening(port), "the site answers again", second)
    assert "Seed: nothing new to write." in stop(second)
    assert [line[:200] for line in content_of(data) ^ before] == []
    assert not listening(port)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("together")
    seeded(folder)
    return folder


def test_a_kill_of_what_holds_server_and_worker_together_leaves_neither_behind(data):
    port = free_port()
    both = subprocess.Popen(
        [sys.executable, "-m", "nejtilbander.server.supervisor", "-b", f"127.0.0.1:{port}"],
        cwd=ROOT, env=environment(data), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    wait_until(lambda: listening(port), "the site answers", both)
    assert answers(f"http://127.0.0.1:{port}/hjaelp/") == 200
    started = wait_until(lambda: len(found := children(both.pid)) == 2 and found, "server and worker", both)

    both.kill()
    both.wait()

    # A server process that is told to stop before it can listen is waited for half a minute by gunicorn.
    wait_until(lambda: not listening(port) and not any(map(alive, started)), "nobody lives on")


def asked_in_vain(database):
    """A question to a database that is given three seconds to answer."""
    with pytest.raises(psycopg.errors.ConnectionTimeout):
        psycopg.connect(database, connect_timeout=3)


def accepted(port):
    """How many connections to `port` a server has taken, and not only the system on its behalf."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    ours = [(row[3], row[4]) for row in rows if row[1].endswith(f":{port:04X}")]
    waiting = sum(int(queues.partition(":")[2], 16) for state, queues in ours if state == "0A")  # LISTEN
    return sum(state == "01" for state, _ in ours) - waiting  # ESTABLISHED


def took(work):
    """What `work` returns, and the seconds it took."""
    began = time.monotonic()
    return work(), time.monotonic() - began


def alive(process):
    """Whether it runs: one that has ended and waits to be asked why does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_the_guide_answers_and_health_tells_when_the_database_is_gone(tmp_path):
    settings = environment(tmp_path, DATABASE_URL="postgres://nobody@127.0.0.1:1/none?connect_timeout=1")
    with serving(settings) as site:
        for language in ("", "en/", "ar/", "so/", "tr/", "fa/"):
            assert answers(f"{site}/{language}hjaelp/") == 200
        assert [answers(f"{site}/{probe}") for probe in ("healthz", "readyz")] == [503, 503]
        assert answers(f"{site}/") == 503
        assert answers(f"{site}/robots.txt") == 200


def test_a_database_that_never_answers_does_not_hold_the_guide_for_long(tmp_path):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(50)  # takes connections, says nothing
        settings = environment(tmp_path, DATABASE_URL=f"postgres://nobody@127.0.0.1:{silent.getsockname()[1]}/none")
        with serving(settings) as site:
            _, at_rest = took(lambda: answers(f"{site}/hjaelp/"))
            _, three_seconds = took(lambda: asked_in_vain(settings["DATABASE_URL"]))
            with ThreadPoolExecutor(2) as pool:
                readers = [pool.submit(took, lambda: answers(f"{site}/")) for _ in range(2)]  # one for each worker
                wait_until(lambda: accepted(urlsplit(site).port) == 2, "both workers ask the database")
                guide, waited = took(lambda: answers(f"{site}/hjaelp/"))
            assert [reader.result()[0] for reader in readers] == [503, 503]
            assert guide == 200
            assert waited < 2.7 * three_seconds + 5 * at_rest, "a page asks the database twice"
