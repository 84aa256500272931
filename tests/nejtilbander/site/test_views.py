"""The front page, and files for machines."""

import re
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from events.models import Event
from nejtilbander.background.models import Heartbeat
from nejtilbander.background.worker import run_tasks
from nejtilbander.i18n.languages import path_in_language
from nejtilbander.site import views
from tests.support.addresses import LANGUAGES, MACHINES


def html_of(response):
    return response.content.decode()


def test_the_front_page_has_the_message_two_ways_on_and_the_next_meeting(reader):
    html = html_of(reader.get("/"))

    assert "<h1>Odense siger <strong>NEJ TIL BANDER</strong></h1>" in html
    assert re.findall(r'class="button button-\w+" href="([^"]+)"', html) == ["/hjaelp/", "/udtalelse/"]
    doors = re.search(r'<nav class="doors".*?</nav>', html, re.DOTALL)[0]
    assert re.findall(r'href="([^"]+)"', doors) == [
        "/hjaelp/#bange", "/hjaelp/#under18", "/hjaelp/#butik", "/bekymret/", "/hjaelp/#tip", "/hjaelp/#ud",
        "/goer-noget/",
    ]  # fmt: skip
    next_one = Event.objects.upcoming().first()
    assert f'<h2 id="next-meeting"><a href="/stormoeder/{next_one.slug}/">' in html
    assert html.index("Vi forebygger") < html.index("Vi griber ind") < html.index("Vi står sammen")
    assert html.count('<li class="card">') == 6


def test_the_menu_has_six_places_and_search_and_marks_where_the_reader_is(reader):
    html = html_of(reader.get("/indsatser/"))

    menu = re.search(r'<nav aria-label="Menu">(.*?)</nav>', html, re.DOTALL)[1]
    assert re.findall(r'href="([^"]+)"( aria-current="page")?', menu) == [
        ("/udtalelse/", ""),
        ("/indsatser/", ' aria-current="page"'),
        ("/stormoeder/", ""),
        ("/hjaelp/", ""),
        ("/goer-noget/", ""),
        ("/hvem/", ""),
        ("/soeg/", ""),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_quick_exit_leads_away_and_lets_nothing_hold_the_browser_back(reader, language):
    """Not even us: the link is the neutral site's own address. Clearing a full cache would take seconds."""
    guide = reader.get(path_in_language("/hjaelp/", language), headers={"accept-encoding": ""}).content.decode()
    assert 'class="exit" href="https://www.dmi.dk/" rel="nofollow noreferrer"' in guide
    response = reader.get("/forlad" if language == "da" else f"/{language}/forlad")

    assert (response.status_code, response.headers["Location"]) == (303, "https://www.dmi.dk/")
    assert "Clear-Site-Data" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"


def test_was_leads_to_the_official_statement_and_until_it_exists_to_what_we_know(reader, settings):
    assert reader.get("/en/was").headers["Location"] == "/en/tilgaengelighed/"

    settings.WAS_URL = "https://was.digst.dk/example-dk"
    assert reader.get("/was").headers["Location"] == "https://was.digst.dk/example-dk"


@pytest.mark.parametrize("address", ["/anmeld", "/anmeld/"])
def test_anmeld_leads_to_the_guide(reader, address):
    assert reader.get(address).headers["Location"] == "/hjaelp/"
    assert reader.get(f"/tr{address}").headers["Location"] == "/tr/hjaelp/"


@pytest.mark.parametrize(("address", "content_type"), MACHINES.items())
def test_machines_get_what_they_ask_for(reader, address, content_type):
    response = reader.get(address)

    assert response.status_code == 200
    assert response.headers["Content-Type"] == content_type
    assert len(response.content) > 0


def test_health_says_no_when_the_database_does_not_answer(reader, monkeypatch):
    run_tasks()
    assert reader.get("/healthz").content == b"ok\n"

    def no_cursor(*args, **kwargs):
        raise DatabaseError

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", no_cursor)
        response = reader.get("/healthz")
    assert (response.status_code, response.content) == (503, b"database: no answer\n")


def test_a_worker_that_is_behind_is_told_of_and_only_its_own_address_turns_red(reader, monkeypatch):
    run_tasks()
    assert [reader.get(a).content for a in ("/healthz", "/healthz/worker")] == [b"ok\n", b"ok\n"]

    Heartbeat.objects.update(at=timezone.now() - timedelta(minutes=4))
    answers = [reader.get(address) for address in ("/healthz", "/healthz/worker")]
    assert [(a.status_code, a.content) for a in answers] == [
        (200, b"worker: not seen for a while\n"),
        (503, b"worker: not seen for a while\n"),
    ]

    def no_cursor(*args, **kwargs):
        raise DatabaseError

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", no_cursor)
        response = reader.get("/healthz/worker")
    assert (response.status_code, response.content) == (503, b"database: no answer\n")


def test_the_staff_process_answers_everything_else_with_one_line(rf, settings):
    settings.SITE_ROLE = "staff"
    response = views.nothing_here(rf.get("/udtalelse/"), "udtalelse/")

    assert (response.status_code, response.content.decode()) == (404, "Her er kun medarbejdernes side: /admin/\n")


def test_robots_are_kept_out_of_the_admin_and_the_search_and_shown_the_sitemap(reader):
    lines = reader.get("/robots.txt").content.decode().splitlines()

    assert lines[0] == "User-agent: *"
    assert {"Disallow: /admin/", "Disallow: /soeg/", "Disallow: /fa/soeg/"} <= set(lines)
    assert lines[-1] == "Sitemap: https://testserver/sitemap.xml"


def test_security_txt_says_whom_to_tell_and_does_not_expire_soon(reader):
    fields = dict(line.split(": ", 1) for line in reader.get("/.well-known/security.txt").content.decode().splitlines())

    assert fields["Contact"].startswith("https://")
    assert fields["Canonical"] == "https://testserver/.well-known/security.txt"
    assert timezone.datetime.fromisoformat(fields["Expires"]) > timezone.now() + timedelta(days=100)


def test_every_page_has_a_title_a_description_and_a_card_of_its_own(reader):
    seen = set()
    addresses = (
        "/", "/udtalelse/", "/indsatser/", "/hjaelp/", "/stormoeder/", "/stormoeder/tidligere/", "/aktuelt/", "/hvem/",
        "/privatliv/",
    )  # fmt: skip
    for address in addresses:
        html = html_of(reader.get(address))
        title = re.search(r"<title>(.*?)</title>", html)[1]
        description = re.search(r'<meta name="description" content="([^"]+)">', html)[1]
        image = re.search(r'<meta property="og:image" content="([^"]+)">', html)[1]
        assert image == f"https://testserver{address}kort.png"
        seen.add((title, description))
    assert len({title for title, _ in seen}) == len({text for _, text in seen}) == len(addresses)
