"""The change form as a newcomer meets it: the bar, the groups, the dates, the preview."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.chromium
MEETING = "/admin/events/event/1/change/"
IN_SIGHT = """bar => {
    const box = bar.getBoundingClientRect();
    return box.top >= 0 && Math.round(box.bottom) <= innerHeight && box.left >= 0 && Math.round(box.right) <= innerWidth
}"""
FOCUS_IN_SIGHT = """() => {
    const box = document.activeElement.getBoundingClientRect();
    const bar = document.querySelector(".desk-bar").getBoundingClientRect();
    const is_elsewhere = document.activeElement === document.body || document.activeElement.closest(".desk-bar");
    return Boolean(is_elsewhere) || (box.top >= 0 && box.top < bar.top - 8)
}"""


@pytest.mark.parametrize("width", [390, 1280])
def test_the_bar_is_in_sight_wherever_the_form_is_scrolled_and_hides_nothing_with_focus(staff_page: Page, width: int):
    page = staff_page
    page.set_viewport_size({"width": width, "height": 700})
    page.goto(MEETING)
    bar = page.get_by_role("group", name="Gem, se og udgiv")
    for share in (0, 0.5, 1):
        page.evaluate("share => scrollTo(0, share * document.documentElement.scrollHeight)", share)
        assert bar.evaluate(IN_SIGHT)
        for name in ("Gem kladde", "Se", "Udgiv"):
            assert bar.get_by_role("button", name=name, exact=True).evaluate(IN_SIGHT)
        assert bar.get_by_text("Mere").evaluate(IN_SIGHT)
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")

    page.evaluate("document.querySelectorAll('fieldset details').forEach(group => group.open = true)")
    page.locator("#id_title_da").focus()
    for _ in range(60):
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUS_IN_SIGHT), page.evaluate("document.activeElement.outerHTML")


def test_by_keyboard_the_bar_comes_after_the_fields_and_its_menu_opens_and_closes(staff_page: Page):
    page = staff_page
    page.goto("/admin/pages/partner/1/change/")
    page.get_by_role("button", name="Gem kladde").focus()
    order = []
    for _ in range(3):
        page.keyboard.press("Tab")
        order.append(page.evaluate("document.activeElement.textContent.trim()"))
    assert order == ["Se", "Udgiv", "Mere"]
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.get_by_role("link", name="Historik").is_visible()
    texts = page.locator(".desk-more li").all_inner_texts()
    assert [text.strip() for text in texts] == [
        "Historik", "Ansvarlig og gennemgang", "Send til gennemsyn", "Træk tilbage", "Slet",
    ]  # fmt: skip
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Historik")).not_to_be_visible()
    assert page.evaluate("document.activeElement.textContent.trim()") == "Mere"


def test_enter_in_a_field_saves_a_draft_and_the_buttons_save_before_they_lead_on(staff_page: Page):
    page = staff_page
    page.goto("/admin/pages/initiative/5/change/")
    page.locator("#id_title_da").fill("Gemt med Enter")
    page.locator("#id_title_da").press("Enter")
    expect(page.get_by_text("Gemt som kladde.")).to_be_visible()
    assert page.url.endswith("/change/")

    page.locator("#id_title_da").fill("Gemt og set")
    page.get_by_role("button", name="Se", exact=True).click()
    expect(page.frame_locator("iframe").first.locator("h1")).to_have_text("Gemt og set")
    page.get_by_role("link", name="Tilbage til teksten").click()

    page.locator("#id_title_da").fill("Gemt og klar")
    page.get_by_role("button", name="Udgiv").click()
    page.wait_for_url("**/udgiv/")
    expect(page.locator("ins", has_text="klar")).to_be_visible()


def test_a_link_in_the_preview_beside_the_form_stays_in_its_frame(staff_page: Page):
    page = staff_page
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/admin/pages/initiative/4/change/")
    frame = page.frame_locator(".desk-preview iframe")
    expect(page.locator(".desk-preview iframe")).to_be_in_viewport()
    page.mouse.wheel(0, 600)
    expect(page.locator(".desk-preview summary")).to_be_in_viewport()

    frame.get_by_role("link", name="العربية").click()
    expect(frame.locator("html")).to_have_attribute("lang", "ar")
    frame.get_by_role("link", name="Dansk").click()
    frame.get_by_role("link", name="Forside").click()
    expect(frame.locator("h1")).to_contain_text("NEJ TIL BANDER")
    with page.context.expect_page() as opened:
        frame.get_by_role("link", name="112").evaluate("link => { link.href = '/plakat/'; link.target = '_blank' }")
        frame.get_by_role("link", name="112").click()
    assert opened.value.url.endswith("/plakat/")
    assert page.url.endswith("/change/")


def test_a_day_is_typed_or_chosen_and_an_error_in_a_folded_group_opens_it(staff_page: Page):
    page = staff_page
    page.goto(MEETING)
    page.locator("summary", has_text="Hvornår").click()
    day = page.get_by_label("Dørene åbner, dag", exact=True)
    before = day.input_value()
    assert page.get_by_role("button", name="Kalender: Dørene åbner, dag").is_visible()
    day.locator("xpath=following-sibling::input").evaluate(
        "calendar => { calendar.value = '2027-03-28'; calendar.dispatchEvent(new Event('change')) }"
    )
    expect(day).to_have_value("28.3.2027")
    expect(day).to_be_focused()
    day.fill("på et tidspunkt")
    page.get_by_role("button", name="Udgiv").click()

    expect(page.get_by_text("Skriv dagen som 28.3.2027 eller 28. marts 2027.")).to_be_visible()
    assert day.input_value() == "på et tidspunkt"
    page.get_by_role("link", name="Dørene åbner").click()
    expect(day).to_be_in_viewport()
    day.fill(before)


def test_the_address_of_a_new_page_is_shown_while_its_title_is_typed_and_is_what_the_server_makes(staff_page: Page):
    page = staff_page
    page.goto("/admin/pages/page/add/")
    page.locator("summary", has_text="Webadresse").click()
    page.locator("#id_title_da").fill("Åben aften på Ærø!")
    expect(page.locator("#id_slug")).to_have_attribute("placeholder", "aaben-aften-paa-aeroe")
    page.locator("#id_summary_da").fill("En aften.")
    page.get_by_role("button", name="Gem kladde").click()
    page.wait_for_url("**/change/")
    assert page.locator("#id_slug").input_value() == "aaben-aften-paa-aeroe"
    page.goto(f"{page.url}#id_slug")
    expect(page.locator("#id_slug")).to_be_in_viewport()


def test_without_scripts_the_form_has_its_bar_groups_dates_and_preview(browser, site, badge):
    context = browser.new_context(
        base_url=site, viewport={"width": 390, "height": 700}, storage_state=badge, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(MEETING)
    page.locator("summary", has_text="Efter mødet").click()
    page.locator("summary", has_text="Hvornår").click()
    day = page.locator("#id_doors_at_0")
    was = day.input_value()
    day.fill(was.replace(".", "-"))
    page.get_by_role("button", name="Gem kladde").click()
    expect(page.get_by_text("Der var ikke noget nyt at gemme.")).to_be_visible()
    page.get_by_text("Mere").click()
    expect(page.get_by_role("link", name="Historik")).to_be_visible()
    expect(page.locator(".desk-preview iframe")).to_be_visible()
    context.close()


def test_axe_finds_nothing_serious_on_the_form_with_everything_unfolded(staff_page: Page, axe: str):
    page = staff_page
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for place in (MEETING, "/admin/pages/initiative/4/change/?sprog=ar", "/admin/pages/page/add/"):
            page.goto(place)
            page.evaluate("document.querySelectorAll('details').forEach(group => group.open = true)")
            page.evaluate(axe)
            found = page.evaluate("axe.run(document, {resultTypes: ['violations'], preload: false, iframes: false})")
            serious = [one for one in found["violations"] if one["impact"] in {"serious", "critical"}]
            assert [(place, one["id"], one["nodes"][0]["target"]) for one in serious] == []
