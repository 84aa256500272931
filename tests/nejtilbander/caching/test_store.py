"""What is kept, and how much of it."""

import pytest

from nejtilbander.caching import store
from nejtilbander.caching.store import page_store
from pages.models import Page
from tests.nejtilbander.caching.driver import publish
from tests.support.factories import a_page

pytestmark = pytest.mark.django_db


def test_ten_thousand_questions_and_wrong_addresses_fill_nothing(server):
    server.get("/hvem/")
    woken = server.woken
    for number in range(300):
        assert server.get(f"/hvem/?fbclid={number}").status == 200
    assert server.woken == woken, "a question the page does not know changes nothing"
    for number in range(100):
        server.get(f"/findes-ikke-{number}/")
    assert list(page_store) == ["/hvem/"]


def test_no_more_pages_are_kept_than_there_is_room_for(server, monkeypatch):
    monkeypatch.setattr(store, "MAX_PAGES", 3)
    for path in ("/", "/hvem/", "/indsatser/", "/udtalelse/"):
        server.get(path)
    assert list(page_store) == ["/hvem/", "/indsatser/", "/udtalelse/"]


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
