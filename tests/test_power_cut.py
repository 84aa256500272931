"""The moment the power goes: whoever has an answer is on the disk, not only on its way there.

What a process writes lies in the system's memory until it asks for it to be put on the disk. strace shows in which
order the site asks, and when it answers.
"""

import re
import signal
import subprocess
import urllib.error
import urllib.request
from contextlib import contextmanager
from urllib.parse import urlencode

import pytest
from django.db import connection

from nejtilbander.operations.deploy_checks import commits_are_durable
from tests.support.live_server import environment, seeded, serving
from tests.support.site_scripts import PREPARE, script
from tests.support.waiting import patience

FORM = "/stormoeder/proeve/tilmelding/"
CALLS = "openat,pwrite64,fsync,fdatasync,sendto,sendmsg,write"


@pytest.mark.process
@pytest.mark.strace
def test_a_sign_up_is_on_the_disk_before_the_visitor_is_answered(tmp_path):
    seeded(tmp_path)
    settings = environment(tmp_path, SIGNUP_MIN_SECONDS="0")
    script(settings, PREPARE, "50")
    told = tmp_path / "told"
    with serving(settings, "--workers", "1") as site:
        with urllib.request.urlopen(site + FORM, timeout=patience(2)) as form:
            ticket = re.search(r'name="ticket" value="([^"]+)"', form.read().decode())[1]
        sent = urlencode({"ticket": ticket, "email": "en@example.dk", "seats": "1", "name": ""}).encode()
        with watching(site, told), pytest.raises(urllib.error.HTTPError) as answer:
            opener().open(site + FORM, sent, timeout=patience(2))
        answer.value.close()
        assert answer.value.status == 303
    log = str(tmp_path / "site.sqlite3-wal")
    order = [what for what in (meaning(line, log) for line in told.read_text().splitlines()) if what]
    assert "answer" in order
    before = order[: order.index("answer")]
    assert "written" in before, "the sign-up goes through the log"
    assert before[-1] == "on the disk", before


@contextmanager
def watching(site, told):
    """strace on all processes of `site`, until the block ends."""
    port = site.rpartition(":")[2]
    found = subprocess.run(["pgrep", "-f", f"127.0.0.1:{port}"], capture_output=True, text=True, check=True).stdout
    strace = subprocess.Popen(
        ["strace", "-f", "-y", "-s", "20", "-e", f"trace={CALLS}", "-o", told,
         *(word for pid in found.split() for word in ("-p", pid))],
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with strace:
        for _ in found.split():
            assert "attached" in strace.stderr.readline()
        yield
        strace.send_signal(signal.SIGINT)


def opener():
    """That goes nowhere else: the answer itself is wanted."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_):
            return None

    return urllib.request.build_opener(Stay)


def meaning(line, log):
    if "HTTP/1.1 303" in line:
        return "answer"
    if f"<{log}>" not in line:
        return None
    return "on the disk" if re.search(r"\bf(data)?sync\(", line) else "written" if "pwrite64(" in line else None


@pytest.mark.django_db
def test_a_database_that_answers_before_it_has_written_is_told_of():
    assert commits_are_durable(None) == []
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = off")
        (warning,) = commits_are_durable(None)
        assert "synchronous_commit" in warning.msg
