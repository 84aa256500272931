"""The size of a page, and its compression."""

import gzip
import re

import brotli
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nejtilbander.caching.compression import append_uncompressed, compress_prefix, negotiate_encoding
from tests.support.addresses import PAGES, everywhere
from tests.support.page_budget import FLIGHT, LIMIT

pytestmark = pytest.mark.walk


@pytest.mark.parametrize("address", everywhere(PAGES))
def test_every_page_in_every_language_fits_the_budget_and_asks_the_database_little(reader, address):
    reader.get("/soeg/")  # what is asked once a second, whoever asks: notices, and texts that are due
    reader.get("/was")
    with CaptureQueriesContext(connection) as queries:
        response = reader.get(address, headers={"accept-encoding": "gzip, br"})

    assert response.status_code == 200
    assert response.headers["Content-Encoding"] == "br"
    assert len(response.content) <= LIMIT
    assert len(response.content) + len(str(response.headers)) <= FLIGHT
    assert int(response.headers["Content-Length"]) == len(response.content)
    assert len(queries) <= 4


def test_the_same_page_comes_plain_gzipped_or_with_brotli_as_the_browser_asks(reader):
    plain = reader.get("/", headers={"accept-encoding": ""})
    gzipped = reader.get("/", headers={"accept-encoding": "gzip;q=0.5"})
    brotlied = reader.get("/", headers={"accept-encoding": "br, gzip"})
    refused = reader.get("/", headers={"accept-encoding": "br;q=0, gzip;q=0"})

    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(gzipped.content) == plain.content
    assert brotli.decompress(brotlied.content) == plain.content
    assert refused.content == plain.content
    assert {r.headers["Vary"] for r in (plain, gzipped, brotlied)} == {"Accept-Encoding"}
    assert all(int(r.headers["Content-Length"]) == len(r.content) for r in (plain, gzipped, brotlied, refused))


@pytest.mark.parametrize("size", [1, 2, 255, 256, 65_535, 65_536])
def test_a_kept_beginning_and_what_follows_it_are_one_brotli_stream(size):
    beginning, rest = b"<p>Vi siger nej.</p>" * 50, bytes(n % 251 for n in range(size))

    assert brotli.decompress(compress_prefix(beginning) + append_uncompressed(rest)) == beginning + rest


def test_the_form_is_packed_with_a_ticket_of_its_own_each_time(reader):
    address = "/stormoeder/trygge-butikker/tilmelding/"
    first, second = (brotli.decompress(reader.get(address, headers={"accept-encoding": "br"}).content) for _ in "ab")
    plain = reader.get(address, headers={"accept-encoding": ""}).content

    tickets = [re.search(rb'name="ticket" value="([^"]+)"', html)[1] for html in (first, second, plain)]
    assert len(set(tickets)) == 3
    bare = {html.replace(ticket, b"") for html, ticket in zip((first, second, plain), tickets, strict=True)}
    assert len(bare) == 1


def test_a_browser_that_has_the_page_already_gets_no_body(reader):
    first = reader.get("/", headers={"accept-encoding": "br"})

    again = reader.get("/", headers={"accept-encoding": "br", "if-none-match": first.headers["ETag"]})

    assert (again.status_code, again.content) == (304, b"")


def test_staff_pages_are_never_compressed(reader, static_files):
    assert "Content-Encoding" not in reader.get("/admin/login/", headers={"accept-encoding": "br"}).headers


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        ("", ""), ("br", "br"), ("gzip, deflate, br", "br"), ("gzip, deflate, br;q=0.9", "gzip"), ("x-gzip", "gzip"),
        ("br;q=0, gzip", "gzip"), ("BR ; Q=0.000, identity", ""), ("br;q=0.2, identity", ""), ("*", ""),
        ("identity;q=0, *", "br"), ("*;q=0, gzip;q=0.001", "gzip"), ("br;q=høj", ""), ("br;q=0,gzip;q=0", ""),
    ],
)  # fmt: skip
def test_a_browser_gets_the_encoding_it_likes_best(header, encoding):
    assert negotiate_encoding(header) == encoding
