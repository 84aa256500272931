"""The front as it is shipped: a real nginx with deploy/nginx, before two web servers."""

import http.client
import itertools
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from getpass import getuser
from hashlib import sha256

import pytest

from tests.support.drills import Program
from tests.support.freshness import NEW, PATH, PUBLISH, lateness
from tests.support.live_server import ROOT, environment, free_port, listening, seeded
from tests.support.machine_tools import NGINX
from tests.support.waiting import patience, stop, wait_until

pytestmark = [pytest.mark.process, pytest.mark.nginx, pytest.mark.xdist_group("nginx")]
HOST, STAFF = "sitet.example", "stab.example"
TOKEN = "a" * 43
FLOOD = int(os.environ.get("FLOOD", "200"))


class Front:
    """nginx, and the two web servers behind it."""

    def __init__(self, folder, nodes, staff_network="allow 127.0.0.1;", host=HOST):
        self.folder, self.nodes = folder, nodes
        self.http, self.https = free_port(), free_port()
        self.log = folder / "access.log"
        self.answered = []  # the path of whatever was asked for, once it was answered
        words = {
            "CACHE_DIR": f"{folder}/cache", "CERTS_DIR": str(folder), "ERROR_DIR": str(folder), "LOG": str(self.log),
            "HTTP_PORT": f"127.0.0.1:{self.http}", "HTTPS_PORT": f"127.0.0.1:{self.https}",
            "SITE_HOST": host, "STAFF_HOST": STAFF, "STAFF_NETWORK": staff_network,
            "WEB_SERVERS": " ".join(f"server 127.0.0.1:{node} max_fails=2 fail_timeout=2s;" for node in nodes),
            "STAFF_SERVERS": f"server 127.0.0.1:{nodes[0]};",
        }  # fmt: skip
        template = (ROOT / "deploy/nginx/site.conf.template").read_text()
        site = re.sub(r"\$\{(\w+)\}", lambda name: words[name[1]], template)
        (folder / "nginx.conf").write_text(
            f"user {getuser()}; pid {folder}/pid; daemon off; worker_processes 2;\nevents {{}}\n"
            f"http {{ client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;\n{site}\n}}\n"
        )
        shutil.copy(ROOT / "static/500.html", folder)
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={HOST}",
             "-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"],
            check=True, capture_output=True,
        )  # fmt: skip
        self.errors = (folder / "stderr").open("wb")
        self.process = subprocess.Popen(
            # Its address stands in its command line, for bench/measure.py.
            [NGINX, "-p", folder, "-c", folder / "nginx.conf", "-g", f"env FRONT=127.0.0.1:{self.https};"],
            stderr=self.errors,
        )
        wait_until(lambda: listening(self.https), "nginx answers", self.process, folder / "stderr")

    def lines(self, beginning):
        """Of the log, for paths with this beginning, once nginx has written what it holds back for a second."""

        def written():
            return [line for line in self.log.read_text().splitlines() if f" {beginning}" in line]

        asked = sum(path.startswith(beginning) for path in self.answered)
        wait_until(lambda: len(written()) >= asked, f"{asked} lines of {beginning} in the log")
        return written()

    def stop(self):
        stop(self.process)
        self.errors.close()

    def connection(self, host=HOST, version=ssl.TLSVersion.TLSv1_3):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.maximum_version = version
        link = http.client.HTTPSConnection("127.0.0.1", self.https, context=context, timeout=patience(2))
        link._create_connection = lambda *_: socket.create_connection(("127.0.0.1", self.https), link.timeout)
        link.host = host  # for SNI
        return link

    def ask(self, path, method="GET", body=None, host=HOST, **headers):
        """(status, headers, body)"""
        link = self.connection(host)
        try:
            named = {"Host": host} | {name.replace("_", "-"): value for name, value in headers.items()}
            link.request(method, path, body, named)
            answer = link.getresponse()
            self.answered.append(path)
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            link.close()


@contextmanager
def site(folder):
    """Two web servers of one site, as they stand behind nginx."""
    seeded(folder)
    settings = environment(folder, SITE_URL=f"https://{HOST}", ALLOWED_HOSTS=HOST, BEHIND_PROXY="true", HTTPS="true")
    with ExitStack() as ending:
        nodes = []
        for number in range(2):
            port = free_port()
            (folder / f"node-{number}").mkdir()
            own = settings | {"DATA_DIR": f"{folder}/node-{number}"}
            nodes.append(
                Program(own, folder / "log", "-m", "nejtilbander.server", "-b", f"127.0.0.1:{port}", port=port)
            )
            ending.callback(nodes[-1].stop)
        front = Front(folder, [node.port for node in nodes])
        ending.callback(front.stop)
        yield front, nodes, settings


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    with site(tmp_path_factory.mktemp("front")) as found:
        yield found


@pytest.fixture
def front(here):
    return here[0]


def test_a_page_comes_over_tls_1_3_and_http_2_and_nothing_older(front):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["h2"])
    with (
        socket.create_connection(("127.0.0.1", front.https)) as raw,
        context.wrap_socket(raw, server_hostname=HOST) as secure,
    ):
        assert (secure.version(), secure.selected_alpn_protocol()) == ("TLSv1.3", "h2")
    with pytest.raises(ssl.SSLError):
        front.connection(version=ssl.TLSVersion.TLSv1_2).connect()


def test_plain_http_is_sent_to_https_with_what_was_asked(front):
    link = http.client.HTTPConnection("127.0.0.1", front.http)
    link.request("POST", "/ar/?niveau=forebyggende", headers={"Host": HOST})
    answer = link.getresponse()
    assert (answer.status, answer.headers["Location"]) == (308, f"https://{HOST}/ar/?niveau=forebyggende")
    link.close()


def test_a_name_that_is_not_ours_is_not_answered(front):
    with pytest.raises((ssl.SSLError, OSError)):
        front.ask("/", host="fremmed.example")
    link = http.client.HTTPConnection("127.0.0.1", front.http)
    link.request("GET", "/", headers={"Host": "fremmed.example"})
    with pytest.raises(http.client.RemoteDisconnected):
        link.getresponse()


@pytest.mark.parametrize(
    ("spelling", "packing"),
    [("br", "br"), ("gzip, deflate, br, zstd", "br"), ("gzip;q=1.0", "gzip"), ("br;q=0, gzip", None), ("", None)],
)
def test_a_page_comes_packed_by_the_site_whatever_the_browser_writes(front, spelling, packing):
    for _ in range(2):
        status, headers, body = front.ask("/indsatser/", Accept_Encoding=spelling)
        assert (status, headers.get("content-encoding"), headers["vary"]) == (200, packing, "Accept-Encoding")
        assert len(body) < (8_000 if packing == "br" else 30_000)
    again = front.ask("/indsatser/", Accept_Encoding=spelling, If_None_Match=headers["etag"])
    assert (again[0], again[2]) == (304, b"")


def test_every_header_of_the_site_comes_through_once_and_nginx_does_not_say_its_version(front):
    link = front.connection()
    link.request("GET", "/", headers={"Host": HOST})
    answer = link.getresponse()
    answer.read()
    names = [name.lower() for name, _ in answer.getheaders()]
    link.close()
    assert {name for name in names if names.count(name) > 1} == set()
    assert {"content-security-policy", "strict-transport-security", "x-content-type-options"} <= set(names)
    assert answer.headers["Server"] == "nginx"


def test_most_readers_are_answered_without_the_web_servers(here):
    front, *_ = here
    before = len(front.lines("/hvem/"))
    for _ in range(100):
        assert front.ask("/hvem/")[0] == 200
    states = [line.split()[7] for line in front.lines("/hvem/")[before:]]
    assert len(states) == 100
    assert states.count("HIT") + states.count("STALE") + states.count("UPDATING") > 90


def test_what_staff_publish_is_everywhere_within_three_seconds(here):
    front, _, settings = here
    assert NEW.encode() not in front.ask(PATH)[2]
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", PUBLISH],
        cwd=ROOT, env=settings, check=True, capture_output=True,
    )  # fmt: skip
    packings = itertools.cycle(["", "identity"])
    late, made = lateness(
        lambda: NEW.encode() in front.ask(PATH, Accept_Encoding=next(packings))[2],
        lambda: front.ask("/soeg/?q=vold"),
        steady=3,
    )
    assert late < 3 + 10 * made, (late, made)


def test_what_must_not_be_stored_is_not_on_the_disk(here):
    front, *_ = here
    for path in (
        "/hjaelp/",
        f"/min-tilmelding/{TOKEN}/",
        f"/ar/kladde/{TOKEN}/",
        "/soeg/?q=hemmelig",
        "/?spor=hemmelig",
    ):
        for _ in range(2):
            front.ask(path)
    afterwards = [f"/{language}/hvem/" for language in ("en", "ar", "so", "tr", "fa")]  # by either process of nginx
    for path in afterwards:
        front.ask(path)
    stored = wait_until(lambda: found if all(path.encode() in (found := disk(front)) for path in afterwards) else b"",
                        "what may be stored is")  # fmt: skip
    assert b"KEY: sitet.example/" in stored
    assert not [word for word in (b"/hjaelp/|", TOKEN.encode(), b"hemmelig") if word in stored]


def disk(front):
    """All that nginx has stored."""
    stored = b""
    for file in (front.folder / "cache").rglob("*"):
        with suppress(OSError):  # replaced meanwhile, or a folder
            stored += file.read_bytes()
    return stored


def test_the_log_says_what_happened_and_not_to_whom(here):
    front, *_ = here
    front.ask(f"/min-tilmelding/{TOKEN}/?q=hemmelig", Referer="https://andet.example/hemmelig", User_Agent="Hemmelig")
    front.lines("/min-tilmelding/")
    log = front.log.read_text()
    assert " GET /min-tilmelding/... " in log
    assert not re.search(rf"127\.0\.0\.1|{TOKEN}|hemmelig|\?", log, re.IGNORECASE)
    assert (front.folder / "stderr").read_bytes() == b""


def test_probes_that_are_for_the_operator_are_not_outside(front):
    assert [front.ask(path)[0] for path in ("/healthz/worker", "/metrics", "/healthz")] == [404, 404, 200]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [(f"/?{'a' * 1_000_000}", None, 414), ("/", b"a" * 2_000_000, 413), ("/soeg/", b"a" * 900_000, 405)],
)
def test_too_much_is_refused_at_the_door(front, path, body, status):
    with suppress(BrokenPipeError, ConnectionResetError, ssl.SSLError):
        assert front.ask(path, "POST" if body else "GET", body)[0] == status


def p95(front):
    """Seconds that 19 of 20 readers wait at most."""
    spent = []
    for _ in range(60):
        began = time.monotonic()
        assert front.ask("/")[0] in {200, 429}
        spent.append(time.monotonic() - began)
    print(f"\np95 {sorted(spent)[56] * 1000:.0f} ms")
    return sorted(spent)[56]


def soon(undisturbed):
    """Seconds within which a reader is answered, when it took so many with nobody else there."""
    return max(0.1, 10 * undisturbed)


def test_100_connections_that_dawdle_hold_up_no_reader(front):
    front.ask("/")
    undisturbed = p95(front)
    dawdlers = []
    for _ in range(100):
        with suppress(OSError):
            dawdler = socket.create_connection(("127.0.0.1", front.https))
            dawdler.sendall(b"\x16\x03")
            dawdlers.append(dawdler)
    found = p95(front)
    for dawdler in dawdlers:
        dawdler.close()
    assert found < soon(undisturbed)


def test_addresses_that_are_not_there_hold_up_no_reader(front):
    """FLOOD=10000 asks for so many of them at least; whoever asks, it goes on for as long as readers read."""
    front.ask("/")
    undisturbed = p95(front)
    asked, is_over = [0] * 2, threading.Event()

    def flood(number):
        while not is_over.is_set() or asked[number] < FLOOD // 2:
            asked[number] += 1
            assert front.ask(f"/findes-ikke-{number}-{asked[number]}/")[0] in {404, 429}

    with ThreadPoolExecutor(2) as strangers:
        flooding = [strangers.submit(flood, number) for number in range(2)]
        found = p95(front)
        is_over.set()
        for one in flooding:
            one.result()
    print(f"{sum(asked)} addresses")
    assert found < soon(undisturbed)


def test_whoever_says_they_are_somebody_else_is_not_believed(tmp_path):
    with counting(tmp_path) as (front, seen):
        front.ask("/", X_Forwarded_For="10.1.2.3", Forwarded="for=10.1.2.3", X_Forwarded_Proto="http")
    headers = seen[0].lower()
    assert "x-forwarded-for: 127.0.0.1\r\n" in headers
    assert "x-forwarded-proto: https\r\n" in headers
    assert "10.1.2.3" not in headers


def test_a_sign_up_is_sent_to_one_server_once_whatever_happens(tmp_path):
    with counting(tmp_path, is_broken=True) as (front, seen):
        status, headers, body = front.ask("/stormoeder/x/tilmelding/", "POST", b"seats=1")
        assert (status, headers["retry-after"], len(seen)) == (503, "120", 1)
        assert b'href="tel:112"' in body
        front.ask("/stormoeder/")
        assert len(seen) == 3, "what is only read is asked for at both"


@contextmanager
def counting(folder, *, is_broken=False):
    """Two servers that write down what they are asked, and then answer, or hang up."""
    seen, listeners = [], [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]

    def serve(listener):
        with suppress(OSError):
            while True:
                link, _ = listener.accept()
                with link:
                    seen.append(link.recv(65_536).decode())
                    if not is_broken:
                        link.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")

    for listener in listeners:
        threading.Thread(target=serve, args=(listener,), daemon=True).start()
    front = Front(folder, [listener.getsockname()[1] for listener in listeners])
    try:
        yield front, seen
    finally:
        front.stop()
        for listener in listeners:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()


def test_the_page_of_last_resort_may_show_its_own_style():
    (style,) = re.findall(r"<style>(.*?)</style>", (ROOT / "static/500.html").read_text("utf-8"), re.DOTALL)
    told = (ROOT / "deploy/nginx/site.conf.template").read_text()
    assert b64encode(sha256(style.encode()).digest()).decode() in told


def test_staff_are_let_in_from_their_own_network_alone(tmp_path):
    with counting(tmp_path) as (front, _):
        assert front.ask("/admin/", host=STAFF)[0] == 200
        front.stop()
        closed = Front(tmp_path, front.nodes, staff_network="allow 10.0.0.0/8;")
        assert closed.ask("/admin/", host=STAFF)[0] == 403
        front.process, front.errors = closed.process, closed.errors


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
