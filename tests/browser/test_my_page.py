"""Min side, the overview and the search in a real browser: by keyboard, and on a phone."""

import pytest
from playwright.sync_api import Page, expect

from nejtilbander.publishing.launch_checklist import ITEMS

pytestmark = pytest.mark.chromium


def test_a_word_is_searched_for_by_keyboard_and_found_in_its_field_in_its_language(staff_page: Page):
    page = staff_page
    page.goto("/admin/")
    page.get_by_role("searchbox", name="Søg i alt").first.focus()
    page.keyboard.type("خصوصية")
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/soeg/?q=*")
    expect(page.get_by_role("status")).to_contain_text("fundet")
    found = page.locator(".page-results a").first
    field = found.evaluate("link => link.hash.slice(1)")
    assert field.endswith("_ar")
    found.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/change/?sprog=ar*")
    expect(page.locator(f"#{field}")).to_be_attached()


def test_the_launch_list_is_folded_until_it_is_opened_and_open_after_a_tick(staff_page: Page):
    page, first = staff_page, ITEMS[0]
    page.goto("/admin/")
    expect(page.get_by_text(first.sentence).first).not_to_be_visible()
    page.get_by_text("Før siden åbner").click()
    page.locator("#launch").get_by_role("button", name="Tjekket").first.click()
    page.wait_for_url("**/admin/#launch")
    expect(page.get_by_text(ITEMS[1].sentence).first).to_be_visible()


def test_the_overview_is_cards_on_a_phone_without_what_needs_nothing(staff_page: Page):
    page = staff_page
    page.goto("/admin/pages/page/add/")
    page.locator("#id_title_da").fill("Kun på dansk")
    page.locator("#id_summary_da").fill("Ikke oversat endnu.")
    page.get_by_role("button", name="Gem kladde").click()
    page.wait_for_url("**/change/")
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto("/admin/overblik/?fejl=mangler")
    row = page.locator("tr", has=page.get_by_role("link", name="Kun på dansk", exact=True))
    expect(row.get_by_role("link", name="på arabisk")).to_be_visible()
    expect(row.locator("td[data-label='På dansk']")).not_to_be_visible()
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
