"""Staff at work in the admin, in real Chromium."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from nejtilbander.publishing.models import PublicationStatus

pytestmark = pytest.mark.chromium


def test_every_language_of_the_overview_is_in_sight_on_a_desk_and_the_way_to_a_field_ends_there(staff_page: Page):
    page = staff_page
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/admin/pages/page/3/change/")
    page.locator("#id_summary_da").fill("Ændret, så der står meget om, hvad læserne ser.")
    page.get_by_role("button", name="Gem kladde").click()
    page.goto("/admin/overblik/")
    expect(page.get_by_role("link", name=PublicationStatus.CHANGED.label).first).to_be_visible()
    assert page.get_by_role("columnheader", name="Persisk").evaluate("e => e.getBoundingClientRect().right") <= 1280

    page.set_viewport_size({"width": 375, "height": 700})
    page.get_by_role("link", name="Vis alt").click()
    row = page.locator("tr", has=page.get_by_role("link", name="Privatliv", exact=True))
    row.locator("a[href$=id_body_da]").click()
    page.get_by_role("toolbar").first.wait_for()
    expect(page.get_by_role("textbox", name="Tekst på dansk")).to_be_in_viewport()
    expect(page.locator(".form-row.field-title_da").first).not_to_be_in_viewport()


def test_an_editor_writes_looks_publishes_and_brings_back_and_citizens_see_it_only_then(staff_page: Page, site: str):
    page = staff_page
    page.goto("/admin/pages/page/add/")
    page.locator("#id_title_da").fill("Fra browseren")
    page.locator("#id_summary_da").fill("Skrevet i admin.")
    page.get_by_role("button", name="Gem kladde").click()

    page.get_by_role("link", name="Arabisk").click()
    arabic = page.locator("#id_title_ar")
    assert arabic.evaluate("e => getComputedStyle(e).direction") == "rtl"
    assert page.locator(".danish").first.inner_text() == "Fra browseren"
    arabic.fill("من المتصفح")
    page.get_by_role("button", name="Gem kladde").click()
    assert page.locator("#id_title_ar").input_value() == "من المتصفح"

    page.get_by_role("button", name="Se", exact=True).click()
    phone = page.frame_locator("iframe").first
    assert phone.locator("h1").inner_text() == "من المتصفح"
    assert page.goto(f"{site}/ar/fra-browseren/").status == 404

    page.go_back()
    page.get_by_role("link", name="Fra browseren", exact=True).click()
    page.get_by_role("button", name="Udgiv").click()
    page.wait_for_url("**/udgiv/")
    expect(page.locator("ins", has_text="من المتصفح")).to_be_visible()
    page.get_by_role("button", name="Udgiv", exact=True).click()
    expect(page.get_by_text("Læserne ser den nu.")).to_be_visible()

    page.goto("/ar/fra-browseren/")
    assert page.locator("h1").inner_text() == "من المتصفح"
    assert page.locator(".lead").get_attribute("lang") == "da"

    page.go_back()
    page.get_by_text("Mere").click()
    page.get_by_role("link", name="Historik").click()
    page.get_by_role("link", name="Version 1").click()
    page.get_by_role("button", name="Hent version 1 tilbage som kladde").click()
    expect(page.get_by_text("Version 1 er nu din kladde.")).to_be_visible()


def test_a_notice_is_drafted_looked_at_published_with_an_end_and_taken_back(staff_page: Page, site: str):
    page = staff_page
    page.goto("/admin/nejtilbander/notice/add/")
    page.locator("#id_title_da").fill("Rådhuset er lukket")
    page.get_by_role("button", name="Gem kladde").click()
    page.get_by_role("link", name="Arabisk").click()
    page.locator("#id_title_ar").fill("مبنى البلدية مغلق")
    page.get_by_role("button", name="Gem kladde").click()
    expect(page.get_by_text("Gemt som kladde.")).to_be_visible()

    page.get_by_role("button", name="Se", exact=True).click()
    for frame in ("Kladden på telefon", "Kladden på computer"):
        drafted = page.frame_locator(f"iframe[title='{frame}']").locator(".notice")
        assert drafted.inner_text().endswith(": مبنى البلدية مغلق")
    page.goto("/ar/")
    assert page.locator(".notice").count() == 0

    page.goto("/admin/nejtilbander/notice/")
    page.get_by_role("link", name="Rådhuset er lukket").click()
    change = page.url.partition("?")[0]
    page.get_by_role("button", name="Udgiv").click()
    page.wait_for_url("**/udgiv/")
    page.get_by_role("button", name="Udgiv").click()
    expect(page.get_by_text("Vælg, hvornår beskeden skal væk igen.")).to_be_visible()
    page.locator("#id_until_0").fill(f"{timezone.localdate() + timedelta(days=2)}")
    page.locator("#id_until_1").fill("12:00")
    page.get_by_role("button", name="Udgiv", exact=True).click()
    expect(page.get_by_text("Læserne ser den nu.")).to_be_visible()

    page.wait_for_timeout(2_500)  # until every process knows
    page.goto("/ar/hvem/")  # the browser itself keeps the front page for a minute
    assert "مبنى البلدية مغلق" in page.locator(".notice").inner_text()

    page.goto(change.replace("change", "traek-tilbage"))
    page.get_by_role("button", name="Træk tilbage").click()
    expect(page.get_by_text("Trukket tilbage. Læserne ser den ikke mere.")).to_be_visible()
