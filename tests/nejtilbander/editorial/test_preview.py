"""A draft as readers will get it, for staff and behind a link."""

import pytest

from events.models import Event
from nejtilbander.i18n.languages import CODES
from pages.models import Initiative, Page, Partner, Statement
from tests.support.admin import admin_address, html, save

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
