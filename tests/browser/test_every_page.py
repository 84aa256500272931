"""Every page in every language, in real Chromium: accessible, quiet, whole, at every width and in every scheme."""

import os

import pytest
from playwright.sync_api import Browser

from tests.browser.accessibility import COLOURS, EVERYTHING, SCHEMES, errors
from tests.support.addresses import ERRORS, PAGES, everywhere

pytestmark = pytest.mark.chromium
WIDTHS = [320, 1280]


@pytest.fixture(scope="module")
def reader(browser: Browser, site: str):
    """One browser window for the whole walk; what it hears is kept for the asking."""
    context = browser.new_context(base_url=site, bypass_csp=False)
    page = context.new_page()
    page.heard = []
    page.on("console", lambda message: page.heard.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: page.heard.append(f"error: {error}"))
    page.on("request", lambda request: page.heard.append(f"request: {request.url}"))
    yield page
    context.close()


def in_one_language_of_each_direction(address: str) -> bool:
    return address.startswith("/ar/") or not address.startswith(("/en/", "/so/", "/tr/", "/fa/"))


# On your own machine Danish and Arabic, and of the other languages the texts of their own; in CI every page in every
# language. Validity, links, weight and headers are looked at in all six languages everywhere.
WALK = [
    address for address in everywhere(PAGES + ERRORS)
    if os.environ.get("CI") == "true" or in_one_language_of_each_direction(address) or address.count("/") <= 3
]  # fmt: skip


@pytest.mark.parametrize("address", WALK)
def test_every_page_is_accessible_quiet_and_whole(reader, site, axe, address):
    reader.heard.clear()
    reader.emulate_media(**SCHEMES["light"])
    reader.set_viewport_size({"width": 320, "height": 640})
    reader.goto(address)
    if address in everywhere(ERRORS):
        reader.heard.remove("error: Failed to load resource: the server responded with a status of 404 (Not Found)")
    assert reader.heard == [f"request: {site}{address}"], "one request, and nothing in the console"
    assert reader.context.cookies() == []
    assert reader.evaluate("localStorage.length + sessionStorage.length") == 0

    reader.evaluate(axe)
    for width in WIDTHS:
        reader.set_viewport_size({"width": width, "height": 800})
        assert reader.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, f"too wide at {width}"
        for scheme, media in SCHEMES.items():
            if (scheme, width) != ("light", 320) and not in_one_language_of_each_direction(address):
                continue  # colours and columns do not depend on the language
            reader.emulate_media(**media)
            rules = EVERYTHING if scheme == "light" else COLOURS
            assert errors(reader, rules) == [], f"{width} px, {scheme}"
