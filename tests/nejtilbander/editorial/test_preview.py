"""A draft as readers will get it, for staff and behind a link."""

import re

import pytest
from django.contrib.auth.models import Permission

from events.models import Event
from nejtilbander.i18n.languages import CODES
from pages.models import Initiative, Page, Partner, Statement
from tests.support.admin import a_login, admin_address, html, save
from tests.support.factories import a_meeting, a_page

pytestmark = pytest.mark.django_db


def links(page):
    """The addresses of the links on a page, with "-> new" after those that leave the frame."""
    tags = re.findall(r'<(?:a|form)[^>]*(?:href|action)="([^"]*)"([^>]*)>', page)
    return {address + (" -> new" if 'target="_blank"' in rest else "") for address, rest in tags}


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


def test_a_link_in_a_preview_leads_to_the_preview_of_what_it_links_to_drafts_too(staff, settings):
    draft = a_page("udkast", public_from=None)
    body = (
        '<p><a href="/udkast/#to">Udkast</a> <a href="/plakat/">Plakat</a> <a href="https://politi.dk/">Politi</a></p>'
    )
    page = a_page(body_da=body)
    front = Page.objects.get(slug="forside")

    shown = links(html(staff, admin_address(page, "se/ar/side")))

    assert {
        admin_address(page, "se/en/side"),
        admin_address(page, "se/da/side"),
        f"{admin_address(draft, 'se/ar/side')}#to",
        admin_address(front, "se/ar/side"),
        f"{settings.SITE_URL}/ar/plakat/ -> new",
        f"{settings.SITE_URL}/ar/soeg/ -> new",
        "https://politi.dk/ -> new",
        "#indhold",
        "tel:114",
    } <= shown
    assert not any(address.startswith("/") and not address.startswith("/admin/") for address in shown)


def test_a_link_to_what_the_user_may_not_look_at_leads_to_the_public_page_in_a_new_window(settings):
    event, page = a_meeting(), a_page(body_da='<p><a href="/stormoeder/proeve/">Mødet</a></p>')
    translator = a_login("ali", permissions=[Permission.objects.get(codename="view_page")])

    shown = links(html(translator, admin_address(page, "se/da/side")))

    assert f"{settings.SITE_URL}/stormoeder/proeve/ -> new" in shown
    assert admin_address(event, "se/da/side") not in shown


def test_the_languages_of_what_has_no_page_of_its_own_stay_with_it(staff):
    partner = Partner.objects.first()
    shown = links(html(staff, admin_address(partner, "se/da/side")))
    assert admin_address(partner, "se/ar/side") in shown


def test_a_page_whose_address_is_changed_in_the_draft_is_previewed_in_its_languages_all_the_same(staff):
    page = a_page("foer")
    save(staff, page, slug="efter")
    assert admin_address(page, "se/tr/side") in links(html(staff, admin_address(page, "se/da/side")))


def test_from_the_preview_the_way_leads_back_to_the_text_and_on_to_publishing(staff):
    page = a_page()
    shown = links(html(staff, admin_address(page, "se/ar")))
    assert {f"{admin_address(page, 'change')}?sprog=ar", admin_address(page, "udgiv")} <= shown
    editor = a_login("anna", "Redaktør")
    assert admin_address(page, "udgiv") not in links(html(editor, admin_address(page, "se/ar")))
