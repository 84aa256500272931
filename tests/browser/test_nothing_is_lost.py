"""What staff have typed and not saved survives whatever happens to the page, until it is saved or thrown away."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from tests.browser.conftest import PASSWORD, log_in

pytestmark = pytest.mark.chromium
FORM = "/admin/pages/page/3/change/"
WITH_ROWS = "/admin/pages/initiative/2/change/"
SERIOUS = ("critical", "serious")
WRITE = "(editable, html) => editable.editor.commands.setContent(html, { emitUpdate: true })"


@pytest.fixture
def writer(browser: Browser, site: str, badge: StorageState) -> Iterator[Page]:
    """A member of staff in a window of their own. What the browser asks before it leaves is kept, and allowed."""
    context = browser.new_context(
        base_url=site, viewport={"width": 1280, "height": 900}, locale="da-DK", storage_state=badge
    )
    page = context.new_page()
    page.asked = []
    page.on("dialog", lambda dialog: (page.asked.append(dialog.type), dialog.accept()))
    yield page
    context.close()


def open_form(page: Page, address: str = FORM) -> None:
    page.goto(address)
    page.get_by_role("toolbar").first.wait_for()


def title(page: Page):
    return page.locator("#id_title_da")


def editor(page: Page):
    return page.locator(".prose-editor:has(#id_body_da) .ProseMirror")


def last_row(page: Page):
    return page.locator(".prose-editor:has([id$=-body_da]) .ProseMirror").last


def save(page: Page) -> None:
    page.locator("[name=_save]").click()


def drafts(page: Page) -> list[str]:
    return page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('draft|'))")


def wait_for_draft(page: Page, words: str) -> None:
    page.wait_for_function("words => Object.values(sessionStorage).some((draft) => draft.includes(words))", arg=words)


def other_language(page: Page):
    return page.locator("a[href='?sprog=ar']").first


def test_a_form_that_nobody_has_touched_is_left_without_a_question(writer):
    open_form(writer)
    other_language(writer).click()
    writer.wait_for_url("**sprog=ar")
    writer.goto("/admin/")

    assert (writer.asked, drafts(writer)) == ([], [])


def test_a_language_tab_asks_first_and_can_save_on_the_way(writer):
    open_form(writer)
    before = title(writer).input_value()
    title(writer).fill("Gemt på vejen")
    other_language(writer).click()
    question = writer.get_by_role("dialog", name="Gem først?")
    expect(question).to_be_visible()
    question.get_by_role("button", name="Bliv").click()
    expect(question).to_be_hidden()
    expect(title(writer)).to_have_value("Gemt på vejen")

    other_language(writer).click()
    question.get_by_role("button", name="Gem og gå videre").click()
    writer.wait_for_url("**sprog=ar")
    expect(writer.get_by_text("Gemt som kladde")).to_be_visible()
    assert (writer.asked, drafts(writer)) == ([], [])

    open_form(writer)
    expect(title(writer)).to_have_value("Gemt på vejen")
    title(writer).fill(before)
    save(writer)
    expect(writer.get_by_text("Gemt som kladde")).to_be_visible()


def test_what_was_left_without_saving_is_offered_when_they_come_again(writer):
    open_form(writer)
    before = title(writer).input_value()
    title(writer).fill("Ikke gemt")
    editor(writer).evaluate(WRITE, "<p>Et nyt afsnit.</p>")
    writer.locator(".breadcrumbs").get_by_role("link", name="Sider").click()
    writer.get_by_role("button", name="Gå uden at gemme").press("Enter")
    writer.wait_for_url("**/pages/page/")
    assert writer.asked == []

    open_form(writer)
    offer = writer.get_by_role("status", name="Tekst, der ikke er gemt")
    expect(offer).to_contain_text("Du har tekst, der ikke er gemt, fra kl.")
    expect(title(writer)).to_have_value(before)
    offer.get_by_role("button", name="Hent den").click()
    expect(title(writer)).to_have_value("Ikke gemt")
    expect(editor(writer)).to_have_text("Et nyt afsnit.")
    expect(offer).to_contain_text("Det er ikke gemt endnu.")

    offer.get_by_role("button", name="Smid det væk").click()
    expect(title(writer)).to_have_value(before)
    expect(offer).to_have_count(0)
    assert (writer.asked, drafts(writer)) == ([], [])


def test_a_browser_that_goes_asks_and_what_was_typed_comes_back_with_rows_ticks_and_choices(writer):
    open_form(writer, WITH_ROWS)
    rows = writer.get_by_role("toolbar").count()
    writer.locator("summary", has_text="Hvem og hvor langt").click()
    level = writer.locator("#id_level")
    choice = level.locator("option:not([selected]):not([value=''])").first.get_attribute("value")
    level.select_option(choice)
    writer.get_by_label("Lille rettelse").check()
    writer.get_by_role("button", name="Tilføj nyhed").click()
    writer.get_by_role("toolbar").nth(rows).wait_for()
    writer.locator("[id$=-title_da]:not([id*=__prefix__])").last.fill("Noget er sket")
    last_row(writer).evaluate(WRITE, "<p>Det gik godt.</p>")
    wait_for_draft(writer, "Det gik godt.")

    writer.reload()
    assert writer.asked == ["beforeunload"]
    writer.get_by_role("button", name="Hent den").click()

    writer.get_by_role("toolbar").nth(rows).wait_for()
    expect(level).to_have_value(choice)
    expect(writer.get_by_label("Lille rettelse")).to_be_checked()
    expect(writer.locator("[id$=-title_da]:not([id*=__prefix__])").last).to_have_value("Noget er sket")
    expect(last_row(writer)).to_have_text("Det gik godt.")

    writer.reload()
    writer.get_by_role("button", name="Smid den væk").click()
    expect(writer.get_by_role("status", name="Tekst, der ikke er gemt")).to_have_count(0)
    assert drafts(writer) == []


def test_a_form_that_is_gone_back_to_has_what_was_typed(writer):
    open_form(writer)
    title(writer).fill("På vej tilbage")
    editor(writer).evaluate(WRITE, "<p>Før jeg gik.</p>")
    writer.goto("/admin/pages/page/")
    assert writer.asked == ["beforeunload"]

    writer.go_back()
    expect(title(writer)).to_have_value("På vej tilbage")
    expect(editor(writer)).to_have_text("Før jeg gik.")


def test_the_keys_for_saving_save(writer):
    open_form(writer)
    before = title(writer).input_value()
    title(writer).fill("Gemt med tasterne")
    writer.keyboard.press("Control+s")
    expect(writer.get_by_text("Gemt som kladde")).to_be_visible()
    assert (writer.asked, drafts(writer)) == ([], [])

    title(writer).fill(before)
    writer.keyboard.press("Meta+s")
    expect(writer.get_by_text("Gemt som kladde")).to_be_visible()
    expect(title(writer)).to_have_value(before)


def test_a_login_that_ends_while_they_write_leads_back_to_the_form_and_the_text(writer):
    open_form(writer)
    before = title(writer).input_value()
    title(writer).fill("Skrevet, før jeg blev logget ud")
    editor(writer).evaluate(WRITE, "<p>Et langt afsnit, som ingen vil skrive to gange i dag.</p>")
    writer.context.clear_cookies(name="sessionid")
    save(writer)
    expect(writer.get_by_role("heading", name="Du er logget ud")).to_be_visible()
    expect(writer.get_by_text("står din tekst i formularen igen")).to_be_visible()

    writer.get_by_role("link", name="log ind igen").click()
    writer.get_by_label("Brugernavn").fill("prove")
    writer.get_by_label("Adgangskode").fill(PASSWORD)
    writer.get_by_role("button", name="Log ind", exact=True).click()
    writer.wait_for_url(f"**{FORM}")
    expect(title(writer)).to_have_value("Skrevet, før jeg blev logget ud")
    expect(editor(writer)).to_have_text("Et langt afsnit, som ingen vil skrive to gange i dag.")
    writer.get_by_role("button", name="Smid det væk").click()
    expect(title(writer)).to_have_value(before)


def test_what_was_refused_is_still_unsaved_and_the_same_text_is_not_offered_twice(writer):
    open_form(writer)
    before = title(writer).input_value()
    title(writer).fill("")
    save(writer)
    expect(writer.locator(".errorlist").first).to_be_visible()
    writer.get_by_role("toolbar").first.wait_for()
    other_language(writer).click()
    writer.get_by_role("button", name="Bliv").click()
    title(writer).fill(f"{before}!")
    save(writer)
    expect(writer.get_by_text("Gemt som kladde")).to_be_visible()
    expect(writer.get_by_role("status", name="Tekst, der ikke er gemt")).to_have_count(0)
    assert drafts(writer) == []

    title(writer).fill(before)
    save(writer)
    expect(title(writer)).to_have_value(before)


def test_a_draft_of_a_text_that_another_has_saved_since_is_merged_with_it(writer, browser, site, badge):
    open_form(writer)
    before = title(writer).input_value()
    title(writer).fill("Min titel")
    wait_for_draft(writer, "Min titel")
    colleague = browser.new_context(base_url=site, storage_state=badge).new_page()
    open_form(colleague)
    summary = colleague.locator("#id_summary_da").input_value()
    colleague.locator("#id_summary_da").fill("Kollegaens ord.")
    save(colleague)
    expect(colleague.get_by_text("Gemt som kladde")).to_be_visible()

    writer.reload()
    writer.get_by_role("button", name="Hent den").click()
    save(writer)
    expect(writer.get_by_text("har gemt, mens du skrev")).to_be_visible()
    expect(title(writer)).to_have_value("Min titel")
    expect(writer.locator("#id_summary_da")).to_have_value("Kollegaens ord.")

    title(writer).fill(before)
    writer.locator("#id_summary_da").fill(summary)
    save(writer)
    expect(writer.locator("#id_summary_da")).to_have_value(summary)
    assert drafts(writer) == []
    colleague.context.close()


def test_to_log_out_takes_the_drafts_away_and_they_are_nobody_elses(writer):
    open_form(writer)
    title(writer).fill("Min egen tekst")
    wait_for_draft(writer, "Min egen tekst")
    writer.context.clear_cookies(name="sessionid")
    log_in(writer, "anden")
    assert drafts(writer) == []

    open_form(writer)
    title(writer).fill("Min egen tekst")
    wait_for_draft(writer, "Min egen tekst")
    writer.get_by_role("button", name="Log ud").click()
    expect(writer.get_by_role("heading", name="Log ind")).to_be_visible()
    assert drafts(writer) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_question_and_the_offer_shut_nobody_out(writer, axe, scheme):
    writer.emulate_media(color_scheme=scheme)
    writer.set_viewport_size({"width": 390, "height": 780})
    open_form(writer)
    title(writer).fill("Tekst, der ikke er gemt")
    wait_for_draft(writer, "Tekst, der ikke er gemt")
    writer.reload()
    writer.get_by_role("button", name="Hent den").click()
    other_language(writer).click()
    writer.evaluate(axe)
    found = writer.evaluate("axe.run(document, { resultTypes: ['violations'], preload: false, iframes: false })")

    assert [error["id"] for error in found["violations"] if error["impact"] in SERIOUS] == []
    assert writer.evaluate("document.documentElement.scrollWidth <= innerWidth")
    sizes = (
        "['.writing-dialog button', '.writing-draft button'].flatMap((some) => [...document.querySelectorAll(some)])"
    )
    heights = writer.evaluate(f"{sizes}.map((one) => one.getBoundingClientRect().height).filter(Boolean)")
    assert min(heights) >= 24
    writer.keyboard.press("Escape")
    expect(writer.get_by_role("dialog", name="Gem først?")).to_be_hidden()
