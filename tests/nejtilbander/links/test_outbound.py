"""Links to other sites: asked gently, and never on an internal network."""

import socket
import ssl
from http.client import RemoteDisconnected
from urllib.error import URLError

import pytest

from nejtilbander.links import outbound
from nejtilbander.links.models import CheckedLink
from nejtilbander.links.outbound import INTERNAL, check_external, describe_error, is_internal_address
from tests.support.live_server import free_port
from tests.support.other_site import HASTE, asked


@pytest.mark.parametrize("status", [200, 204, 400, 401, 403, 429, 451])
def test_a_site_that_answers_or_keeps_us_out_is_not_broken(stranger, status):
    assert check_external(f"{stranger.address}/{status}", allow_private=True) == ""


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (404, "svarer 404: siden findes ikke"),
        (410, "svarer 410: siden findes ikke"),
        (500, "svarer 500: stedet har en fejl"),
        (503, "svarer 503: stedet har en fejl"),
    ],
)
def test_a_page_that_is_gone_or_fails_is_broken(stranger, status, words):
    assert check_external(f"{stranger.address}/{status}", allow_private=True) == words
    assert asked(stranger) == [("HEAD", f"/{status}")]


@pytest.mark.parametrize("status", [403, 405, 501])
def test_a_site_that_knows_no_head_is_asked_for_the_page(stranger, status):
    assert check_external(f"{stranger.address}/only-get-{status}", allow_private=True) == ""
    assert asked(stranger) == [("HEAD", f"/only-get-{status}"), ("GET", f"/only-get-{status}")]


def test_the_other_site_is_told_who_asks(stranger, settings):
    check_external(f"{stranger.address}/200", allow_private=True)

    assert settings.SITE_URL in stranger.asked[0][2]


def test_a_way_on_is_followed_to_its_end(stranger):
    assert check_external(f"{stranger.address}/far", allow_private=True) == "svarer 404: siden findes ikke"


def test_a_way_in_circles_ends_and_is_not_called_broken(stranger):
    assert check_external(f"{stranger.address}/loop", allow_private=True) == ""
    assert len(stranger.asked) == outbound.MAX_REQUESTS


def test_a_way_off_the_web_is_not_followed(stranger):
    assert check_external(f"{stranger.address}/off", allow_private=True) == ""


@pytest.mark.parametrize("path", ["/slow", "/rude"])
def test_a_silence_is_not_waited_for_and_not_called_broken(stranger, path):
    assert check_external(f"{stranger.address}{path}", allow_private=True, timeout=HASTE) == ""


def test_nobody_at_home_is_broken():
    assert check_external(f"http://127.0.0.1:{free_port()}/", allow_private=True) == "stedet tager ikke imod"


def test_a_secure_address_without_security_is_broken(stranger):
    address = stranger.address.replace("http:", "https:")
    words = "forbindelsen er ikke sikker: certifikatet duer ikke"

    assert check_external(f"{address}/200", allow_private=True) == words
    assert check_external(address.removeprefix("https:"), allow_private=True) == words


def test_signs_that_may_not_be_sent_are_written_as_signs_that_may(stranger):
    check_external(f"{stranger.address}/200?q=Bål og brand&x=%20#del", allow_private=True)

    assert asked(stranger) == [("HEAD", "/200?q=B%C3%A5l%20og%20brand&x=%20")]


@pytest.mark.parametrize("link", ["https://", "https:///a", "https://a:b/", "https://a..b/", "http://[::1/"])
def test_what_names_no_place_is_no_address(link):
    assert check_external(link) == "er ikke en hel adresse"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_machine_on_an_internal_network_is_a_fault_and_is_never_asked(stranger, scheme, host):
    assert check_external(f"{scheme}://{host}:{stranger.server_port}/200") == INTERNAL
    assert stranger.asked == []


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_name_that_leads_inward_a_moment_later_is_asked_nothing(stranger, scheme, monkeypatch):
    inward = socket.getaddrinfo("127.0.0.1", stranger.server_port, type=socket.SOCK_STREAM)
    outward = [(*inward[0][:4], ("8.8.8.8", stranger.server_port))]
    answers = iter([outward, inward])
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: next(answers))

    assert check_external(f"{scheme}://example.dk:{stranger.server_port}/200") == INTERNAL
    assert stranger.asked == []


@pytest.mark.parametrize(
    ("address", "inward"),
    [
        ("10.1.2.3", True), ("192.168.0.1", True), ("169.254.169.254", True), ("127.0.0.1", True), ("0.0.0.0", True),  # noqa: S104
        ("100.64.0.1", True), ("224.0.0.1", True), ("::1", True), ("fe80::1%2", True), ("fd00::1", True),
        ("::ffff:10.0.0.1", True), ("8.8.8.8", False), ("2a00:1450:400f::1", False), ("::ffff:8.8.8.8", False),
        ("64:ff9b::7f00:1", True), ("64:ff9b::a9fe:a9fe", True), ("64:ff9b::808:808", False),  # NAT64
        ("64:ff9b:1::808:808", True),  # NAT64 of somebody's own
        ("2002:7f00:1::", True), ("2002:a00:1::1", True), ("2002:808:808::1", False),  # 6to4
        ("2001:0:808:808::f5ff:fffe", True), ("2001:0:7f00:1::", True),  # Teredo
        ("::7f00:1", True), ("::ffff:0:7f00:1", True), ("::ffff:0:a00:1", True), ("::", True),
        ("fec0::1", True), ("5f00::1", True), ("2001:db8::1", True), ("3fff::1", True), ("ff0e::1", True),
        ("240.0.0.1", True), ("255.255.255.255", True), ("198.18.0.1", True), ("192.0.2.1", True),
    ],
)  # fmt: skip
def test_whose_an_address_is(address, inward):
    assert is_internal_address(address) is inward


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (URLError(socket.gaierror(-2, "Name or service not known")), "navnet på stedet findes ikke"),
        (URLError(ssl.SSLCertVerificationError(1, "expired")), "forbindelsen er ikke sikker: certifikatet duer ikke"),
        (ConnectionRefusedError(), "stedet tager ikke imod"),
        (URLError(TimeoutError()), ""),
        (URLError("unknown"), ""),
        (ConnectionResetError(), ""),
        (RemoteDisconnected(), ""),
        (ValueError(), ""),
    ],
)
def test_what_an_error_says_about_a_link(error, words):
    assert describe_error(error) == words
    assert len(words) <= CheckedLink._meta.get_field("error").max_length
