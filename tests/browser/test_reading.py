"""What a frightened reader does: leaves in a hurry, uses the keyboard, has no script, prints, zooms."""

import re

import pytest
from playwright.sync_api import Browser, expect

pytestmark = pytest.mark.chromium


AWAY = re.compile("^http://localhost:[0-9]+/robots.txt$")


def test_the_quick_exit_leaves_at_once_and_back_does_not_return_to_the_guide(page):
    page.goto("/stormoeder/")
    page.goto("/hjaelp/")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("link", name="Forlad siden").click()

    page.wait_for_url(AWAY)
    assert [url for url in asked if not AWAY.match(url)] == [], "it waits for nobody else"
    page.go_back()
    expect(page).to_have_url(re.compile("/stormoeder/$"))


def press_shift(page, times, pause=0):
    for _ in range(times):
        page.keyboard.press("Shift")
        page.wait_for_timeout(pause)


def test_three_presses_of_shift_within_a_second_leave_the_guide_and_capital_letters_do_not(page):
    page.goto("/ar/hjaelp/")
    for key in ("A", "B", "C", "D"):
        page.keyboard.press(f"Shift+{key}")
    press_shift(page, 2)
    page.keyboard.press("Tab")
    press_shift(page, 2)
    assert "/ar/hjaelp/" in page.url

    page.keyboard.press("Tab")
    press_shift(page, 3)
    page.wait_for_url(AWAY)


def test_slow_presses_of_shift_leave_nothing(page):
    page.goto("/hjaelp/")
    press_shift(page, 5, pause=600)

    assert page.url.endswith("/hjaelp/")


def test_shift_never_throws_away_what_was_written_in_a_form(page):
    page.goto("/stormoeder/trygge-butikker/tilmelding/")
    expect(page.get_by_role("link", name="Forlad siden")).to_be_visible()
    field = page.locator("input[type=email]")
    field.fill("prove@example.dk")
    press_shift(page, 4)
    page.locator("body").click(position={"x": 1, "y": 1})
    press_shift(page, 4)

    expect(field).to_have_value("prove@example.dk")
    page.goto("/hjaelp/")
    assert page.locator("form").count() == 0, "where Shift leaves there is nothing to lose"


def test_the_quick_exit_works_without_script_and_stays_in_sight(browser: Browser, site: str):
    context = browser.new_context(
        base_url=site,
        java_script_enabled=False,
        viewport={"width": 320, "height": 640},
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto("/hjaelp/#spor")

    leave = page.get_by_role("link", name="Forlad siden")
    box = leave.bounding_box()
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 640
    assert box["height"] >= 44
    leave.click()
    page.wait_for_url(AWAY)
    context.close()


def test_the_numbers_to_call_are_easy_to_hit_and_stay_left_to_right(page):
    page.goto("/fa/hjaelp/")

    numbers = page.locator("main a[href^='tel:']").all()
    assert len(numbers) > 12
    for number in numbers:
        box = number.bounding_box()
        assert min(box["width"], box["height"]) >= 43.9, number.inner_text()
    assert page.locator("a[href='tel:116006'] bdi").first.evaluate("e => getComputedStyle(e).direction") == "ltr"


def test_on_a_phone_the_guide_begins_with_three_rows_to_press_and_two_taps_lead_to_an_answer(page):
    page.goto("/hjaelp/")
    rows = [row.bounding_box() for row in page.locator(".numbers a").all()]
    assert [row["width"] for row in rows] == [343] * 3
    assert rows[-1]["y"] + rows[-1]["height"] <= 450
    expect(page.locator(".side")).to_be_hidden()

    page.get_by_role("link", name="Har du en butik eller et firma?").click()
    expect(page.get_by_role("heading", name="Har du en butik eller et firma?")).to_be_in_viewport()
    expect(page.get_by_text("Du er ikke alene. Ring 114")).to_be_in_viewport()


@pytest.mark.parametrize(
    ("door", "answer"),
    [("Er du døv, eller kan du ikke ringe?", "Skriv til politiet."), ("Er du under 18 år?", "Ring til BørneTelefonen")],
)
def test_two_taps_from_the_front_page_lead_who_cannot_call_or_is_young_to_an_answer(page, door, answer):
    page.goto("/")
    page.get_by_role("link", name="Få hjælp til at anmelde").click()
    page.locator(".choices").get_by_role("link", name=door).click()

    expect(page.locator("#svar dt").get_by_text(door)).to_be_in_viewport()
    expect(page.locator("#svar").get_by_text(answer)).to_be_in_viewport()


def test_shift_is_told_of_beside_the_numbers_where_there_are_keys_and_script(page, browser, site):
    told = "Skal du væk nu? Tryk hurtigt på Shift tre gange."
    page.goto("/hjaelp/")
    expect(page.get_by_text(told)).to_be_in_viewport()
    page.emulate_media(media="print")
    expect(page.get_by_text(told)).to_be_hidden()

    for without in ({"is_mobile": True, "has_touch": True}, {"java_script_enabled": False}):
        context = browser.new_context(base_url=site, viewport={"width": 375, "height": 700}, **without)
        other = context.new_page()
        other.goto("/hjaelp/")
        expect(other.get_by_text(told)).to_be_hidden()
        context.close()


def test_on_a_wide_screen_the_doors_stand_in_two_columns_and_the_contents_stay_beside_the_answers(page):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(reduced_motion="reduce")
    page.goto("/hjaelp/")

    assert {door.bounding_box()["x"] for door in page.locator(".choices a").all()} == {96, 644}
    page.goto("/hjaelp/#ud")
    expect(page.locator(".side").get_by_role("link", name="Andre spørgsmål")).to_be_in_viewport()


def test_the_keyboard_reaches_everything_in_order_and_focus_is_always_seen(page):
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(reduced_motion="reduce")
    page.goto("/")
    seen = []
    for _ in range(99):
        page.keyboard.press("Tab")
        name, outline, hidden = page.evaluate(
            """() => { const e = document.activeElement, r = e.getBoundingClientRect();
            const top = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2);
            return [e === document.body ? "" : e.textContent.trim(), getComputedStyle(e).outlineStyle,
            !(top && (e.contains(top) || top.contains(e)))] }"""
        )
        if not name or name == seen[:1]:
            break
        assert outline == "solid", name
        assert not hidden, f"{name} is covered when it has focus"
        seen.append(name)

    assert seen[:3] == ["Spring til indhold", "112", "114"]
    assert seen[3:9] == ["Dansk", "English", "العربية", "Soomaali", "Türkçe", "فارسی"]
    assert seen[10:17] == [
        "Udtalelsen",
        "Indsatser",
        "Stormøder",
        "Sådan anmelder du",
        "Hvad kan jeg gøre?",
        "Hvem står bag",
        "Søg",
    ]
    assert seen[17:19] == ["Få hjælp til at anmelde", "Læs udtalelsen"]
    assert seen[-1] == "nejtilbander.dk", "the last link of the page"


def test_skipping_leads_past_the_menu(page):
    page.goto("/indsatser/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "indhold"


def test_on_a_phone_the_menu_opens_without_script(browser: Browser, site: str):
    context = browser.new_context(base_url=site, java_script_enabled=False, viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto("/ar/")
    places = page.locator(".menu nav a")
    expect(places.first).to_be_hidden()

    page.locator(".menu summary").click()
    expect(places.first).to_be_visible()
    places.nth(3).click()
    expect(page).to_have_url(f"{site}/ar/hjaelp/")
    context.close()


def test_on_a_wide_screen_the_menu_is_simply_there(page):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/")

    expect(page.get_by_role("link", name="Hvem står bag", exact=True)).to_be_visible()
    expect(page.locator(".menu summary")).to_be_hidden()


@pytest.mark.parametrize("language", ["", "en/", "ar/", "so/", "tr/", "fa/"])
def test_the_guide_prints_on_one_sheet_with_its_sender_and_without_what_cannot_be_pressed(page, language):
    page.goto(f"/{language}hjaelp/")

    page.emulate_media(media="print")
    expect(page.get_by_text("Odense Kommune ·")).to_be_visible()
    expect(page.get_by_text("/bekymret/")).to_be_visible()
    for hidden in (".exit", ".choices", ".side", ".brand", "#spor"):
        expect(page.locator(hidden)).to_be_hidden()
    assert page.locator(".guide").evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 12, "9 pt"
    sheets = page.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheets)) == 1


@pytest.mark.parametrize("language", ["", "en/", "ar/", "so/", "tr/", "fa/"])
def test_no_number_runs_off_the_paper(page, language):
    page.set_viewport_size({"width": 733, "height": 1062})  # A4 within margins of 8 mm
    page.goto(f"/{language}hjaelp/")

    page.emulate_media(media="print")
    edges = page.eval_on_selector_all(
        ".numbers *", "all => all.map(e => e.getBoundingClientRect()).flatMap(box => [box.left, box.right])"
    )
    assert len(edges) > 3 * 2 * 4
    assert min(edges) >= 0
    assert max(edges) <= 733


@pytest.mark.parametrize("language", ["", "/en", "/ar", "/so", "/tr", "/fa"])
def test_text_twice_as_large_still_fits_a_small_phone(page, language):
    page.set_viewport_size({"width": 320, "height": 640})
    for address in ("/", "/hjaelp/", "/stormoeder/trygge-butikker/", "/udtalelse/", "/soeg/?q=a", "/indsatser/"):
        page.goto(f"{language}{address}")
        page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address


def test_a_very_long_word_is_broken_rather_than_pushing_the_page_wide(page):
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/soeg/?q=" + "Speciallægepraksisplanlægning" * 3)

    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_a_reader_searches_and_follows_a_hit(page):
    page.goto("/en/soeg/")
    page.get_by_role("searchbox").fill("shop")
    page.keyboard.press("Enter")

    page.locator(".hits a").first.click()
    expect(page.locator("h1")).to_be_visible()
    assert "/en/" in page.url


def test_a_reader_changes_language_and_stays_on_the_page(page):
    page.goto("/stormoeder/naboskab/")
    page.get_by_role("link", name="العربية").click()

    expect(page).to_have_url(re.compile("/ar/stormoeder/naboskab/$"))
    assert page.evaluate("document.documentElement.dir") == "rtl"
