"""The web server an operator chooses: gunicorn, or granian, which answers as gunicorn does."""

import http.client
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from tests.support.live_server import ROOT, environment, seeded, serving
from tests.support.waiting import children, patience, wait_until

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("servers")]
ALIKE = {"content-type", "cache-control", "content-length", "content-encoding", "vary", "etag", "location", "allow"}
FORM = {"Content_Type": "application/x-www-form-urlencoded"}


def ask(site, method, path, body=None, **headers):
    """(status, headers that must be alike, body)."""
    link = http.client.HTTPConnection(urlsplit(site).netloc, timeout=patience(2))
    link.request(
        method, path, body, {"Accept-Encoding": "br"} | {key.replace("_", "-"): v for key, v in headers.items()}
    )
    answer = link.getresponse()
    content = answer.read()
    link.close()
    named = {name.lower(): value for name, value in answer.getheaders() if name.lower() in ALIKE}
    return answer.status, named, content


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """The same site behind each of the two, and granian's log."""
    data = tmp_path_factory.mktemp("servers")
    seeded(data)
    settings = environment(data, SITE_URL="http://sitet.example", ALLOWED_HOSTS="sitet.example", SIGNUP_MIN_SECONDS="0")
    subprocess.run([sys.executable, "-m", "bench.meetings", "moede", "50"], cwd=ROOT, env=settings, check=True)
    log = data / "log"
    with (
        log.open("wb") as file,
        serving(settings) as gunicorn,
        serving(settings | {"WEB_SERVER": "granian"}, log=file) as granian,
    ):
        yield gunicorn, granian, log


@pytest.mark.parametrize("charset", ["idna", "undefined", "punycode"])
def test_a_charset_that_cannot_be_read_is_no_reason_to_fail(both, charset):
    for site in both[:2]:
        status, *_ = ask(
            site, "GET", "/soeg/?q=m%C3%B8de", Host="sitet.example", Content_Type=f"text/plain; charset={charset}"
        )
        assert status == 200


@pytest.mark.parametrize(
    ("method", "path", "body", "headers"),
    [
        ("GET", "/", None, {}),
        ("HEAD", "/ar/", None, {}),
        ("GET", "/hjaelp/", None, {"Accept_Encoding": "identity"}),
        ("GET", "/soeg/?q=m%C3%B8de", None, {}),
        ("GET", "/findes-ikke/", None, {}),
        ("GET", "/s%C3%B8g/", None, {}),
        ("GET", "/indsatser", None, {}),
        ("POST", "/", "a=1", {}),
        ("GET", "/stormoeder/kalender.ics", None, {}),
        ("POST", "/stormoeder/moede/tilmelding/", "email=x", FORM),
        ("GET", "/", None, {"Host": "fremmed.example"}),
    ],
)
def test_granian_answers_as_gunicorn_does(both, method, path, body, headers):
    gunicorn, granian, _ = both
    answers = [ask(site, method, path, body, **{"Host": "sitet.example"} | headers) for site in (gunicorn, granian)]

    if headers is FORM:  # each gives its form a ticket of its own
        answers = [(status, named["content-type"], named["cache-control"]) for status, named, _ in answers]
    assert answers[0] == answers[1]


@pytest.mark.parametrize("which", [0, 1])
def test_no_header_of_a_client_moves_the_links_or_the_path(both, which):
    path = "/indsatser/klubhuse/"
    given = {"Host": "sitet.example", "Accept_Encoding": "identity"}
    link = http.client.HTTPConnection(urlsplit(both[which]).netloc, timeout=patience(2))
    link.request("GET", path, headers={"Host": "sitet.example", "SCRIPT_NAME": "/ond", "PATH_INFO": "/hvem/"})
    poisoned = link.getresponse().read()
    link.close()

    for _ in range(4):  # either process may have kept it
        assert ask(both[which], "GET", path, **given)[2] == poisoned
    assert b"/ond/" not in poisoned


def test_a_kept_page_is_not_sent_twice_to_who_has_it(both):
    _, granian, _ = both
    ask(granian, "GET", "/", Host="sitet.example")
    etag = ask(granian, "GET", "/", Host="sitet.example")[1]["etag"]

    assert ask(granian, "GET", "/", Host="sitet.example", If_None_Match=etag)[::2] == (304, b"")


def test_a_visitor_signs_up_through_granian(both):
    _, granian, _ = both
    path = "/stormoeder/moede/tilmelding/"
    form = ask(granian, "GET", path, Host="sitet.example", Accept_Encoding="identity")[2]
    ticket = re.search(rb'name="ticket" value="([^"]+)"', form)[1].decode()
    sent = urlencode({"ticket": ticket, "seats": "1", "email": "amina@example.dk", "name": "Amina"})

    status, named, _ = ask(granian, "POST", path, sent, Host="sitet.example", **FORM)

    assert (status, named["location"]) == (303, "/stormoeder/moede/kvittering/")


def test_headers_that_never_end_are_refused(both):
    _, granian, _ = both
    assert ask(granian, "GET", f"/?{'a' * 40_000}", Host="sitet.example")[0] == 431


def test_a_killed_process_is_started_again_and_the_log_names_nobody(both):
    _, granian, log = both
    port = urlsplit(granian).port
    server = next(
        int(process.name) for process in sorted(Path("/proc").glob("[0-9]*"), key=lambda one: int(one.name))
        if f"nejtilbander.server.granian\0-b\x00127.0.0.1:{port}".encode() in read(process / "cmdline")
    )  # fmt: skip
    before = children(server)

    os.kill(before[0], signal.SIGKILL)

    wait_until(lambda: len(set(children(server)) - {before[0]}) >= len(before), "a process in its place")
    assert ask(granian, "GET", "/", Host="sitet.example")[0] == 200
    assert "127.0.0.1" not in log.read_text()


def read(file):
    try:
        return file.read_bytes()
    except OSError:
        return b""


def test_granian_that_is_not_installed_is_told_in_one_sentence(tmp_path):
    code = "import sys; sys.modules['granian'] = None; from nejtilbander.server import __main__; __main__.main([])"
    settings = environment(tmp_path, WEB_SERVER="granian")
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=settings, capture_output=True, check=False)

    assert ended.returncode == 1
    assert ended.stderr.decode() == (
        "Configuration error: WEB_SERVER is granian, which is not installed. See requirements-granian.txt.\n"
    )
