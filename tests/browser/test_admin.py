"""Staff work under the same strict policy: nothing is blocked, nothing comes from elsewhere."""

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.chromium
PLACES = [
    "/admin/",
    "/admin/pages/page/",
    "/admin/pages/page/add/",
    "/admin/pages/page/1/change/",
    "/admin/pages/initiative/1/change/",
    "/admin/pages/statement/1/change/",
    "/admin/pages/partner/1/change/",
    "/admin/events/event/",
    "/admin/events/event/1/change/",
    "/admin/events/event/add/",
    "/admin/events/event/1/tilmelding/",
    "/admin/events/event/1/brev/",
    "/admin/events/event/1/liste/door/",
]


def test_no_staff_page_breaks_the_policy_or_asks_a_third_party(page: Page, site: str):
    heard = []
    page.on("console", lambda message: heard.append(f"{page.url} {message.type}: {message.text}"))
    page.on("pageerror", lambda error: heard.append(f"{page.url}: {error}"))
    page.on("request", lambda request: request.url.startswith(site) or heard.append(f"request: {request.url}"))
    page.goto("/admin/login/")
    page.get_by_label("Brugernavn").fill("prove")
    page.get_by_label("Adgangskode").fill("en lang prøve-adgangskode")
    page.get_by_role("button", name="Log ind").click()

    for place in PLACES:
        page.goto(place)
        assert page.locator("#content").is_visible(), place
    assert heard == []


def test_an_editor_writes_arabic_right_to_left_and_a_citizen_reads_it(page: Page, site: str):
    page.goto("/admin/login/?next=/admin/pages/page/add/")
    page.get_by_label("Brugernavn").fill("prove")
    page.get_by_label("Adgangskode").fill("en lang prøve-adgangskode")
    page.get_by_role("button", name="Log ind").click()

    page.locator("#id_slug").fill("fra-browseren")
    page.locator("#id_public_from_0").fill("2020-01-01")
    page.locator("#id_public_from_1").fill("12:00")
    page.locator("#id_title_da").fill("Fra browseren")
    page.locator("#id_summary_da").fill("Skrevet i admin.")
    page.get_by_text("العربية", exact=True).first.click()
    arabic = page.locator("#id_title_ar")
    assert arabic.evaluate("e => getComputedStyle(e).direction") == "rtl"
    arabic.fill("من المتصفح")
    page.get_by_role("button", name="Gem", exact=True).click()

    page.goto("/ar/fra-browseren/")
    assert page.locator("h1").inner_text() == "من المتصفح"
    assert page.locator(".lead").get_attribute("lang") == "da"
