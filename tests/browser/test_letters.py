"""Letters as they are read: in a real Chromium, in a page of Gmail's own, light and dark."""

import pytest
from playwright.sync_api import Browser

from nejtilbander.i18n.languages import CODES, direction
from tests.browser.accessibility import COLOURS, errors
from tests.events.letters.rendering.driver import KINDS, a_letter
from tests.support.mail_client import shown

pytestmark = [pytest.mark.chromium, pytest.mark.django_db]
# Of each paragraph: its language, its direction, and the side it is aligned to.
PARAGRAPHS = """() => [...document.querySelectorAll("main div p")].map(p =>
    [p.closest("[lang]").lang, getComputedStyle(p).direction, getComputedStyle(p).textAlign])"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("language", CODES)
def test_a_letter_is_read_from_the_right_side_and_in_sight(browser: Browser, axe: str, language: str, dark: bool):
    _, message, _ = a_letter(KINDS.CONFIRMED, language)
    context = browser.new_context(viewport={"width": 320, "height": 700})
    page = context.new_page()
    page.set_content(shown(message.alternatives[0][0], dark=dark))
    page.add_script_tag(content=axe)

    side = "right" if direction(language) == "rtl" else "left"
    seen = page.evaluate(PARAGRAPHS)
    assert seen == [[language, direction(language), side]] * len(seen)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert errors(page, COLOURS) == []
    context.close()
