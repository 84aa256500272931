"""Staff work under the same strict policy: nothing is blocked, nothing comes from elsewhere."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import FilePayload, Page, expect

from tests.support.machine_tools import BROWSER_TOOLS

pytestmark = pytest.mark.chromium
FORMS = [
    "/admin/pages/page/1/change/", "/admin/pages/initiative/4/change/", "/admin/pages/statement/1/change/",
    "/admin/pages/partner/1/change/", "/admin/events/event/1/change/", "/admin/nejtilbander/notice/{notice}/change/",
]  # fmt: skip
PLACES = [
    "/admin/", "/admin/pages/page/", "/admin/pages/page/add/", "/admin/events/event/", "/admin/events/event/add/",
    "/admin/events/event/1/tilmelding/", "/admin/events/event/1/brev/", "/admin/events/event/1/liste/door/",
    "/admin/events/event/1/grupper/",
    "/admin/nejtilbander/notice/", "/admin/nejtilbander/notice/add/", "/admin/nejtilbander/redirect/",
    "/admin/nejtilbander/redirect/add/", "/admin/nejtilbander/redirect/{redirect}/change/",
    "/admin/nejtilbander/picture/", "/admin/nejtilbander/picture/add/",
    "/admin/nejtilbander/picture/{picture}/change/", "/admin/nejtilbander/picture/{picture}/ord/",
    "/admin/nejtilbander/document/", "/admin/nejtilbander/document/add/", "/admin/auth/user/",
    "/admin/auth/user/add/", "/admin/auth/user/1/change/", "/admin/auth/user/1/password/", "/admin/auth/group/",
    "/admin/auth/group/1/change/", "/admin/password_change/", "/admin/pages/initiative/slettede/",
    "/admin/nejtilbander/notice/{notice}/history/", "/admin/nejtilbander/notice/{notice}/version/1/",
    *(f"/admin/pages/initiative/4/{page}/" for page in
      ("udgiv", "traek-tilbage", "se/da", "se/ar", "omsorg", "history", "delete")),
    *FORMS, *(f"{form}?sprog=ar" for form in FORMS),
]  # fmt: skip
THE_SAME_FORM = [f"{form}?sprog={code}" for form in FORMS for code in ("en", "so", "tr", "fa")]
SERIOUS = ("critical", "serious")


def added(page: Page, kind: str, **fields: str) -> str:
    """The number of a new thing."""
    page.goto(f"/admin/nejtilbander/{kind}/add/")
    for name, text in fields.items():
        page.locator(f"#id_{name}").fill(text)
    page.get_by_role("button", name=re.compile("^Gem( og fortsæt med at redigere)?$")).last.click()
    page.wait_for_url("**/change/**")
    return page.url.split("/")[-3]


def test_no_staff_page_breaks_the_policy_asks_a_third_party_or_shuts_anyone_out(staff_page: Page, site: str):
    """Nor is any wider than a phone. Each kind of form is looked through by axe in Danish and beside Danish."""
    page = staff_page
    axe = (BROWSER_TOOLS / "axe-core" / "axe.min.js").read_text()
    heard = []
    page.on(  # the browser's advice is left out, it is about stock pages
        "console",
        lambda said: said.type in {"verbose", "info"} or heard.append(f"{page.url} {said.type}: {said.text}"),
    )
    page.on("pageerror", lambda error: heard.append(f"{page.url}: {error}"))
    page.on("request", lambda request: request.url.startswith(site) or heard.append(f"request: {request.url}"))
    page.goto("/admin/")
    photo = FilePayload(name="foto.png", mimeType="image/png", buffer=page.request.get("/kort.png").body())
    page.goto("/admin/nejtilbander/picture/add/")
    page.locator("#id_file").set_input_files(photo)
    page.locator("#id_name").fill("Til prøve")
    page.get_by_role("button", name="Gem og fortsæt med at redigere").click()
    page.wait_for_url("**/change/**")
    made = {
        "picture": page.url.split("/")[-3],
        "notice": added(page, "notice", title_da="Til prøve"),
        "redirect": added(page, "redirect", old_path="/til-proeve/", new_path="/hvem/"),
    }

    for place in PLACES + THE_SAME_FORM:
        page.goto(place.format(**made))
        expect(page.locator("#content")).to_be_visible()
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            heard.append(f"{place}: too wide")
        if place in THE_SAME_FORM:
            continue
        page.evaluate(axe)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations'], preload: false, iframes: false})")
        heard += [
            f"{place}: {one['id']} at {one['nodes'][0]['target'][0]}"
            for one in found["violations"] if one["impact"] in SERIOUS
        ]  # fmt: skip
    assert heard == []


def test_every_language_of_the_front_page_is_in_sight_on_a_desk_and_the_way_to_a_field_ends_there(staff_page: Page):
    page = staff_page
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/admin/pages/page/3/change/")
    page.locator("#id_summary_da").fill("Ændret, så der står meget om, hvad læserne ser.")
    page.get_by_role("button", name="Gem", exact=True).click()
    page.goto("/admin/")
    expect(page.get_by_role("link", name="offentlig, med ændringer der ikke er udgivet").first).to_be_visible()
    assert max(page.locator("th[lang=fa]").evaluate_all("all => all.map(e => e.getBoundingClientRect().right)")) <= 1280

    page.set_viewport_size({"width": 375, "height": 700})
    row = page.locator("tr", has=page.get_by_role("link", name="Privatliv", exact=True))
    row.locator("a[href$=id_body_da]").click()
    page.get_by_role("toolbar").first.wait_for()
    expect(page.get_by_role("textbox", name="Tekst [da]")).to_be_in_viewport()
    expect(page.locator(".form-row.field-title_da")).not_to_be_in_viewport()


def test_an_editor_writes_looks_publishes_and_brings_back_and_citizens_see_it_only_then(staff_page: Page, site: str):
    page = staff_page
    page.goto("/admin/pages/page/add/")
    page.locator("#id_slug").fill("fra-browseren")
    page.locator("#id_title_da").fill("Fra browseren")
    page.locator("#id_summary_da").fill("Skrevet i admin.")
    page.get_by_role("button", name="Gem", exact=True).click()

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
    expect(page.locator("ins", has_text="من المتصفح")).to_be_visible()
    page.get_by_role("button", name="Udgiv").click()
    expect(page.get_by_text("Læserne ser den nu.")).to_be_visible()

    page.goto("/ar/fra-browseren/")
    assert page.locator("h1").inner_text() == "من المتصفح"
    assert page.locator(".lead").get_attribute("lang") == "da"

    page.go_back()
    page.get_by_role("link", name="Historik").click()
    page.get_by_role("link", name="Version 1").click()
    page.get_by_role("button", name="Hent version 1 tilbage som kladde").click()
    expect(page.get_by_text("Version 1 er nu din kladde.")).to_be_visible()


def test_a_notice_is_drafted_looked_at_published_with_an_end_and_taken_back(staff_page: Page, site: str):
    page = staff_page
    page.goto("/admin/nejtilbander/notice/add/")
    page.locator("#id_title_da").fill("Rådhuset er lukket")
    page.get_by_role("button", name="Gem", exact=True).click()
    page.locator(".desk-languages").get_by_text("العربية").click()
    page.locator("#id_title_ar").fill("مبنى البلدية مغلق")
    page.get_by_role("button", name="Gem", exact=True).click()
    expect(page.get_by_text("Gemt som kladde.")).to_be_visible()

    page.get_by_role("link", name="Se kladden").click()
    for frame in ("Kladden på telefon", "Kladden på computer"):
        drafted = page.frame_locator(f"iframe[title='{frame}']").locator(".notice")
        assert drafted.inner_text().endswith(": مبنى البلدية مغلق")
    page.goto("/ar/")
    assert page.locator(".notice").count() == 0

    page.goto("/admin/nejtilbander/notice/")
    page.get_by_role("link", name="Rådhuset er lukket").click()
    change = page.url.partition("?")[0]
    page.get_by_role("link", name="Udgiv").click()
    page.get_by_role("button", name="Udgiv").click()
    expect(page.get_by_text("Vælg, hvornår beskeden skal væk igen.")).to_be_visible()
    page.locator("#id_until_0").fill(f"{timezone.localdate() + timedelta(days=2)}")
    page.locator("#id_until_1").fill("12:00")
    page.get_by_role("button", name="Udgiv").click()
    expect(page.get_by_text("Læserne ser den nu.")).to_be_visible()

    page.wait_for_timeout(2_500)  # until every process knows
    page.goto("/ar/hvem/")  # the browser itself keeps the front page for a minute
    assert "مبنى البلدية مغلق" in page.locator(".notice").inner_text()

    page.goto(change.replace("change", "traek-tilbage"))
    page.get_by_role("button", name="Træk tilbage").click()
    expect(page.get_by_text("Trukket tilbage. Læserne ser den ikke mere.")).to_be_visible()
