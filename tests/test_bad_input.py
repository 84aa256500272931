"""No request, however broken, makes the site fail: a clean answer below 500, always."""

import string
from urllib.parse import quote

import pytest
from django.utils.html import escape
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nejtilbander.web.decorators import MAX_UPLOAD
from tests.support.addresses import ERRORS, MACHINES, NEUTRAL, PAGES, REDIRECTS
from tests.support.factories import a_meeting

ADDRESSES = [*PAGES, *ERRORS, *NEUTRAL, *MACHINES, *REDIRECTS, "/admin/login/"]
METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "BREW"]

raw_bytes = st.binary(max_size=40).map(lambda data: quote(data, safe=""))
text = st.text(max_size=80).map(lambda data: quote(data, safe="/"))
nasty = st.sampled_from(
    [
        "%00",
        "%ff%fe",
        "%c0%af",
        "..%2f..%2fetc%2fpasswd",
        "%E2%80%AE",
        "a" * 3000,
        "%0d%0aSet-Cookie:x",
        "kort.png",
        "kort.png" * 300,
        "<script>",
        "'--",
    ]
)

pytestmark = pytest.mark.walk
piece = st.one_of(raw_bytes, text, nasty)


@pytest.mark.django_db
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    method=st.sampled_from(METHODS),
    prefix=st.sampled_from(["", "/en", "/ar", "/de", "/fa"]),
    address=st.sampled_from(ADDRESSES),
    tail=piece,
    query=st.one_of(st.just(""), piece.map(lambda p: f"q={p}"), piece.map(lambda p: f"niveau={p}"), piece),
    header=st.text(alphabet=string.printable, max_size=60).map(lambda t: t.replace("\n", " ").replace("\r", " ")),
)
def test_no_request_makes_the_site_fail(reader, static_files, method, prefix, address, tail, query, header):
    base = address.partition("?")[0]
    for path in (f"{prefix}{base}", f"{prefix}{base}{tail}"):
        response = reader.generic(
            method, path, query_params=None, QUERY_STRING=query,
            headers={"accept-encoding": header, "accept-language": header, "if-none-match": header},
        )  # fmt: skip
        assert response.status_code < 500, (method, path, query)
        assert not (response.cookies and not base.startswith("/admin")), path


@pytest.mark.django_db
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(query=st.one_of(st.text(max_size=200), st.just("\0"), st.just("%_\\"), st.just("' OR 1=1 --")))
def test_no_question_makes_the_search_fail(reader, query):
    response = reader.get("/soeg/", {"q": query}, headers={"accept-encoding": ""})

    html = response.content.decode()
    shown = query.replace("\0", "")[:100].strip()
    assert response.status_code == 200
    assert f'value="{escape(shown)}"' in html


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", 'multipart/form-data; boundary="x"'])
@pytest.mark.parametrize("size", [MAX_UPLOAD, MAX_UPLOAD + 1, 9_000_000])
def test_a_visitor_may_send_a_megabyte_and_no_more(reader, kind, size):
    a_meeting("send", key=True)
    start = (
        b"question="
        if "urlencoded" in kind
        else b'--x\r\nContent-Disposition: form-data; name="a"; filename="b"\r\n\r\n'
    )
    end = b"" if "urlencoded" in kind else b"\r\n--x--\r\n"
    sent = start + b"x" * (size - len(start) - len(end)) + end

    response = reader.post("/stormoeder/send/tilmelding/", sent, content_type=kind, headers={"accept-encoding": ""})

    assert MAX_UPLOAD == 1_000_000
    assert response.status_code == (422 if size == MAX_UPLOAD else 400)
    assert ("Det forstod siden ikke" in response.content.decode()) == (size > MAX_UPLOAD)


@pytest.mark.parametrize("host", ["evil.example.org", "a b", ""])
def test_an_unknown_host_is_refused_with_a_page(reader, host):
    response = reader.get("/", headers={"host": host, "accept-encoding": ""})

    assert response.status_code == 400
    assert b"<h1>" in response.content
