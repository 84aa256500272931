"""The tools of the desk as they are held in a hand: a notice on a phone within six clicks, without scripts too."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from tests.browser.accessibility import EVERYTHING, errors
from tests.support.waiting import wait_until

pytestmark = pytest.mark.chromium


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def phone(request: pytest.FixtureRequest, browser: Browser, site: str, badge: StorageState) -> Iterator[Page]:
    screen = {"width": 390, "height": 844}
    context = browser.new_context(
        base_url=site, viewport=screen, locale="da-DK", storage_state=badge, java_script_enabled=request.param
    )
    yield context.new_page()
    context.close()


def test_a_notice_is_up_after_four_clicks_and_readers_have_it_in_their_language(phone: Page, page: Page):
    phone.goto("/admin/")

    phone.get_by_role("link", name="Ny besked nu").click()
    phone.get_by_role("radio", name="Kommunens telefon virker ikke lige nu").check()
    expect(phone.get_by_text("هاتف البلدية لا يعمل الآن")).to_be_visible()
    phone.get_by_role("radio", name="1 time").check()
    phone.get_by_role("button", name="Udgiv nu på alle sider").click()

    expect(phone.get_by_text("Udgivet. Læserne ser beskeden nu.")).to_be_visible()
    page.goto("/tr/")
    wait_until(
        lambda: page.reload() and page.get_by_text("Belediyenin telefonu şu anda çalışmıyor").count() > 0,
        "readers have it",
    )
    phone.goto(phone.url.partition("change/")[0] + "traek-tilbage/")  # other tests read the same site
    phone.get_by_role("button", name="Træk tilbage").click()
    expect(phone.get_by_text("Læserne ser den ikke mere.")).to_be_visible()


def test_what_is_not_chosen_is_folded_away_and_a_language_without_words_says_so_at_once(staff_page: Page, axe: str):
    page = staff_page
    page.goto("/admin/nejtilbander/notice/nu/")
    title, warning = (
        page.locator("#id_title_ar"),
        page.get_by_text("De, der læser arabisk, får den danske tekst at se."),
    )
    expect(title).to_be_hidden()

    page.get_by_role("radio", name="Egne ord").check()

    expect(warning).to_be_visible()
    title.fill("ابتعد عن الميناء")
    page.locator("#id_body_ar").fill("الآن")
    expect(warning).to_be_hidden()
    page.evaluate(axe)
    assert errors(page, EVERYTHING) == []


def test_a_translators_file_goes_down_and_comes_up_by_the_page_alone(staff_page: Page, axe: str, tmp_path: Path):
    page = staff_page
    page.goto("/admin/po/")
    page.locator("#down_sprog").select_option("tr")
    with page.expect_download() as download:
        page.get_by_role("button", name="Hent filen").click()
    file = tmp_path / "tr.po"
    text = Path(download.value.path()).read_text("utf-8")
    first = re.search(r'msgctxt "(\S+ \d+) ', text)[1]  # all its texts, so that it is translated as a whole
    file.write_text(re.sub(rf'#, fuzzy(?:, )?([^\n]*)\n(?=msgctxt "{first} )', r"#, \1\n", text), "utf-8")

    page.locator("#id_sprog").select_option("tr")
    page.locator("#id_file").set_input_files(file)
    page.get_by_role("button", name="Se, hvad der bliver anderledes").click()
    expect(page.get_by_text("Oversætteren siger, at de passer til den danske tekst").first).to_be_visible()
    page.evaluate(axe)
    assert errors(page, EVERYTHING) == []
    page.get_by_role("button", name="Gem 1 kladde").click()

    expect(page.get_by_text("1 tekst har fået en ny kladde.")).to_be_visible()
    expect(page.get_by_role("heading", name="Nye kladder fra filen")).to_be_visible()
