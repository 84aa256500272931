"""Finished pages at the door: right for every browser, forgotten when they change, at hand when all else fails."""

import gzip
import io
import json
import re
import time
from contextlib import ExitStack

import brotli
import pytest
from django.core import signals
from django.core.handlers.wsgi import WSGIHandler
from django.db import DatabaseError, OperationalError, close_old_connections, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from events.signups.seats import set_capacity
from nejtilbander.caching import middleware, snapshot, store, watcher
from nejtilbander.caching.models import Count
from nejtilbander.caching.store import page_store, store_state
from nejtilbander.caching.wsgi import PageCacheApplication
from nejtilbander.publishing import actions
from pages.models import Initiative, Page, Statement
from tests.support.addresses import MACHINES, PAGES, everywhere
from tests.support.factories import a_meeting, a_page, a_working_copy, an_initiative

pytestmark = pytest.mark.django_db
HOST = "nej.example.dk"
PLAIN, PACKED = "", "br, gzip"


class Server:
    """A server with the door in front: asks as a browser would, and tells whether Django woke."""

    def __init__(self):
        self.woken = 0
        self.handler = WSGIHandler()
        self.door = PageCacheApplication(self.django, self.ensure_running)
        self.heart = watcher.ChangeWatcher()

    def ensure_running(self):
        pass

    def django(self, environ, start_response):
        self.woken += 1
        return self.handler(environ, start_response)

    def get(self, path, method="GET", host=HOST, scheme="https", **headers):
        path, _, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": host, "SERVER_NAME": host,
            "SERVER_PORT": "443", "wsgi.url_scheme": scheme, "wsgi.input": io.BytesIO(), "REMOTE_ADDR": "127.0.0.1",
            "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.errors": io.StringIO(),
        } | headers  # fmt: skip
        began = []
        answer = self.door(environ, lambda status, headers, *_: began.append((int(status[:3]), dict(headers))))
        body = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        return Answer(*began[0], body)

    def is_kept(self, path):
        """Whether the page comes without waking Django."""
        before = self.woken
        self.get(path)
        return self.woken == before

    def run(self):
        """A second passes."""
        self.heart.poll()


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self):
        unpack = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}
        return unpack[self.headers.get("Content-Encoding", "")](self.body).decode()


@pytest.fixture
def server(settings, monkeypatch, tmp_path):
    settings.SITE_URL, settings.ALLOWED_HOSTS, settings.DATA_DIR = f"https://{HOST}", [HOST], tmp_path
    settings.HTTPS = settings.SECURE_SSL_REDIRECT = True
    monkeypatch.setattr(store_state, "is_enabled", False)
    monkeypatch.setattr(store_state, "is_database_up", True)
    page_store.clear()
    ends = (signals.request_started, signals.request_finished)
    for end in ends:
        end.disconnect(close_old_connections)  # the test's own transaction lives in the connection
    server = Server()
    server.run()
    server.run()
    yield server
    page_store.clear()
    for end in ends:
        end.connect(close_old_connections)


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


def test_behind_a_proxy_it_says_what_scheme_the_reader_has(server, settings):
    settings.BEHIND_PROXY, settings.SECURE_PROXY_SSL_HEADER = True, ("HTTP_X_FORWARDED_PROTO", "https")
    server.door = PageCacheApplication(server.django, server.ensure_running)  # it is told once, when it is made
    server.get("/hvem/", scheme="http", HTTP_X_FORWARDED_PROTO="https")
    assert server.get("/hvem/", scheme="http", HTTP_X_FORWARDED_PROTO="https").status == 200
    assert server.woken == 1
    assert server.get("/hvem/", scheme="http", HTTP_X_FORWARDED_PROTO="http").status == 301


def test_ten_thousand_questions_and_wrong_addresses_fill_nothing(server):
    server.get("/hvem/")
    woken = server.woken
    for number in range(300):
        assert server.get(f"/hvem/?fbclid={number}").status == 200
    assert server.woken == woken, "a question the page does not know changes nothing"
    for number in range(100):
        server.get(f"/findes-ikke-{number}/")
    assert list(page_store) == ["/hvem/"]


def test_a_question_that_makes_another_page_is_answered_by_django(server):
    server.get("/indsatser/")
    whole, half = (server.get(path).text.count("<h2>") for path in ("/indsatser/", "/indsatser/?niveau=forebyggende"))
    assert whole > half
    assert server.get("/indsatser/?niveau=vroevl").text == server.get("/indsatser/").text


def test_no_more_pages_are_kept_than_there_is_room_for(server, monkeypatch):
    monkeypatch.setattr(store, "MAX_PAGES", 3)
    for path in ("/", "/hvem/", "/indsatser/", "/udtalelse/"):
        server.get(path)
    assert list(page_store) == ["/hvem/", "/indsatser/", "/udtalelse/"]


KEPT = [
    "/", "/hvem/", "/hjaelp/", "/udtalelse/", "/indsatser/", "/indsatser/klubhuse/", "/indsatser/al-capone-modellen/",
    "/stormoeder/", "/stormoeder/naboskab/", "/stormoeder/frivillige/", "/ar/indsatser/klubhuse/", "/aktuelt.atom",
]  # fmt: skip


def forgotten(server, change):
    """Which of the kept pages are made again after `change` and a second."""
    for path in KEPT:
        server.get(path)
    change()
    server.run()
    found = {path for path in KEPT if page_store[path].is_stale}
    server.run()
    return found


def publish(obj, title):
    return lambda: actions.publish(obj, a_working_copy(obj, title))


def test_publishing_forgets_the_pages_that_show_it_and_no_others(server):
    klubhuse = Initiative.objects.get(slug="klubhuse")
    shows_it = {"/", "/indsatser/", "/indsatser/klubhuse/", "/ar/indsatser/klubhuse/", "/aktuelt.atom"}

    assert forgotten(server, publish(klubhuse, "Nye ord")) == shows_it
    assert "Nye ord" in server.get("/indsatser/klubhuse/").text
    assert forgotten(server, publish(Page.objects.get(slug="hvem"), "Vi")) == {
        "/hvem/", "/stormoeder/", "/aktuelt.atom"  # the meetings' opening words are a page too
    }  # fmt: skip
    assert forgotten(server, lambda: None) == set()
    assert "/hvem/" in forgotten(server, an_initiative), "the lists have changed: menus and lists may too"


def test_a_statement_put_in_force_takes_over(server):
    other = Statement.objects.get(is_current=True)
    old = server.get("/udtalelse/").text
    publish(other, "Et andet ord")()
    other.put_in_force()
    server.run()
    assert server.get("/udtalelse/").text != old


def test_a_meeting_that_fills_is_shown_so_without_anybody_writing_a_word(server):
    meeting = a_meeting("fyldt", days=1, capacity=100)
    server.run()
    server.run()
    assert "Ledige pladser" in server.get("/stormoeder/fyldt/").text

    found = forgotten(server, lambda: set_capacity(meeting, 0))
    assert found >= {"/", "/stormoeder/"}
    assert not found & {"/hvem/", "/hjaelp/", "/stormoeder/naboskab/"}
    assert "Venteliste" in server.get("/stormoeder/fyldt/").text


def test_time_publishes_withdraws_and_begins_a_new_day(server, monkeypatch):
    now = timezone.now()
    a_page("snart", public_from=now + timezone.timedelta(seconds=100))
    a_page("slut", public_until=now + timezone.timedelta(seconds=100))
    server.run()
    assert (server.get("/snart/").status, server.get("/slut/").status) == (404, 200)

    monkeypatch.setattr(timezone, "now", lambda: now + timezone.timedelta(seconds=101))
    server.run()
    assert (server.get("/snart/").status, server.get("/slut/").status) == (200, 410)

    later = now + timezone.timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert forgotten(server, lambda: None) == set(KEPT)


def test_a_plan_takes_over_on_time_though_no_reader_wakes_django(server, monkeypatch):
    page, now = a_page(), timezone.now()
    actions.publish(page, a_working_copy(page), now + timezone.timedelta(seconds=100))
    server.get("/proeve/")

    monkeypatch.setattr(timezone, "now", lambda: now + timezone.timedelta(seconds=50))
    server.run()
    server.get("/proeve/")
    assert not server.is_kept("/proeve/"), "a browser is told to come back sooner every second"
    assert int(re.search(r"max-age=(\d+)", server.get("/proeve/").headers["Cache-Control"])[1]) <= 51

    monkeypatch.setattr(timezone, "now", lambda: now + timezone.timedelta(seconds=101))
    server.run()
    assert "<h1>Nyt</h1>" in server.get("/proeve/").text


def test_a_page_read_before_a_change_and_packed_after_it_is_not_kept(server, monkeypatch):
    once = []
    compress = brotli.compress

    def slowly(body, **how):
        if not once:
            once.append(1)
            store.mark_stale()
        return compress(body, **how)

    monkeypatch.setattr(store.brotli, "compress", slowly)
    server.get("/hvem/")
    assert not page_store["/hvem/"].is_stale or not server.is_kept("/hvem/")
    assert server.is_kept("/hvem/")


def test_while_one_makes_a_page_again_the_others_get_the_old_one(server):
    old = server.get("/hvem/").text
    publish(Page.objects.get(slug="hvem"), "Helt nye ord")()
    server.run()
    meanwhile = []
    handler = server.handler

    def slow(environ, start_response):
        if not meanwhile:
            meanwhile.append("asked")
            meanwhile.append(server.get("/hvem/").text)
        return handler(environ, start_response)

    server.handler = slow
    assert "Helt nye ord" in server.get("/hvem/").text
    assert meanwhile[1] == old


def test_a_draft_that_staff_look_at_is_kept_for_nobody(server, staff):
    page = a_page(public_from=None)
    cookie = f"sessionid={staff.cookies['sessionid'].value}"
    path = f"/admin/pages/page/{page.pk}/se/da/side/"

    assert "<h1>Prøve</h1>" in server.get(path, HTTP_COOKIE=cookie).text
    assert server.get(path).status == 302
    assert list(page_store) == []


@pytest.fixture
def is_away():
    """Call it, and the database does not answer any more; call it with False, and it does."""
    with ExitStack() as stack:

        def refuse(*given, **more):
            raise DatabaseError("no answer")

        def leave(is_away=True):
            return stack.enter_context(connection.execute_wrapper(refuse)) if is_away else stack.close()

        yield leave


def test_a_forgotten_page_is_handed_out_when_it_cannot_be_made_again_but_not_for_ever(server, is_away, monkeypatch):
    old = server.get("/hvem/").text
    store.mark_stale()
    is_away()

    answer = server.get("/hvem/?x=1", HTTP_ACCEPT_ENCODING=PACKED)
    assert (answer.status, answer.text) == (200, old)
    woken = server.woken
    store_state.is_database_up = False  # the pulse has noticed
    assert server.get("/hvem/").text == old
    assert server.woken == woken, "nobody waits for a database that is known to be away"

    monkeypatch.setattr(store_state, "database_seen_at", store_state.database_seen_at - store.MAX_STALE_AGE - 1)
    assert server.get("/hvem/").status >= 500


def test_the_pulse_notices_that_the_database_left_and_came_back(server, is_away, monkeypatch, caplog):
    beats = []

    def sleep(seconds):
        beats.append(store_state.is_database_up)
        if len(beats) == 2:
            is_away(is_away=False)
        if len(beats) > 2:
            raise SystemExit

    monkeypatch.setattr(connection, "close", lambda: None)
    monkeypatch.setattr(watcher, "close_old_connections", lambda: None)
    monkeypatch.setattr(watcher.time, "sleep", sleep)
    is_away()
    with pytest.raises(SystemExit):
        server.heart.run()

    assert beats == [False, False, True]
    assert caplog.text.count("The database does not answer") == 1


def test_a_process_that_starts_while_the_database_is_away_has_what_another_kept(server, is_away):
    old = server.get("/ar/hvem/").text
    snapshot.save()
    page_store.clear()
    snapshot.load()
    is_away()

    assert server.get("/ar/hvem/").text == old
    assert server.get("/hvem/").status >= 500


def test_what_is_withdrawn_is_not_brought_back_by_an_emergency(server, is_away):
    page = a_page()
    server.get("/proeve/")
    actions.withdraw(page, {"da": "Den var forkert."})
    server.run()
    snapshot.save()
    is_away()

    assert server.get("/proeve/").status >= 500
    page_store.clear()
    snapshot.load()
    assert "/proeve/" not in page_store


def test_a_mistake_in_the_pulse_leaves_nobody_with_old_pages(server, monkeypatch, caplog):
    server.get("/hvem/")

    def stop(seconds):
        raise SystemExit

    monkeypatch.setattr(watcher, "close_old_connections", lambda: None)
    monkeypatch.setattr(watcher.time, "sleep", stop)
    monkeypatch.setattr(watcher, "sources", [lambda: 1 / 0])
    with pytest.raises(SystemExit):
        server.heart.run()
    assert list(page_store) == []
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize("harm", ["", "{", "[]", '{"pages": 3}', json.dumps({"well_at": "x", "pages": []})])
def test_a_file_of_kept_pages_that_is_broken_is_no_file(server, tmp_path, harm):
    (tmp_path / "kept-pages.json").write_text(harm)
    snapshot.load()
    assert list(page_store) == []


def test_a_disk_that_cannot_be_written_to_is_no_fault(server, settings, tmp_path):
    settings.DATA_DIR = tmp_path / "nowhere"
    snapshot.save()
    server.get("/hvem/")
    snapshot.save()
    assert server.is_kept("/hvem/")
    assert not settings.DATA_DIR.exists()


def test_what_each_process_counts_is_added_up_every_quarter_of_a_minute(server, is_away, monkeypatch):
    before = dict(store.request_counts)
    server.get("/hvem/")
    server.get("/hvem/")
    store.mark_stale()
    store_state.is_database_up = False
    server.get("/hvem/")
    store_state.is_database_up = True
    is_away()
    server.get("/hvem/")
    is_away(is_away=False)
    server.get("/findes-ikke/")
    mine = {name: number - before[name] for name, number in store.request_counts.items()}
    assert mine == {"kept": 1, "old": 1, "django": 3, "made": 1, "rescued": 1}

    server.heart.flushed_at = time.monotonic()
    server.run()
    assert not Count.objects.exists(), "not yet"
    processes = [server.heart, watcher.ChangeWatcher()]
    for heart in processes:
        heart.flushed, heart.flushed_at = before, 0
        heart.poll()
        heart.flushed_at = 0
        heart.poll()
    assert dict(Count.objects.values_list("name", "value")) == {name: 2 * number for name, number in mine.items()}


def test_counts_that_cannot_be_written_wait_and_the_pages_do_not(server):
    def full(execute, sql, *given):
        if sql.startswith("INSERT"):
            raise OperationalError("database or disk is full")
        return execute(sql, *given)

    server.heart.flushed_at = 0
    with connection.execute_wrapper(full):
        server.run()
    assert (server.heart.flushed, server.heart.flushed_at > 0) == ({}, True)
    server.heart.flushed_at = 0
    server.run()
    assert Count.objects.get(name="django").value == store.request_counts["django"]


def test_machines_files_are_kept_and_forgotten_with_any_change(server):
    for path, media in MACHINES.items():
        assert server.get(path).headers["Content-Type"] == media
    assert {path for path in MACHINES if server.is_kept(path)} >= {"/aktuelt.atom", "/sitemap.xml"}
    publish(Initiative.objects.get(slug="klubhuse"), "Nye ord")()
    server.run()
    assert not server.is_kept("/sitemap.xml")
