"""The pictures of docs/edit.md and of the README, made by `make pictures` with the real site in real Chromium.

Not part of the test suite: pytest only lends its fixtures. The pictures are written into docs/.
"""

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, ViewportSize

from tests.browser.conftest import log_in

pytestmark = pytest.mark.chromium
DOCS = Path(__file__).parents[2] / "docs"
COLOURS = 48
SCREEN, SHARPER = ViewportSize(width=1220, height=760), 1.25


@pytest.fixture
def editor(browser: Browser, site: str) -> Iterator[Page]:
    yield from someone(browser, site, "prove")


@pytest.fixture
def colleague(browser: Browser, site: str) -> Iterator[Page]:
    yield from someone(browser, site, "redaktoer")


def someone(browser: Browser, site: str, name: str) -> Iterator[Page]:
    """The screen of a member of staff who has just logged in."""
    context = browser.new_context(
        base_url=site, viewport=SCREEN, device_scale_factor=SHARPER, locale="da-DK", color_scheme="light"
    )
    page = context.new_page()
    log_in(page, name)
    yield page
    context.close()


def screenshot(page: Page) -> Image.Image:
    """What the window shows, when frames and pictures have come."""
    page.wait_for_load_state("networkidle")
    page.wait_for_function("Array.from(document.images).every(image => image.loading == 'lazy' || image.complete)")
    return Image.open(io.BytesIO(page.screenshot(animations="disabled", caret="hide"))).convert("RGB")


def keep(image: Image.Image, path: Path) -> None:
    """In few colours: a screen has few."""
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


def take(page: Page, name: str) -> None:
    keep(screenshot(page), DOCS / "edit" / f"{name}.png")


def open_text(page: Page, kind: str, title: str) -> None:
    page.goto(f"/admin/{kind}/")
    page.get_by_role("link", name=title, exact=True).click()


def save(page: Page) -> None:
    """The message of the save before is still there while this one is on its way: the answer is waited for."""
    with page.expect_navigation():
        page.get_by_role("button", name="Gem kladde").click()


def scroll_to(page: Page, words: str) -> None:
    page.get_by_text(words, exact=True).first.evaluate("e => e.scrollIntoView({block: 'start'}) || scrollBy(0, -24)")


def test_the_pictures_of_the_manual(colleague: Page, editor: Page):
    ask_for_a_review(colleague)
    change_translate_and_plan(editor)
    add_a_picture(editor)
    look_at_a_meeting(editor)
    write_a_notice(editor)
    open_text(editor, "pages/page", "Hvad kan jeg gøre?")
    editor.get_by_label("Indledning på dansk").fill("Du kan gøre noget, også når du er bange.")
    save(editor)
    editor.goto("/admin/pages/page/")
    take(editor, "liste")
    editor.goto("/admin/")
    take(editor, "min-side")


def ask_for_a_review(page: Page) -> None:
    open_text(page, "pages/initiative", "Al Capone-modellen")
    page.get_by_label("Indledning på dansk").fill("Vi går efter bandernes penge, sammen med politiet og skat.")
    page.get_by_role("button", name="Send til gennemsyn").click()
    page.get_by_label("Bemærkning").first.fill("Er det sidste led rigtigt?")
    scroll_to(page, "Dette bliver anderledes for læserne (version 2)")
    take(page, "gennemsyn")
    page.locator("#ask").get_by_role("button", name="Send til gennemsyn").click()
    page.get_by_text("Sendt til gennemsyn. Du får en mail").wait_for()


def change_translate_and_plan(page: Page) -> None:
    open_text(page, "pages/page", "Odense siger nej til bander")
    page.get_by_label("Indledning på dansk").fill("Vi står sammen, hver dag.")
    save(page)
    take(page, "ret")
    page.get_by_role("link", name="Arabisk").click()
    page.get_by_label("Indledning på arabisk").fill("نقف معًا كل يوم.")
    save(page)
    take(page, "oversaet")
    page.get_by_role("button", name="Se", exact=True).click()
    page.frame_locator("iframe").first.get_by_text("نقف معًا كل يوم.").wait_for()
    take(page, "se")
    page.get_by_role("link", name="Udgiv").click()
    page.wait_for_url("**/udgiv/")
    take(page, "udgiv")
    tomorrow = timezone.localtime() + timedelta(days=1)
    page.get_by_label("dag", exact=True).first.fill(tomorrow.strftime("%d.%m.%Y"))
    page.get_by_label("klokkeslæt", exact=True).first.fill("08.00")
    page.get_by_role("button", name="Udgiv", exact=True).click()
    page.get_by_text("Planlagt. Læserne ser den fra").wait_for()
    page.get_by_text("Mere").click()
    page.get_by_role("link", name="Historik").click()
    take(page, "historik")


def add_a_picture(page: Page) -> None:
    page.goto("/admin/nejtilbander/picture/add/")
    body = page.request.get("/kort.png").body()  # as good a picture as any
    page.get_by_label("billedfil").set_input_files(FilePayload(name="by.png", mimeType="image/png", buffer=body))
    page.get_by_label("Navn").fill("Husrækken")
    page.get_by_label("Fotograf").fill("Odense Kommune")
    page.get_by_role("button", name="Gem og fortsæt med at redigere").click()
    focus = page.locator(".desk-focus")
    focus.click(position={"x": 120, "y": 90})
    scroll_to(page, "Udsnit")
    take(page, "billede")


def look_at_a_meeting(page: Page) -> None:
    open_text(page, "events/event", "EKSEMPEL: Trygge butikker")
    page.locator("summary", has_text="Hvornår").click()
    page.locator("summary", has_text="Hvornår").evaluate("e => e.scrollIntoView({block: 'center'})")
    take(page, "stormoede")
    page.get_by_text("Mere").click()
    page.get_by_role("link", name="Tilmelding", exact=True).click()
    take(page, "tilmelding")


def write_a_notice(page: Page) -> None:
    page.goto("/admin/nejtilbander/notice/nu/")
    page.locator("input[name=phrase][value=telefon]").check()
    page.locator("input[name=duration][value='3']").check()
    take(page, "besked")


def test_the_picture_of_the_readme(browser: Browser, site: str):
    """The front page on a computer, and the guide in Arabic on a phone in the dark."""
    wide = browser.new_context(base_url=site, viewport={"width": 1200, "height": 750}, color_scheme="light")
    phone = browser.new_context(base_url=site, viewport={"width": 402, "height": 750}, color_scheme="dark")
    canvas = Image.new("RGB", (1351, 641), "#d8cfba")
    for context, address, left, width in ((wide, "/", 8, 1000), (phone, "/ar/hjaelp/", 1008, 335)):
        page = context.new_page()
        page.goto(address)
        canvas.paste(screenshot(page).resize((width, 625), Image.Resampling.LANCZOS), (left, 8))
        context.close()
    keep(canvas, DOCS / "picture.png")
