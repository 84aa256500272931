"""Staff work under the same strict policy: nothing is blocked, nothing comes from elsewhere."""

import pytest
from playwright.sync_api import Page

from tests.tools import BROWSER_TOOLS

pytestmark = pytest.mark.chromium
FORMS = [
    "/admin/pages/page/1/change/", "/admin/pages/initiative/4/change/", "/admin/pages/statement/1/change/",
    "/admin/pages/partner/1/change/", "/admin/events/event/1/change/",
]  # fmt: skip
PLACES = [
    "/admin/", "/admin/pages/page/", "/admin/pages/page/add/", "/admin/events/event/", "/admin/events/event/add/",
    "/admin/events/event/1/tilmelding/", "/admin/events/event/1/brev/", "/admin/events/event/1/liste/door/",
    "/admin/nejtilbander/notice/", "/admin/nejtilbander/notice/add/", "/admin/nejtilbander/moved/add/",
    "/admin/pages/initiative/slettede/", "/admin/auth/user/",
    "/admin/password_change/", *FORMS, *(f"{form}?sprog={code}" for form in FORMS for code in ("en", "ar")),
    *(f"/admin/pages/initiative/4/{page}/" for page in
      ("udgiv", "traek-tilbage", "se/da", "se/ar", "omsorg", "history", "delete")),
]  # fmt: skip
SERIOUS = ("critical", "serious")


def log_in(page: Page, then: str) -> None:
    page.goto(f"/admin/login/?next={then}")
    page.get_by_label("Brugernavn").fill("prove")
    page.get_by_label("Adgangskode").fill("en lang prøve-adgangskode")
    page.get_by_role("button", name="Log ind").click()


def test_no_staff_page_breaks_the_policy_asks_a_third_party_or_shuts_anyone_out(page: Page, site: str):
    axe = (BROWSER_TOOLS / "axe-core" / "axe.min.js").read_text()
    heard = []
    page.on(  # "verbose" is the browser's advice, here on stock pages
        "console",
        lambda message: message.type == "verbose" or heard.append(f"{page.url} {message.type}: {message.text}"),
    )
    page.on("pageerror", lambda error: heard.append(f"{page.url}: {error}"))
    page.on("request", lambda request: request.url.startswith(site) or heard.append(f"request: {request.url}"))
    log_in(page, "/admin/")

    for place in PLACES:
        page.goto(place)
        assert page.locator("#content").is_visible(), place
        page.evaluate(axe)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations'], preload: false, iframes: false})")
        heard += [
            f"{place}: {one['id']} at {one['nodes'][0]['target'][0]}"
            for one in found["violations"] if one["impact"] in SERIOUS
        ]  # fmt: skip
    assert heard == []


def test_an_editor_writes_looks_publishes_and_brings_back_and_citizens_see_it_only_then(page: Page, site: str):
    log_in(page, "/admin/pages/page/add/")
    page.locator("#id_slug").fill("fra-browseren")
    page.locator("#id_title_da").fill("Fra browseren")
    page.locator("#id_summary_da").fill("Skrevet i admin.")
    page.get_by_role("button", name="Gem og fortsæt med at redigere").click()

    page.locator(".desk-languages").get_by_text("العربية").click()
    arabic = page.locator("#id_title_ar")
    assert arabic.evaluate("e => getComputedStyle(e).direction") == "rtl"
    assert page.locator(".danish").first.inner_text() == "Fra browseren"
    arabic.fill("من المتصفح")
    page.get_by_role("button", name="Gem", exact=True).click()
    assert page.locator("#id_title_ar").input_value() == "من المتصفح"

    page.get_by_role("link", name="Se kladden").click()
    phone = page.frame_locator("iframe").first
    assert phone.locator("h1").inner_text() == "من المتصفح"
    assert page.goto(f"{site}/ar/fra-browseren/").status == 404

    page.go_back()
    page.get_by_role("link", name="Fra browseren", exact=True).click()
    page.get_by_role("link", name="Udgiv").click()
    assert page.locator("ins", has_text="من المتصفح").is_visible()
    page.get_by_role("button", name="Udgiv").click()
    assert page.get_by_text("Læserne ser den nu.").is_visible()

    page.goto("/ar/fra-browseren/")
    assert page.locator("h1").inner_text() == "من المتصفح"
    assert page.locator(".lead").get_attribute("lang") == "da"

    page.go_back()
    page.get_by_role("link", name="Historik").click()
    page.get_by_role("link", name="Version 1").click()
    page.get_by_role("button", name="Hent version 1 tilbage som kladde").click()
    assert page.get_by_text("Version 1 er nu din kladde.").is_visible()
