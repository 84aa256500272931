"""The change watcher: a change makes the pages that show it anew, and no others."""

import re
import time

import brotli
import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from events.signups.seats import set_capacity
from nejtilbander.caching import store, watcher
from nejtilbander.caching.compression import compress_best
from nejtilbander.caching.models import Count
from nejtilbander.caching.store import page_store, store_state
from nejtilbander.publishing import actions
from pages.models import Initiative, Page, Statement
from tests.addresses import MACHINES
from tests.make import a_meeting, a_page, an_initiative
from tests.nejtilbander.publishing.test_plans import changed

pytestmark = pytest.mark.django_db
KEPT = [
    "/", "/hvem/", "/hjaelp/", "/udtalelse/", "/indsatser/", "/indsatser/klubhuse/", "/indsatser/al-capone-modellen/",
    "/stormoeder/", "/stormoeder/naboskab/", "/stormoeder/frivillige/", "/ar/indsatser/klubhuse/", "/aktuelt.atom",
]  # fmt: skip


def forgotten(server, change):
    """The pages in KEPT that are stale after `change` and a poll."""
    for path in KEPT:
        server.get(path)
    change()
    server.poll()
    found = {path for path in KEPT if page_store[path].is_stale}
    server.poll()
    return found


def publish(obj, title):
    return lambda: actions.publish(obj, changed(obj, title))


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
    server.poll()
    assert server.get("/udtalelse/").text != old


def test_a_meeting_that_fills_is_shown_so_without_anybody_writing_a_word(server):
    meeting = a_meeting("fyldt", days=1, capacity=100)
    server.poll()
    server.poll()
    assert "Ledige pladser" in server.get("/stormoeder/fyldt/").text

    found = forgotten(server, lambda: set_capacity(meeting, 0))
    assert found >= {"/", "/stormoeder/"}
    assert not found & {"/hvem/", "/hjaelp/", "/stormoeder/naboskab/"}
    assert "Venteliste" in server.get("/stormoeder/fyldt/").text


def test_time_publishes_withdraws_and_begins_a_new_day(server, monkeypatch):
    now = timezone.now()
    a_page("snart", public_from=now + timezone.timedelta(seconds=100))
    a_page("slut", public_until=now + timezone.timedelta(seconds=100))
    server.poll()
    assert (server.get("/snart/").status, server.get("/slut/").status) == (404, 200)

    monkeypatch.setattr(timezone, "now", lambda: now + timezone.timedelta(seconds=101))
    server.poll()
    assert (server.get("/snart/").status, server.get("/slut/").status) == (200, 410)

    later = now + timezone.timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert forgotten(server, lambda: None) == set(KEPT)


def test_a_plan_takes_over_on_time_though_no_reader_wakes_django(server, monkeypatch):
    page, now = a_page(), timezone.now()
    actions.publish(page, changed(page), now + timezone.timedelta(seconds=100))
    server.get("/proeve/")

    monkeypatch.setattr(timezone, "now", lambda: now + timezone.timedelta(seconds=50))
    server.poll()
    server.get("/proeve/")
    assert not server.is_kept("/proeve/"), "a browser is told to come back sooner every second"
    assert int(re.search(r"max-age=(\d+)", server.get("/proeve/").headers["Cache-Control"])[1]) <= 51

    monkeypatch.setattr(timezone, "now", lambda: now + timezone.timedelta(seconds=101))
    server.poll()
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
    compress_best.cache_clear()
    server.get("/hvem/")
    assert page_store["/hvem/"].is_stale
    assert not server.is_kept("/hvem/")
    assert server.is_kept("/hvem/")


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

    server.watcher.flushed_at = time.monotonic()
    server.poll()
    assert not Count.objects.exists(), "not yet"
    processes = [server.watcher, watcher.ChangeWatcher()]
    for process in processes:
        process.flushed, process.flushed_at = before, 0
        process.poll()
        process.flushed_at = 0
        process.poll()
    assert dict(Count.objects.values_list("name", "value")) == {name: 2 * number for name, number in mine.items()}


def test_counts_that_cannot_be_written_wait_and_the_pages_do_not(server):
    def full(execute, sql, *given):
        if sql.startswith("INSERT"):
            raise OperationalError("database or disk is full")
        return execute(sql, *given)

    server.watcher.flushed_at = 0
    with connection.execute_wrapper(full):
        server.poll()
    assert (server.watcher.flushed, server.watcher.flushed_at > 0) == ({}, True)
    server.watcher.flushed_at = 0
    server.poll()
    assert Count.objects.get(name="django").value == store.request_counts["django"]


def test_machines_files_are_kept_and_forgotten_with_any_change(server):
    for path, media in MACHINES.items():
        assert server.get(path).headers["Content-Type"] == media
    assert {path for path in MACHINES if server.is_kept(path)} >= {"/aktuelt.atom", "/sitemap.xml"}
    publish(Initiative.objects.get(slug="klubhuse"), "Nye ord")()
    server.poll()
    assert not server.is_kept("/sitemap.xml")
