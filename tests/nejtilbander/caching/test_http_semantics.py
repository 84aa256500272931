"""Preconditions, encodings, HEAD and ranges at the WSGI application, compared with RFC 9110."""

import re

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nejtilbander.caching.preconditions import evaluate
from tests.nejtilbander.caching.driver import Server
from tests.support.addresses import ERRORS, MACHINES, NEUTRAL, PAGES, REDIRECTS, everywhere
from tests.support.http_semantics import Ask, faults, status

pytestmark = pytest.mark.django_db
PAST, FUTURE = "Tue, 01 Jan 2019 00:00:00 GMT", "Sat, 01 Jan 2050 00:00:00 GMT"
OWN, OWN_STRONG = "<own>", "<own, strong>"  # put in once the page's ETag is known
TAGS = st.lists(st.sampled_from([OWN, OWN_STRONG, '"anden"', 'W/"anden"', 'W/"a,b"', '""']), min_size=1, max_size=4)
LISTS = st.one_of(TAGS.map(", ".join), TAGS.map(",".join), st.sampled_from(["*", " * ", "vrøvl", ""]))
DATES = st.sampled_from([PAST, FUTURE, "<modified>", "i går"])
CODINGS = st.sampled_from(["br", "gzip", "x-gzip", "identity", "*", "zstd", "BR", "GZIP"])
WEIGHTS = st.sampled_from(["", "", ";q=0", ";q=0.0", ";q=1", "; q=0.5", ";Q=0.001", ";q=0.999", ";q=1.000"])
ACCEPTED = st.lists(st.tuples(CODINGS, WEIGHTS), max_size=4, unique_by=lambda pair: pair[0].lower()).map(
    lambda pairs: ", ".join(map("".join, pairs))
)
RANGES = st.sampled_from(["bytes=0-9", "bytes=-5", "bytes=0-0,2-3", "bytes=99999999-", "vrøvl"])
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "If-None-Match": LISTS, "If-Match": LISTS, "If-Modified-Since": DATES, "If-Unmodified-Since": DATES,
        "Accept-Encoding": ACCEPTED, "Range": RANGES, "If-Range": st.sampled_from([OWN, PAST]),
    },
)  # fmt: skip
ASKED = st.tuples(st.sampled_from(["GET", "HEAD"]), HEADERS)
ROUTES = [*everywhere(PAGES), *NEUTRAL, *ERRORS, *MACHINES, *REDIRECTS, "/admin/login/", "<static>"]
OFTEN = settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def ask_for(server, path, method, headers):
    return server.get(
        path, method, **{f"HTTP_{name.upper().replace('-', '_')}": text for name, text in headers.items()}
    )


def filled_in(headers, whole):
    etag = whole.headers.get("ETag", '"ingen"')
    own = {OWN_STRONG: etag.removeprefix("W/"), OWN: etag, "<modified>": whole.headers.get("Last-Modified", PAST)}
    return {name: re.sub(r"<[^>]*>", lambda found: own[found[0]], text) for name, text in headers.items()}


@pytest.fixture
def server_with_files(static_files, server):
    server.handler = Server().handler
    return server


@OFTEN
@given(path=st.sampled_from(ROUTES), asked=ASKED)
def test_every_route_answers_every_request_as_the_rfc_says(server_with_files, path, asked):
    path = staticfiles_storage.url("css/desk.css") if path == "<static>" else path
    whole = ask_for(server_with_files, path, "GET", {})
    method, headers = asked[0], filled_in(asked[1], whole)

    answer = ask_for(server_with_files, path, method, headers)

    assert faults(Ask(method, headers), answer, whole) == [], (path, method, headers)


TAGGED = st.sampled_from(['W/"a"', '"a"', 'W/"b"'])


@given(headers=HEADERS, etag=st.none() | TAGGED, modified=st.none() | st.sampled_from([PAST, FUTURE]))
def test_preconditions_are_weighed_in_the_order_of_the_rfc_for_any_validators(headers, etag, modified):
    known = {OWN: etag or '"a"', OWN_STRONG: '"a"', "<modified>": modified or PAST}
    headers = {name: re.sub(r"<[^>]*>", lambda found: known[found[0]], text) for name, text in headers.items()}
    environ = {f"HTTP_{name.upper().replace('-', '_')}": text for name, text in headers.items()}

    assert evaluate(environ, etag or "", modified or "") == status(Ask("GET", headers), etag, modified)


def test_head_has_the_headers_of_get_on_every_route(server_with_files):
    for path in [*PAGES, *NEUTRAL, *ERRORS, *MACHINES, *REDIRECTS]:
        if "tilmelding" in path or path in {"/metrics"}:
            continue  # a form is another one each time
        get, head = (server_with_files.get(path, method, HTTP_ACCEPT_ENCODING="br") for method in ("GET", "HEAD"))
        assert (head.status, head.body) == (get.status, b""), path
        assert head.headers == get.headers, path


@pytest.mark.parametrize("path", ["/aktuelt.atom", "/sitemap.xml", "/stormoeder/kalender.ics", "/aktuelt/"])
def test_whoever_had_a_withdrawn_text_is_not_told_that_nothing_has_changed(server, path):
    """The latest date stands still when another text goes: once that decided, and hid the change for ever."""
    before = server.get(path)
    had = {"HTTP_IF_NONE_MATCH": '"en anden"', "HTTP_IF_MODIFIED_SINCE": FUTURE}

    assert "Last-Modified" not in before.headers
    assert server.get(path, **had).status == 200
    assert server.get(path, HTTP_IF_NONE_MATCH=before.headers["ETag"], HTTP_IF_MODIFIED_SINCE=PAST).status == 304
