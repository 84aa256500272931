"""A new editor with only docs/edit.md at hand: each thing it promises, as it says, in under a minute.

With SCREENS=docs/edit it also takes the pictures that docs/edit.md shows.
"""

import io
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.browser.test_admin import log_in

pytestmark = pytest.mark.chromium
A_MINUTE = 60
SCREENS = os.environ.get("SCREENS")


@pytest.fixture
def desk(browser: Browser, site: str) -> Iterator[Page]:
    """An editor's own screen, logged in."""
    context = browser.new_context(base_url=site, viewport={"width": 1280, "height": 800}, locale="da-DK")
    page = context.new_page()
    log_in(page, "/admin/")
    yield page
    context.close()


@contextmanager
def a_minute() -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < A_MINUTE


def picture(page: Page, name: str) -> None:
    """What docs/edit.md shows, in few colours."""
    if SCREENS:
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(500)
        shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB").resize((960, 600))
        shot.quantize(64).save(Path(SCREENS) / f"{name}.png", optimize=True)


def read(desk: Page, path: str, words: str) -> None:
    """What a citizen who comes now reads, within the two seconds that news takes; browsers keep a page for a minute."""
    for _ in range(30):
        citizen = desk.context.browser.new_page(base_url=desk.url.partition("/admin")[0])
        citizen.goto(path)
        found = citizen.locator("body").inner_text()
        citizen.close()
        if words in found:
            break
        time.sleep(0.1)
    assert words in found


def test_the_front_page_is_changed_in_danish_and_arabic_planned_published_and_brought_back(desk: Page):
    with a_minute():
        picture(desk, "forsiden")
        desk.get_by_role("link", name="Odense siger nej til bander", exact=True).click()
        desk.get_by_label("Manchet [da]").fill("Vi står sammen, hver dag.")
        desk.get_by_role("button", name="Gem", exact=True).click()
        picture(desk, "ret")
        desk.locator(".desk-languages").get_by_text("العربية").click()
        desk.get_by_label("Manchet [ar]").fill("نقف معًا كل يوم.")
        desk.get_by_role("button", name="Gem", exact=True).click()
        picture(desk, "oversaet")

    with a_minute():
        desk.get_by_role("link", name="Se kladden").click()
        phone = desk.frame_locator("iframe").first
        expect(phone.get_by_text("نقف معًا كل يوم.")).to_be_visible()
        picture(desk, "se")
        desk.go_back()

    with a_minute():
        tomorrow = timezone.localtime() + timedelta(days=1)
        desk.get_by_role("link", name="Udgiv").click()
        picture(desk, "udgiv")
        desk.get_by_label("dag", exact=True).first.fill(tomorrow.strftime("%Y-%m-%d"))
        desk.get_by_label("klokkeslæt", exact=True).first.fill("08:00")
        desk.get_by_role("button", name="Udgiv").click()
        expect(desk.get_by_text("Planlagt. Læserne ser den fra")).to_be_visible()

    with a_minute():
        desk.get_by_role("link", name="Udgiv").click()
        desk.get_by_role("button", name="Udgiv").click()
        expect(desk.get_by_text("Udgivet. Læserne ser den nu.")).to_be_visible()
        read(desk, "/", "Vi står sammen, hver dag.")
        read(desk, "/ar/", "نقف معًا كل يوم.")

    with a_minute():
        desk.get_by_role("link", name="Historik").click()
        expect(desk.get_by_role("cell", name="prove").first).to_be_visible()
        picture(desk, "historik")
        desk.get_by_role("link", name="Version 1", exact=True).click()
        desk.get_by_role("button", name="Hent version 1 tilbage som kladde").click()
        desk.get_by_role("link", name="Udgiv").click()
        desk.get_by_role("button", name="Udgiv").click()
        read(desk, "/", "Odense skal være en tryg by for alle.")


def test_a_picture_is_added_and_published(desk: Page):
    file = desk.request.get("/kort.png").body()  # as good a picture as any
    with a_minute():
        desk.goto("/admin/")
        desk.get_by_role("link", name="Billeder", exact=True).click()
        desk.get_by_role("link", name="Tilføj billede").click()
        photo = FilePayload(name="foto.png", mimeType="image/png", buffer=file)
        desk.get_by_label("billedfil").set_input_files(photo)
        desk.get_by_label("Navn").fill("Rådhuset")
        desk.get_by_label("Fotograf").fill("Odense Kommune")
        desk.get_by_role("button", name="Gem og fortsæt med at redigere").click()
        desk.locator(".desk-focus").click(position={"x": 20, "y": 20})
        assert int(desk.get_by_label("Det vigtigste, fra venstre").input_value()) < 10
        picture(desk, "billede")

        desk.goto("/admin/pages/initiative/")
        desk.get_by_role("link", name="Al Capone-modellen").click()
        desk.get_by_label("Billede:").select_option(label="Rådhuset")
        desk.get_by_label("Hvad billedet viser [da]").fill("Rådhuset i Odense set fra pladsen.")
        desk.get_by_role("button", name="Gem", exact=True).click()
        desk.get_by_role("link", name="Udgiv").click()
        desk.get_by_role("button", name="Udgiv").click()
        read(desk, "/indsatser/al-capone-modellen/", "Foto: Odense Kommune")
        shown = desk.context.new_page()
        shown.goto("/indsatser/al-capone-modellen/")
        photo_shown = shown.get_by_alt_text("Rådhuset i Odense set fra pladsen.")
        photo_shown.scroll_into_view_if_needed()
        shown.wait_for_function("e => e.complete && e.naturalWidth > 0", arg=photo_shown.element_handle())
        assert photo_shown.evaluate("e => e.currentSrc").endswith(".avif")


def test_a_meeting_is_cancelled_and_says_so_on_every_page(desk: Page):
    with a_minute():
        desk.goto("/admin/events/event/")
        desk.get_by_role("link", name="EKSEMPEL: Stormøde: Trygge butikker").click()
        desk.get_by_label("Tilstand").select_option(label="aflyst")
        desk.get_by_label("Grund til aflysning [da]").fill("Taleren er syg.")
        desk.get_by_role("button", name="Gem", exact=True).click()
        desk.get_by_role("link", name="Udgiv").click()
        desk.get_by_role("button", name="Udgiv").click()
        read(desk, "/stormoeder/trygge-butikker/", "Taleren er syg.")
        read(desk, "/hjaelp/", "Aflyst")
    # The site is the other tests' too.
    desk.get_by_label("Tilstand").select_option(label="afholdes")
    desk.get_by_label("Grund til aflysning [da]").fill("")
    desk.get_by_role("button", name="Gem", exact=True).click()
    desk.get_by_role("link", name="Udgiv").click()
    desk.get_by_role("button", name="Udgiv").click()
    desk.get_by_role("link", name="Tilmelding", exact=True).click()
    desk.get_by_role("button", name="Åbn tilmeldingen").click()
