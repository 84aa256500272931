"""Pages that are made again: after a change, at a moment, while others read."""

import re
import threading

import brotli
import pytest
from django.utils import timezone

from events.signups.seats import set_capacity
from nejtilbander.caching import store, watcher
from nejtilbander.caching.store import page_store
from nejtilbander.publishing import actions
from pages.models import Initiative, Page, Statement
from tests.nejtilbander.caching.driver import KEPT, forgotten, publish
from tests.support.addresses import MACHINES
from tests.support.factories import a_meeting, a_page, a_working_copy, an_initiative
from tests.support.waiting import patience

pytestmark = pytest.mark.django_db


def test_the_thread_of_a_process_begins_once(settings, tmp_path):
    settings.DATA_DIR, started = tmp_path, threading.Semaphore(0)
    own = watcher.ChangeWatcher()
    own.run = started.release  # the thread's work; it would go on among other tests
    own.before_request()
    own.before_request()
    assert started.acquire(timeout=patience(6))
    assert not started.acquire(blocking=False)


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


def test_a_mistake_in_the_pulse_leaves_nobody_with_old_pages(server, monkeypatch, caplog):
    server.get("/hvem/")

    def stop(seconds):
        raise SystemExit

    monkeypatch.setattr(watcher, "close_old_connections", lambda: None)
    monkeypatch.setattr(watcher.time, "sleep", stop)
    monkeypatch.setattr(watcher, "sources", [watcher.Source(lambda: 1 / 0, actions.summaries)])
    server.heart.summary = []
    server.heart.is_wanted.set()
    with pytest.raises(SystemExit):
        server.heart.run()
    assert list(page_store) == []
    assert "ZeroDivisionError" in caplog.text


def test_machines_files_are_kept_and_forgotten_with_any_change(server):
    for path, media in MACHINES.items():
        assert server.get(path).headers["Content-Type"] == media
    assert {path for path in MACHINES if server.is_kept(path)} >= {"/aktuelt.atom", "/sitemap.xml"}
    publish(Initiative.objects.get(slug="klubhuse"), "Nye ord")()
    server.run()
    assert not server.is_kept("/sitemap.xml")


def test_a_meeting_that_ends_comes_among_the_past_ones_and_its_minutes_among_the_news(server, monkeypatch):
    now = timezone.now()
    a_meeting("slutter", days=-2 / 24, ends_at=now + timezone.timedelta(seconds=100), outcome_da="<p>Mere lys.</p>")
    server.run()
    server.run()
    before = [server.get(path).text for path in ("/stormoeder/tidligere/", "/aktuelt/")]
    assert [text.count("/stormoeder/slutter/#udbytte") for text in before] == [0, 0]

    monkeypatch.setattr(timezone, "now", lambda: now + timezone.timedelta(seconds=200))
    server.run()
    after = [server.get(path).text for path in ("/stormoeder/tidligere/", "/aktuelt/")]
    assert [text.count("/stormoeder/slutter/#udbytte") for text in after] == [1, 1]
