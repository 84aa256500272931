"""Where things stand: what a phone's first screen shows, and what fits on one sheet of paper, in every language."""

import re

import pytest
from playwright.sync_api import Page

from tests.support.addresses import LANGUAGES, everywhere

pytestmark = [pytest.mark.chromium, pytest.mark.walk]
FIRST_SCREEN = 265  # px from the top; look.md: the heading begins within 260, and fonts differ by a few
ONE_SHEET = ["/udtalelse/", "/stormoeder/trygge-butikker/"]


def sheets(page: Page) -> int:
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    return len(re.findall(rb"/Type\s*/Page\b", printed))


@pytest.mark.parametrize("address", everywhere(["/", "/udtalelse/", "/indsatser/klubhuse/", "/hjaelp/", "/privatliv/"]))
def test_on_a_phone_the_text_begins_on_the_first_screen(page, address):
    page.goto(address)

    assert page.locator("h1").bounding_box()["y"] <= FIRST_SCREEN


@pytest.mark.parametrize("address", everywhere(ONE_SHEET))
def test_what_people_hang_up_or_take_along_prints_on_one_sheet(page, address):
    page.goto(address)

    assert sheets(page) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_paper_the_sender_and_the_address_come_first_and_nothing_to_press_is_left(page, site, language):
    page.goto("/udtalelse/" if language == "da" else f"/{language}/udtalelse/")
    page.emulate_media(media="print")

    first = page.locator("body > p.print-only")
    assert first.is_visible()
    assert first.inner_text().startswith("Odense Kommune · http")
    for gone in (".help", ".languages", ".menu", ".footer nav", ".side"):
        assert not page.locator(gone).first.is_visible(), gone


def test_the_exit_is_a_row_of_its_own_on_a_phone_and_leaves_a_low_window_to_the_text(page):
    page.goto("/hjaelp/")
    numbers, leave = page.locator(".help p").bounding_box(), page.locator(".exit").bounding_box()
    assert leave["y"] >= numbers["y"] + numbers["height"]
    assert leave["width"] == page.viewport_size["width"]

    page.set_viewport_size({"width": 320, "height": 256})  # a window of 1280 px at 400 %
    page.evaluate("window.scrollTo(0, 900)")
    assert page.locator(".help").evaluate("bar => bar.getBoundingClientRect().bottom") <= 0


@pytest.mark.parametrize("address", ["/", "/udtalelse/", "/stormoeder/trygge-butikker/tilmelding/"])
def test_a_fold_that_is_closed_leaves_no_dead_line_on_paper(page, address):
    """What must be on paper stands outside folds."""
    page.goto(address)
    page.emulate_media(media="print")

    folds = page.locator("details")
    assert folds.count() >= 1
    assert not any(fold.is_visible() for fold in folds.all())
