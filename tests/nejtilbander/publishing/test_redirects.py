"""Redirects from old addresses: in the reader's language, in one step, without loops."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nejtilbander.publishing.models import Redirect
from nejtilbander.publishing.redirects import add_redirect, redirect_target
from nejtilbander.web.security_headers import GONE_CACHE_CONTROL
from tests.support.factories import a_meeting, a_page, an_initiative

pytestmark = pytest.mark.django_db
PLAIN = {"accept-encoding": ""}


def moves():
    return dict(Redirect.objects.values_list("old_path", "new_path"))


def test_what_was_moved_twice_leads_straight_to_where_it_is():
    add_redirect("/a/", "/b/")
    add_redirect("/b/", "/c/")

    assert moves() == {"/a/": "/c/", "/b/": "/c/"}
    assert (redirect_target("/a/"), redirect_target("/c/")) == ("/c/", None)


def test_a_path_that_is_used_again_is_nobodys_old_one():
    add_redirect("/a/", "/b/")
    add_redirect("/b/", "/a/")

    assert moves() == {"/b/": "/a/"}


def test_a_path_that_is_moved_again_leads_to_the_newest_place():
    add_redirect("/a/", "/b/")
    add_redirect("/a/", "/d/")

    assert moves() == {"/a/": "/d/"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/a/", "/a/"), ("/en/a/", "/b/"), ("/a/", "/ar/b/"), ("a", "/b/"), ("/a/", "b"), ("/a/", "//example.org/"),
        ("/a/", "/\\example.org/"), ("/a/", "https://example.org/"), ("/a/?x=1", "/b/"), ("/a/", "/b/#c"), ("", ""),
    ],
)  # fmt: skip
def test_only_two_different_danish_paths_of_this_site_are_remembered(old, new):
    add_redirect(old, new)

    assert moves() == {}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.tuples(*[st.sampled_from(["/a/", "/b/", "/c/", "/d/"])] * 2), max_size=12))
def test_no_order_of_moves_makes_a_chain_or_a_circle(steps):
    Redirect.objects.all().delete()

    for old, new in steps:
        add_redirect(old, new)

    found = moves()
    assert not set(found) & set(found.values())
    if steps and steps[-1][0] != steps[-1][1]:
        assert found[steps[-1][0]] == steps[-1][1]


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("/indsatser/gammel/", "/indsatser/proeve/"),
        ("/ar/indsatser/gammel/", "/ar/indsatser/proeve/"),
        ("/fa/indsatser/gammel/?fra=plakat&x=%C3%A6", "/fa/indsatser/proeve/?fra=plakat&x=%C3%A6"),
    ],
)
def test_readers_of_the_old_address_are_sent_on_in_their_own_language(reader, asked, answer):
    an_initiative()
    add_redirect("/indsatser/gammel/", "/indsatser/proeve/")

    response = reader.get(asked)

    assert (response.status_code, response.headers["Location"]) == (302, answer)
    assert response.headers["Cache-Control"] == GONE_CACHE_CONTROL
    assert reader.get(answer).status_code == 200
    assert reader.head(asked).status_code == 302


def test_a_meeting_takes_what_stands_under_it_along(reader):
    a_meeting("ny")
    add_redirect("/stormoeder/gammel/", "/stormoeder/ny/")

    for tail in ("tilmelding/", "kalender.ics", "kort.png", "kvittering/"):
        address = reader.get(f"/ar/stormoeder/gammel/{tail}").headers.get("Location")
        assert address == f"/ar/stormoeder/ny/{tail}"
    assert redirect_target("/stormoeder/gammel/x/y/") is None
    assert redirect_target("/") is None


def test_an_address_that_was_never_a_route_can_lead_on_too(reader):
    add_redirect("/gammel/avis.html", "/hvem/")

    assert reader.get("/gammel/avis.html").headers["Location"] == "/hvem/"


@pytest.mark.parametrize("old", ["/gammel/avis/", "/tidligere/blåbær/", "/قديم/صفحة/"])
def test_an_old_address_leads_on_without_the_slash_at_its_end_too(reader, old):
    add_redirect(old, "/hvem/")

    assert reader.get(old).headers["Location"] == "/hvem/"
    assert reader.get(old.rstrip("/")).headers["Location"] == "/hvem/"
    assert reader.get(f"/ar{old.rstrip('/')}").headers["Location"] == "/ar/hvem/"


def test_an_address_is_the_same_whether_its_letters_come_whole_or_in_parts(reader):
    add_redirect("/tidligere/blåbær/", "/hvem/")

    assert reader.get("/tidligere/bla\u030abær/").headers["Location"] == "/hvem/"


def test_a_page_that_lives_is_shown_whatever_was_there_before(reader):
    a_page()
    add_redirect("/proeve/", "/hvem/")

    assert reader.get("/proeve/").status_code == 200


def test_a_page_that_is_gone_says_why_and_is_no_wrong_address(reader):
    a_page(withdrawn_at=timezone.now(), withdrawn_reason_da="Den var forkert.")
    add_redirect("/proeve/", "/hvem/")

    assert reader.get("/proeve/").status_code == 410


def test_a_page_taken_back_with_a_way_on_leads_there_in_the_same_language(reader):
    a_page(withdrawn_at=timezone.now(), withdrawn_to="/hvem/")

    assert reader.get("/tr/proeve/").headers["Location"] == "/tr/hvem/"


def test_only_reading_is_sent_on(reader):
    add_redirect("/indsatser/gammel/", "/hvem/")

    assert reader.post("/findes-ikke/igen/").status_code == 404
    assert reader.post("/indsatser/gammel/").status_code == 405


def about_moves(reader, address):
    with CaptureQueriesContext(connection) as asked:
        response = reader.get(address)
    return response.status_code, len([one for one in asked if "nejtilbander_redirect" in one["sql"]])


@pytest.mark.parametrize(
    ("address", "answer"),
    [
        ("/findes-ikke/igen/", (404, 1)),
        ("/indsatser/findes-ikke/", (404, 1)),
        ("/hvem/", (200, 0)),
        ("/hjaelp/", (200, 0)),
        ("/min-tilmelding/et-forkert-link/", (404, 0)),
        ("/min-tilmelding/et-forkert-link/kalender.ics", (404, 0)),
    ],
)
def test_only_a_wrong_address_is_looked_up_once_and_never_one_with_a_secret_in_it(reader, address, answer):
    assert about_moves(reader, address) == answer


@pytest.mark.walk
def test_a_wrong_address_is_the_calm_page_when_moves_cannot_be_looked_up(reader):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE nejtilbander_redirect RENAME TO nejtilbander_gone")  # undone with the test

    response = reader.get("/en/findes-ikke/igen/", headers=PLAIN)

    assert response.status_code == 404
    assert 'href="tel:112"' in response.content.decode()
