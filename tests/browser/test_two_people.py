"""What takes two people, by keyboard and on a phone: one asks, another answers, and axe finds nothing."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import log_in

pytestmark = pytest.mark.chromium


@pytest.fixture
def second(browser: Browser, site: str) -> Iterator[Page]:
    """Another superuser, at a narrow phone."""
    context = browser.new_context(base_url=site, viewport={"width": 320, "height": 640})
    page = context.new_page()
    log_in(page, "anden")
    yield page
    context.close()


def faults(page: Page, axe: str) -> list[str]:
    """What axe says of the page, and whether it is wider than the screen."""
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations'], preload: false, iframes: false})")
    is_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [f"{one['id']} at {one['nodes'][0]['target'][0]}" for one in found["violations"]] + ["wide"] * is_wide


def test_a_role_is_asked_for_by_one_and_given_by_another(staff_page: Page, second: Page, axe: str):
    heard: list[str] = []
    second.on("console", lambda said: said.type == "error" and heard.append(said.text))
    page = staff_page
    page.goto("/admin/auth/user/add/")
    page.locator("#id_username").fill("vagt")
    page.locator("#id_email").fill("vagt@example.org")
    page.get_by_role("button", name="Gem og fortsæt med at redigere").click()
    page.wait_for_url("**/change/**")
    page.get_by_label("Listeansvarlig").check()
    page.get_by_role("button", name="Gem", exact=True).click()
    expect(page.get_by_text("Login „vagt“ får rollen Listeansvarlig.")).to_be_visible()
    page.get_by_role("link", name="Se anmodningen").click()
    expect(page.get_by_text("Du kan ikke selv svare.")).to_be_visible()
    assert faults(page, axe) == []

    second.goto("/admin/")
    second.get_by_role("link", name="ændring af et login, prove").click()
    assert faults(second, axe) == []
    second.get_by_role("button", name="Nej", exact=True).click()
    expect(second.get_by_label("Hvorfor ikke?")).to_be_focused()  # the browser's own word for a field that is needed
    yes = second.get_by_role("button", name="Ja, det må ske")
    while not yes.evaluate("button => button === document.activeElement"):
        second.keyboard.press("Shift+Tab")
    second.keyboard.press("Enter")
    expect(second.get_by_text("Du har sagt ja.")).to_be_visible()
    assert faults(second, axe) == []

    page.reload()
    expect(page.get_by_role("row", name="Svar ja")).to_be_visible()
    page.goto("/admin/auth/user/")
    page.get_by_role("link", name="vagt").click()
    expect(page.get_by_label("Listeansvarlig")).to_be_checked()
    page.goto(page.url.replace("change/", "password/"))
    expect(page.get_by_text("Det her må ingen gøre alene.")).to_be_visible()
    assert faults(page, axe) == []
    page.goto("/admin/events/event/1/liste/contact/")
    expect(page.get_by_role("button", name="Bed om et ja")).to_be_visible()
    assert faults(page, axe) == []
    assert heard == []
