"""A draft as readers will get it, for staff and behind a link."""

import re

import pytest

from events.models import Event
from nejtilbander.i18n.languages import CODES
from nejtilbander.publishing.models import SharedPreview
from pages.models import Initiative, Page, Partner, Statement
from tests.support.admin import admin_address, html, later, save
from tests.support.factories import a_page

pytestmark = pytest.mark.django_db
PLAIN = {"accept-encoding": ""}


@pytest.mark.parametrize("model", [Page, Initiative, Partner, Statement, Event])
def test_a_draft_is_shown_in_every_language_as_readers_will_get_it_and_readers_see_nothing(staff, reader, model):
    obj = model.objects.order_by("-pk").first()
    field = model.content_fields[0]
    save(staff, obj, **{f"{field}_da": "Et helt nyt ord"})

    for code in CODES:
        shown = staff.get(admin_address(obj, f"se/{code}/side"), headers=PLAIN)
        assert shown.status_code == 200
        assert f'<html lang="{code}"' in shown.content.decode()
        assert shown.headers["X-Frame-Options"] == "SAMEORIGIN"
        assert "frame-ancestors 'self'" in shown.headers["Content-Security-Policy"]
        assert shown.headers["Cache-Control"].startswith("no-store")
        assert shown.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert admin_address(obj, f"se/{code}/side") in html(staff, admin_address(obj, f"se/{code}"))
    assert "Et helt nyt ord" in html(staff, admin_address(obj, "se/da/side"))
    obj.refresh_from_db()
    assert getattr(obj, f"{field}_da") != "Et helt nyt ord"
    html(staff, admin_address(obj, "se/xx"), 404)


def test_a_link_shows_a_draft_without_a_login_for_seven_days_or_until_it_is_taken_back(staff, reader, monkeypatch):
    page = a_page("hemmelig", public_from=None, title_da="Ikke ude endnu")

    def make():
        said = staff.post(admin_address(page, "del"), {"action": "make"}, follow=True).content.decode()
        return re.search(r"/kladde/[\w-]+/", said)[0]

    link = make()
    assert "Link til kladden lavet." in html(staff, admin_address(page, "history"))
    shown = reader.get(link, headers=PLAIN)
    assert "Ikke ude endnu" in shown.content.decode()
    assert (shown.headers["Cache-Control"], shown.headers["X-Robots-Tag"]) == ("no-store", "noindex, nofollow")
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert not shown.cookies
    assert reader.get(f"/ar{link}", headers=PLAIN).status_code == 200
    assert link.split("/")[2] not in str(SharedPreview.objects.values())
    html(reader, "/hemmelig/", 404)
    html(reader, "/kladde/forkert/", 404)

    staff.post(admin_address(page, "del"), {"action": "revoke"})
    assert "Alle links til kladden trukket tilbage." in html(staff, admin_address(page, "history"))
    html(reader, link, 404)
    link = make()
    later(monkeypatch, days=7, seconds=1)
    html(reader, link, 404)
