"""A new editor with only docs/edit.md at hand: each thing it promises, as it says, in under a minute."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, FilePayload, Page, StorageState, expect

from tests.support.waiting import machine_slowness, wait_until

pytestmark = pytest.mark.chromium
A_MINUTE = 60


@pytest.fixture
def model_admin(browser: Browser, site: str, badge: StorageState) -> Iterator[Page]:
    """An editor's own screen, logged in."""
    screen = {"width": 1280, "height": 800}
    context = browser.new_context(base_url=site, viewport=screen, locale="da-DK", storage_state=badge)
    page = context.new_page()
    page.goto("/admin/")
    yield page
    context.close()


@contextmanager
def a_minute() -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < A_MINUTE * machine_slowness()


def read(model_admin: Page, path: str, words: str) -> None:
    """What a citizen who comes now reads, as soon as the news is out; browsers keep a page until it is loaded again."""
    citizen = model_admin.context.browser.new_page()
    citizen.goto(model_admin.url.partition("/admin")[0] + path)

    def is_out() -> bool:
        citizen.reload()
        return words in citizen.locator("body").inner_text()

    wait_until(is_out, f"{words!r} on {path}")
    citizen.close()


def to_publishing(model_admin: Page) -> None:
    model_admin.get_by_role("button", name="Udgiv").click()
    model_admin.wait_for_url("**/udgiv/")


def test_the_front_page_is_changed_in_danish_and_arabic_planned_published_and_brought_back(model_admin: Page):
    with a_minute():
        model_admin.get_by_role("link", name="Sider", exact=True).click()
        model_admin.get_by_role("link", name="Odense siger nej til bander", exact=True).click()
        model_admin.get_by_label("Indledning på dansk").fill("Vi står sammen, hver dag.")
        model_admin.get_by_role("button", name="Gem kladde").click()
        model_admin.get_by_role("link", name="Arabisk").click()
        model_admin.get_by_label("Indledning på arabisk").fill("نقف معًا كل يوم.")
        model_admin.get_by_role("button", name="Gem kladde").click()

    with a_minute():
        model_admin.get_by_role("button", name="Se", exact=True).click()
        phone = model_admin.frame_locator("iframe").first
        expect(phone.get_by_text("نقف معًا كل يوم.")).to_be_visible()
        model_admin.go_back()

    with a_minute():
        tomorrow = timezone.localtime() + timedelta(days=1)
        to_publishing(model_admin)
        model_admin.get_by_label("dag", exact=True).first.fill(tomorrow.strftime("%Y-%m-%d"))
        model_admin.get_by_label("klokkeslæt", exact=True).first.fill("08:00")
        model_admin.get_by_role("button", name="Udgiv", exact=True).click()
        expect(model_admin.get_by_text("Planlagt. Læserne ser den fra")).to_be_visible()

    with a_minute():
        to_publishing(model_admin)
        model_admin.get_by_role("button", name="Udgiv").click()
        expect(model_admin.get_by_text("Udgivet. Læserne ser den nu.")).to_be_visible()
        read(model_admin, "/", "Vi står sammen, hver dag.")
        read(model_admin, "/ar/", "نقف معًا كل يوم.")

    with a_minute():
        model_admin.get_by_text("Mere").click()
        model_admin.get_by_role("link", name="Historik").click()
        expect(model_admin.get_by_role("cell", name="prove").first).to_be_visible()
        model_admin.get_by_role("link", name="Version 1", exact=True).click()
        model_admin.get_by_role("button", name="Hent version 1 tilbage som kladde").click()
        to_publishing(model_admin)
        model_admin.get_by_role("button", name="Udgiv").click()
        read(model_admin, "/", "Odense skal være en tryg by for alle.")


def test_a_picture_is_added_and_published(model_admin: Page):
    file = model_admin.request.get("/kort.png").body()  # as good a picture as any
    with a_minute():
        model_admin.goto("/admin/")
        model_admin.get_by_role("link", name="Billeder", exact=True).click()
        model_admin.get_by_role("link", name="Tilføj billede").click()
        photo = FilePayload(name="foto.png", mimeType="image/png", buffer=file)
        model_admin.get_by_label("billedfil").set_input_files(photo)
        model_admin.get_by_label("Navn").fill("Rådhuset")
        model_admin.get_by_label("Fotograf").fill("Odense Kommune")
        model_admin.get_by_role("button", name="Gem og fortsæt med at redigere").click()
        model_admin.locator(".desk-focus").click(position={"x": 20, "y": 20})
        assert int(model_admin.get_by_label("Det vigtigste, fra venstre").input_value()) < 10

        model_admin.goto("/admin/pages/initiative/")
        model_admin.get_by_role("link", name="Al Capone-modellen").click()
        model_admin.locator("summary", has_text="Billede").first.click()
        model_admin.get_by_label("Billede:").select_option(label="Rådhuset")
        model_admin.get_by_label("Hvad billedet viser på dansk").fill("Rådhuset i Odense set fra pladsen.")
        model_admin.get_by_role("button", name="Gem kladde").click()
        to_publishing(model_admin)
        model_admin.get_by_role("button", name="Udgiv").click()
        read(model_admin, "/indsatser/al-capone-modellen/", "Foto: Odense Kommune")
        shown = model_admin.context.new_page()
        shown.goto("/indsatser/al-capone-modellen/")
        photo_shown = shown.get_by_alt_text("Rådhuset i Odense set fra pladsen.")
        photo_shown.scroll_into_view_if_needed()
        shown.wait_for_function("e => e.complete && e.naturalWidth > 0", arg=photo_shown.element_handle())
        assert photo_shown.evaluate("e => e.currentSrc").endswith(".avif")


def test_a_meeting_is_cancelled_and_says_so_on_every_page(model_admin: Page):
    with a_minute():
        model_admin.goto("/admin/events/event/")
        model_admin.get_by_role("link", name="EKSEMPEL: Trygge butikker").click()
        model_admin.locator("summary", has_text="Aflysning").click()
        model_admin.get_by_label("Tilstand").select_option(label="aflyst")
        model_admin.get_by_label("Grund til aflysning på dansk").fill("Taleren er syg.")
        model_admin.get_by_role("button", name="Gem kladde").click()
        to_publishing(model_admin)
        model_admin.get_by_role("button", name="Udgiv").click()
        read(model_admin, "/stormoeder/trygge-butikker/", "Taleren er syg.")
        read(model_admin, "/hjaelp/", "Aflyst")
    # The site is the other tests' too.
    model_admin.locator("summary", has_text="Aflysning").click()
    model_admin.get_by_label("Tilstand").select_option(label="afholdes")
    model_admin.get_by_label("Grund til aflysning på dansk").fill("")
    model_admin.get_by_role("button", name="Gem kladde").click()
    to_publishing(model_admin)
    model_admin.get_by_role("button", name="Udgiv").click()
    model_admin.get_by_text("Mere").click()
    model_admin.get_by_role("link", name="Tilmelding", exact=True).click()
    model_admin.get_by_role("button", name="Åbn tilmeldingen").click()
