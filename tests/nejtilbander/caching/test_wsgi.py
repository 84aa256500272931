"""Finished pages in front of Django: right for every browser, every host, every question."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nejtilbander.caching import middleware, store
from nejtilbander.caching.store import page_store, store_state
from nejtilbander.caching.wsgi import PageCacheApplication
from tests.nejtilbander.caching.driver import HOST, PACKED, PLAIN
from tests.support.addresses import PAGES, everywhere
from tests.support.factories import a_page

pytestmark = pytest.mark.django_db


def test_a_page_is_made_once_and_then_handed_out_without_django_or_the_database(server):
    first = server.get("/indsatser/klubhuse/", HTTP_ACCEPT_ENCODING=PACKED)
    with CaptureQueriesContext(connection) as asked:
        second = server.get("/indsatser/klubhuse/", HTTP_ACCEPT_ENCODING=PACKED)

    assert (first.status, first.headers, first.body) == (second.status, second.headers, second.body)
    assert (server.woken, len(asked)) == (1, 0)


@pytest.mark.walk
def test_what_comes_from_the_door_is_what_django_says_in_every_language_and_packing(server):
    for path in everywhere([page for page in PAGES if "?" not in page]):
        asked = {}
        for packing in (PLAIN, "gzip", PACKED):
            store_state.is_enabled = False
            asked[packing] = server.get(path, HTTP_ACCEPT_ENCODING=packing, host=HOST)
        store_state.is_enabled = True
        for packing, before in asked.items():
            for _ in range(2):
                after = server.get(path, HTTP_ACCEPT_ENCODING=packing)
                assert (after.status, after.headers.get("Content-Encoding")) == (
                    before.status, before.headers.get("Content-Encoding")
                ), path  # fmt: skip
                if "tilmelding" not in path and "/soeg/" not in path:
                    assert after.text == before.text, path
                own = {"ETag", "Content-Length", "Content-Security-Policy"}
                assert {k: v for k, v in after.headers.items() if k not in own} == {
                    k: v for k, v in before.headers.items() if k not in own
                }, path


def test_the_guide_is_kept_here_and_in_no_browser(server):
    assert server.get("/hjaelp/").headers["Cache-Control"] == "no-store"
    assert server.is_kept("/hjaelp/")


def test_a_browser_that_has_the_page_is_told_so_whether_it_is_kept_or_not(server):
    etag = server.get("/hvem/").headers["ETag"]
    again = server.get("/hvem/", HTTP_IF_NONE_MATCH=f'W/"x", {etag}')
    assert (again.status, again.body, again.headers["ETag"]) == (304, b"", etag)

    store.mark_stale()
    again = server.get("/hvem/", HTTP_IF_NONE_MATCH=etag)
    assert (again.status, again.body, again.headers["ETag"]) == (304, b"", etag)
    assert server.is_kept("/hvem/"), "it was made whole for the next"
    assert server.get("/hvem/", HTTP_IF_NONE_MATCH='"another"').status == 200


def test_an_answer_that_is_not_kept_can_still_be_unchanged(server):
    a_page("proeve", body_da="x" * middleware.MAX_BODY)
    answer = server.get("/proeve/")
    assert not server.is_kept("/proeve/")
    assert server.get("/proeve/", HTTP_IF_NONE_MATCH=answer.headers["ETag"]).status == 304


@pytest.mark.parametrize("path", ["/hvem/", "/findes-ikke/"])
def test_head_has_the_headers_and_no_body_kept_or_not(server, path):
    whole = server.get(path)
    for _ in range(2):
        head = server.get(path, "HEAD")
        assert (head.status, head.body) == (whole.status, b"")
        assert head.headers["Content-Length"] == str(len(whole.body))


@pytest.mark.parametrize(
    "path",
    [
        "/soeg/", "/soeg/?q=politi", "/findes-ikke/", "/forlad", "/healthz", "/readyz", "/admin/", "/admin/login/",
        "/min-tilmelding/x/", "/indsatser/?niveau=forebyggende", "/stormoeder/naboskab/tilmelding/",
    ],
)  # fmt: skip
def test_what_is_one_persons_or_no_page_is_never_kept(server, path):
    server.get(path)
    assert not server.is_kept(path)
    assert page_store.keys() <= {"/indsatser/"}


def test_another_host_another_scheme_and_a_post_go_to_django(server):
    server.get("/hvem/")
    woken = server.woken
    assert server.get("/hvem/", host="ond.example.org").status == 400
    assert server.get("/hvem/", scheme="http").status == 301
    assert server.get("/hvem/", "POST").status == 405
    assert server.woken == woken + 3
    assert list(page_store) == ["/hvem/"]


def test_a_page_under_a_foreign_script_name_is_neither_kept_nor_served(server):
    poisoned = server.get("/hvem/", SCRIPT_NAME="/ond")
    assert 'href="/ond/' in poisoned.text
    assert list(page_store) == []

    clean = server.get("/hvem/")
    assert "/ond/" not in clean.text
    assert server.get("/hvem/", SCRIPT_NAME="/ond").text == poisoned.text


def test_behind_a_proxy_it_says_what_scheme_the_reader_has(server, settings):
    settings.BEHIND_PROXY, settings.SECURE_PROXY_SSL_HEADER = True, ("HTTP_X_FORWARDED_PROTO", "https")
    server.door = PageCacheApplication(server.django, server.before_request)  # it is told once, when it is made
    server.get("/hvem/", scheme="http", HTTP_X_FORWARDED_PROTO="https")
    assert server.get("/hvem/", scheme="http", HTTP_X_FORWARDED_PROTO="https").status == 200
    assert server.woken == 1
    assert server.get("/hvem/", scheme="http", HTTP_X_FORWARDED_PROTO="http").status == 301


def test_a_question_that_makes_another_page_is_answered_by_django(server):
    server.get("/indsatser/")
    whole, half = (server.get(path).text.count("<h2>") for path in ("/indsatser/", "/indsatser/?niveau=forebyggende"))
    assert whole > half
    assert server.get("/indsatser/?niveau=vroevl").text == server.get("/indsatser/").text
