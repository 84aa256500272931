"""Staff read what publishing will do, do it, and undo it in one click, on a phone and by an assistive technology."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.chromium
SERIOUS = ("critical", "serious")


def faults(page: Page, axe: str) -> list[str]:
    """What axe finds serious, and whether the page is wider than the screen."""
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations'], preload: false, iframes: false})")
    too_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [one["id"] for one in found["violations"] if one["impact"] in SERIOUS] + ["too wide"] * too_wide


def test_what_is_published_says_what_it_does_and_is_undone_from_the_message_in_one_click(staff_page: Page, axe: str):
    page = staff_page
    page.goto("/admin/pages/initiative/5/change/")
    page.locator("summary", has_text="Plads og webadresse").click()
    slug = page.locator("#id_slug").input_value()
    page.locator("#id_slug").fill("en-helt-ny-adresse")
    page.get_by_role("button", name="Udgiv", exact=True).click()
    page.wait_for_url("**/udgiv/")

    expect(page.get_by_text(f"Den gamle adresse /indsatser/{slug}/ leder videre")).to_be_visible()
    assert faults(page, axe) == []
    page.get_by_role("button", name="Udgiv", exact=True).click()
    assert page.locator(".messagelist").get_by_role("button").evaluate("e => e.getBoundingClientRect().height") >= 24
    change = page.url
    page.goto(change.partition("change")[0] + "fortryd/")
    expect(
        page.get_by_text(f"/indsatser/{slug}/ leder ikke videre til /indsatser/en-helt-ny-adresse/ mere.")
    ).to_be_visible()
    assert faults(page, axe) == []

    page.goto(change)
    page.locator("summary", has_text="Plads og webadresse").click()
    page.locator("#id_order").fill("7")
    page.get_by_role("button", name="Udgiv", exact=True).click()
    page.wait_for_url("**/udgiv/")
    page.get_by_role("button", name="Udgiv", exact=True).click()
    page.locator(".messagelist").get_by_role("button", name="Fortryd udgivelsen").click()
    expect(page.get_by_text("Udgivelsen er fortrudt.")).to_be_visible()
    assert page.locator("#id_order").input_value() == "7", "the draft is as it was"
