"""What the web server answers before the site is asked is as bare and as guarded as what the site answers."""

import socket
from email.parser import BytesParser
from urllib.parse import urlsplit

import pytest

from nejtilbander.server.direct_answers import HEADERS
from tests.nejtilbander.web.test_security_headers import ALWAYS
from tests.support.live_server import environment, seeded, serving
from tests.support.waiting import patience

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("servers")]
MALFORMED = {
    "no request line": (b"hemmelig\r\n\r\n", 400),
    "a header without a colon": (b"GET / HTTP/1.1\r\nhemmelig\r\n\r\n", 400),
    "a name that is none": (b"GET / HTTP/1.1\r\nhemmelig : 1\r\n\r\n", 400),
    "a version that is none": (b"GET /hemmelig HTTP/9.9\r\n\r\n", 400),
    "a method that is none": (b"hemm(elig) / HTTP/1.1\r\n\r\n", 400),
    "an address too long": (b"GET /" + b"hemmelig" * 600 + b" HTTP/1.1\r\n\r\n", 414),
    "too many headers": (b"GET / HTTP/1.1\r\n" + b"hemmelig: 1\r\n" * 60 + b"\r\n", 431),
    "a header too long": (b"GET / HTTP/1.1\r\nx: " + b"hemmelig" * 1200 + b"\r\n\r\n", 431),
    "a coding nobody knows": (b"POST / HTTP/1.1\r\nTransfer-Encoding: hemmelig\r\n\r\n", 501),
    "an expectation nobody has": (b"GET / HTTP/1.1\r\nExpect: hemmelig\r\n\r\n", 417),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    data = tmp_path_factory.mktemp("direct")
    seeded(data)
    with serving(environment(data)) as address:
        yield address


def told(site, request):
    """(status, headers, body) of what the raw `request` gets."""
    address = urlsplit(site)
    with socket.create_connection((address.hostname, address.port), timeout=patience(2)) as link:
        link.sendall(request)
        answer = b"".join(iter(lambda: link.recv(65_536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    line, _, headers = head.partition(b"\r\n")
    return int(line.split()[1]), dict(BytesParser().parsebytes(headers).items()), body


@pytest.mark.parametrize("name", MALFORMED)
def test_a_request_that_reaches_no_page_gets_the_headers_of_one_and_no_word_of_its_own_back(site, name):
    request, status = MALFORMED[name]

    answered, headers, body = told(site, request)

    assert answered == status
    assert headers == HEADERS | {"Content-Length": str(len(body))}
    assert b"hemmelig" not in body
    assert b"gunicorn" not in body
    assert body.startswith(f"{status} ".encode())


def test_the_headers_are_those_of_every_page(site):
    assert HEADERS.items() >= ALWAYS.items()
    _status, of_a_page, _body = told(site, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    alike = set(ALWAYS) - {"Strict-Transport-Security"} | {"Referrer-Policy"}  # the first goes over TLS alone
    assert {name: of_a_page[name] for name in alike} == {name: HEADERS[name] for name in alike}
    guarded = {directive.split()[0] for directive in HEADERS["Content-Security-Policy"].split("; ")}
    assert guarded == {"default-src", "base-uri", "form-action", "frame-ancestors"}
    assert guarded <= {directive.split()[0] for directive in of_a_page["Content-Security-Policy"].split("; ")}
