"""The front as it is shipped: a real nginx with deploy/nginx, before two web servers."""

import http.client
import re
import socket
import ssl
from base64 import b64encode
from hashlib import sha256

import pytest

from tests.support.live_server import ROOT
from tests.support.nginx import HOST, STAFF, TOKEN, Front, counting

pytestmark = [pytest.mark.process, pytest.mark.nginx, pytest.mark.xdist_group("nginx")]


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


OWN = {"content-security-policy", "strict-transport-security", "x-content-type-options", "referrer-policy"}


def test_what_nginx_itself_answers_has_the_headers_and_no_version(front):
    by_nginx = [
        front.ask("/metrics"), front.ask("/healthz/worker"), front.ask("/", "POST", b"x" * 1_100_000),
        front.ask("/", X="x" * 9_000), front.ask("/metrics", host=STAFF),
    ]  # fmt: skip
    assert [status for status, *_ in by_nginx] == [404, 404, 413, 400, 404]
    for _, headers, body in by_nginx:
        assert headers.keys() >= OWN
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["server"] == "nginx"
        assert not re.search(rb"nginx/", body)

    link = http.client.HTTPConnection("127.0.0.1", front.http)
    link.request("GET", "/", headers={"Host": HOST})
    answer = link.getresponse()
    assert (answer.status, answer.headers["Server"]) == (308, "nginx")
    assert b"nginx/" not in answer.read()
    assert OWN - {name.lower() for name in answer.headers} == {"strict-transport-security"}, "it says nothing on http"
    link.close()


@pytest.mark.parametrize("before", ["", "/ar", "/x/Y"])
def test_what_nginx_itself_answers_at_a_secret_address_is_kept_by_nobody(here, before):
    front, *_ = here
    path = f"{before}/min-tilmelding/{TOKEN}/"
    link = http.client.HTTPConnection("127.0.0.1", front.http)
    link.request("GET", path, headers={"Host": HOST})
    answer = link.getresponse()
    answer.read()
    link.close()
    assert (answer.status, answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == (
        308, "no-store", "no-referrer"
    )  # fmt: skip
    for status, headers, _ in (front.ask(path, "POST", b"x" * 1_100_000), front.ask(path), front.ask(path[:-1])):
        assert (headers["cache-control"], headers["referrer-policy"]) == ("no-store", "no-referrer"), status
    assert TOKEN not in front.log.read_text()


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


def test_whoever_says_they_are_somebody_else_is_not_believed(tmp_path):
    with counting(tmp_path) as (front, seen):
        front.ask("/", X_Forwarded_For="10.1.2.3", Forwarded="for=10.1.2.3", X_Forwarded_Proto="http")
    headers = seen[0].lower()
    assert "x-forwarded-for: 127.0.0.1\r\n" in headers
    assert "x-forwarded-proto: https\r\n" in headers
    assert "10.1.2.3" not in headers


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


def test_logins_are_let_through_slowly_and_the_rest_of_the_admin_as_it_comes(tmp_path):
    with counting(tmp_path) as (front, _):
        tried = [front.ask("/admin/konto/log-ind/", "POST", "login=anna", host=STAFF)[0] for _ in range(60)]
        assert tried[:15] == [200] * 15
        assert tried.count(429) >= 15
        assert {front.ask("/admin/pages/page/add/", "POST", "title_da=x", host=STAFF)[0] for _ in range(60)} == {200}
        assert {front.ask("/admin/konto/log-ind/", host=STAFF)[0] for _ in range(60)} == {200}
        front.ask(f"/admin/konto/adgangskode/{TOKEN}/", host=STAFF)
        (line,) = front.lines("/admin/konto/adgangskode/")
        assert TOKEN not in line


def test_a_draft_behind_a_share_link_is_asked_for_at_staff_and_nothing_else_of_theirs_is(tmp_path):
    with counting(tmp_path, staff_apart=True) as (front, seen):
        for path in (f"/kladde/{TOKEN}/", f"/ar/kladde/{TOKEN}/?spor=1", f"/admin/../kladde/{TOKEN}/"):
            front.ask(path)
        assert [line.partition(" HTTP")[0] for line in seen["staff"]] == [
            f"GET /kladde/{TOKEN}/", f"GET /ar/kladde/{TOKEN}/", f"GET /kladde/{TOKEN}/",
        ]  # fmt: skip
        seen["staff"].clear()
        for path in (
            "/admin/", "/kladde/../admin/login/", "/kladde/x/../../admin/login/", "/kladde/%2e%2e/admin/login/",
            "/kladde//admin/login/", f"/kladde/{TOKEN}/admin/", f"/kladde/{TOKEN}", "/kladde/",
            "/admin/login/;/kladde/x",
        ):  # fmt: skip
            front.ask(path)
        assert front.ask(f"/kladde/{TOKEN}/", "POST", "a=b")[0] == 405
        assert seen["staff"] == []
