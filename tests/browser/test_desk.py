"""Every page of the admin, for every role, at every width, light and dark: usable by all, under the strict policy."""

import json
import re

import pytest
from django.conf import settings
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.browser.accessibility import COLOURS, SCHEMES
from tests.browser.conftest import ROLES, log_in
from tests.test_who_may import KINDS, admin_routes

pytestmark = pytest.mark.chromium
WIDTHS = [390, 768, 1280]
SERIOUS = {"critical", "serious"}
EVERY_RULE = {"rules": {"target-size": {"enabled": True}}}  # axe leaves this one out unless asked
ROOM = {"runOnly": {"type": "rule", "values": ["target-size", "scrollable-region-focusable"]}}  # where width matters
FILLED = {"language": "ar", "number": "1", "what": "door", "key": "mail"}
OWN_FORMS = {"pages/page/", "pages/initiative/", "pages/statement/", "pages/partner/", "events/event/",
             "nejtilbander/notice/"}  # fmt: skip
SEEN = {  # login: pages that its role sees otherwise than a superuser
    "redaktoer": ["", "pages/page/", "pages/page/1/change/", "pages/page/1/history/", "events/event/1/change/"],
    "arabisk": ["", "pages/page/", "pages/page/1/change/?sprog=ar", "pages/page/1/change/"],
    "moedeleder": ["", "events/event/", "events/event/1/change/", "events/event/1/tilmelding/"],
    "listen": ["", "events/event/1/tilmelding/", "events/event/1/change/"],
    "admin": ["", "nejtilbander/auditline/1/change/"],
    "ingen": [""],
}


class Walk:
    """One window that goes from page to page, and what was wrong on the way."""

    def __init__(self, page: Page, site: str, axe: str) -> None:
        self.page, self.axe = page, axe
        self.wrong: list[str] = []
        page.on(  # the browser's advice is left out, it is about stock pages
            "console",
            lambda said: said.type in {"verbose", "info"} or self.wrong.append(f"{page.url} {said.type}: {said.text}"),
        )
        page.on("pageerror", lambda error: self.wrong.append(f"{page.url}: {error}"))
        page.on("request", lambda sent: sent.url.startswith(site) or self.wrong.append(f"request: {sent.url}"))

    def visit(self, address: str) -> None:
        """Opens a page, and looks at it at each width, light and dark."""
        self.page.emulate_media(**SCHEMES["light"], reduced_motion="reduce")
        self.page.goto(address)
        expect(self.page.locator("#content")).to_be_visible()
        self.page.evaluate(self.axe)
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 800})
            if self.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                self.wrong.append(f"{address}: too wide at {width}")
            self.check_with_axe(address, f"{width} px", EVERY_RULE if width == WIDTHS[0] else ROOM)
        self.page.emulate_media(**SCHEMES["dark"], reduced_motion="reduce")
        self.check_with_axe(address, "dark", {"runOnly": COLOURS})

    def check_with_axe(self, address: str, where: str, rules: dict[str, object]) -> None:
        options = json.dumps(rules | {"resultTypes": ["violations"], "preload": False, "iframes": False})
        found = self.page.evaluate(f"axe.run(document, {options})")
        self.wrong += [
            f"{address} ({where}): {one['id']} at {', '.join(str(node['target'][0]) for node in one['nodes'][:3])}"
            for one in found["violations"] if one["impact"] in SERIOUS
        ]  # fmt: skip


def added(page: Page, kind: str, **fields: str) -> str:
    """The number of a new object."""
    page.goto(f"/admin/nejtilbander/{kind}/add/")
    for name, text in fields.items():
        page.locator(f"#id_{name}").fill(text)
    page.get_by_role("button", name=re.compile("^Gem( kladde| og fortsæt med at redigere)?$")).last.click()
    page.wait_for_url("**/change/**")
    return page.url.split("/")[-3]


def a_picture(page: Page) -> str:
    photo = FilePayload(name="foto.png", mimeType="image/png", buffer=page.request.get("/kort.png").body())
    page.goto("/admin/nejtilbander/picture/add/")
    page.locator("#id_file").set_input_files(photo)
    page.locator("#id_name").fill("Til prøve")
    page.get_by_role("button", name="Gem og fortsæt med at redigere").click()
    page.wait_for_url("**/change/**")
    return page.url.split("/")[-3]


def addresses(page: Page) -> list[str]:
    """Every page of the admin that answers a superuser with a page, from the routes themselves."""
    made = {
        "nejtilbander/picture/": a_picture(page),
        "nejtilbander/notice/": added(page, "notice", title_da="Til prøve"),
        "nejtilbander/redirect/": added(page, "redirect", old_path="/til-proeve/", new_path="/hvem/"),
    }
    found = []
    for route in dict.fromkeys(admin_routes()):
        pk = next((made.get(kind, "1") for kind in KINDS if route.startswith(kind)), "1")
        address = "/admin/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda name, pk=pk: FILLED.get(name[1], pk), route)
        answer = page.request.get(address, max_redirects=0)
        if answer.status == 200 and answer.headers["content-type"].startswith("text/html") and "/side/" not in address:
            found.append(address)
        if answer.status == 200 and route in {f"{kind}<path:object_id>/change/" for kind in OWN_FORMS}:
            found += [f"{address}?sprog=ar"]
    return found


def test_no_page_of_the_admin_breaks_the_policy_asks_a_third_party_or_shuts_anyone_out(
    staff_page: Page, site: str, axe: str
):
    """Nor is any wider than its window. What is found by its route cannot be forgotten here."""
    found = addresses(staff_page)
    walk = Walk(staff_page, site, axe)

    for address in found:
        walk.visit(address)

    assert walk.wrong == []
    assert len(found) > 80
    assert {"/admin/", "/admin/pages/initiative/slettede/", "/admin/auth/user/1/change/"} <= set(found)


def test_the_form_of_no_language_breaks_the_policy_or_is_wider_than_a_phone(staff_page: Page, site: str, axe: str):
    walk = Walk(staff_page, site, axe)
    for kind in sorted(OWN_FORMS - {"nejtilbander/notice/"}):
        for code, _ in settings.LANGUAGES:
            staff_page.goto(f"/admin/{kind}1/change/?sprog={code}")
            if staff_page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                walk.wrong.append(f"{kind} {code}: too wide")

    assert walk.wrong == []


@pytest.mark.parametrize("name", ROLES)
def test_nor_does_what_a_role_sees_otherwise(browser: Browser, site: str, axe: str, name: str):
    context = browser.new_context(base_url=site, viewport={"width": 390, "height": 700})
    page = context.new_page()
    log_in(page, name)
    walk = Walk(page, site, axe)

    for address in SEEN[name]:
        walk.visit(f"/admin/{address}")

    context.close()
    assert walk.wrong == []
