"""Staff choose a page to link to by its words, with the keyboard alone; no path is typed, no wrong one stays."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

pytestmark = pytest.mark.chromium
FORM = "/admin/pages/page/4/change/"
WRITE = "(editable, html) => editable.editor.commands.setContent(html, { emitUpdate: true })"
CLUBHOUSES = '<p><a href="/indsatser/klubhuse/" rel="noreferrer">Bandernes klubhuse</a></p>'
SERIOUS = ("critical", "serious")


@pytest.fixture
def writer(staff_window: BrowserContext) -> Iterator[Page]:
    """A member of staff in an empty Danish text. What the browser says against the page is kept."""
    page = staff_window.new_page()
    page.heard = []
    page.on("console", lambda message: page.heard.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: page.heard.append(f"error: {error}"))
    page.goto(FORM)
    page.get_by_role("toolbar").wait_for()
    text(page).evaluate(WRITE, "<p></p>")
    text(page).focus()
    yield page
    page.close()


def text(page: Page) -> Locator:
    return page.locator(".prose-editor:has(#id_body_da) .ProseMirror")


def target(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Side eller adresse")


def options(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Sider").get_by_role("option")


def select(page: Page, begin: int, end: int) -> None:
    """Mark some of the text."""
    chain = "(e, marked) => e.editor.chain().setTextSelection(marked).focus().run()"
    text(page).evaluate(chain, {"from": begin, "to": end})


def ask(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.get_by_role("dialog", name="Link").wait_for()


def written(page: Page) -> Locator:
    return page.locator("#id_body_da")


def test_a_page_is_found_by_its_words_and_its_title_is_the_link(writer):
    ask(writer)
    writer.keyboard.type("klubhus")
    found = options(writer)
    expect(found.first).to_contain_text("Bandernes klubhuse")
    expect(target(writer)).to_have_attribute("aria-expanded", "true")
    writer.keyboard.press("ArrowDown")
    assert target(writer).get_attribute("aria-activedescendant") == found.first.get_attribute("id")
    expect(found.first).to_have_attribute("aria-selected", "true")
    writer.keyboard.press("Enter")
    expect(target(writer)).to_have_value("/indsatser/klubhuse/")
    expect(writer.get_by_label("Ord, der bliver til link")).to_have_value("Bandernes klubhuse")
    writer.keyboard.press("Enter")

    expect(written(writer)).to_have_value(
        '<p><a href="/indsatser/klubhuse/" rel="noreferrer">Bandernes klubhuse</a></p>'
    )
    expect(text(writer)).to_be_focused()
    writer.keyboard.type(" er lukket")
    expect(written(writer)).to_have_value(re.compile("</a> er lukket</p>$"))
    assert writer.heard == []


def test_the_words_that_are_marked_become_the_link_and_it_can_be_changed(writer):
    writer.keyboard.type("Ring eller skriv")
    select(writer, 12, 17)
    ask(writer)
    expect(writer.get_by_label("Ord, der bliver til link")).to_be_hidden()
    writer.keyboard.type("post@odense.dk")
    writer.keyboard.press("Enter")
    expect(written(writer)).to_have_value(
        '<p>Ring eller <a href="mailto:post@odense.dk" rel="noreferrer">skriv</a></p>'
    )

    select(writer, 14, 14)
    ask(writer)
    expect(target(writer)).to_have_value("post@odense.dk")
    target(writer).fill("66 13 13 72")
    writer.keyboard.press("Enter")
    expect(written(writer)).to_have_value('<p>Ring eller <a href="tel:+4566131372" rel="noreferrer">skriv</a></p>')


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("hjaelp/", "/hjaelp/"), ("/ar/hvem", "/hvem/"), ("www.odense.dk", "https://www.odense.dk"),
        ("http://politi.dk/fyn", "https://politi.dk/fyn"),
    ],
)  # fmt: skip
def test_an_address_that_is_nearly_right_is_mended(writer, typed, kept):
    ask(writer)
    writer.keyboard.type(typed)
    writer.keyboard.press("Enter")

    expect(written(writer)).to_have_value(f'<p><a href="{kept}" rel="noreferrer">{typed}</a></p>')


def test_a_path_that_leads_nowhere_is_refused_and_what_is_meant_is_offered(writer):
    ask(writer)
    writer.keyboard.type("/klubhuse/")
    writer.keyboard.press("Enter")
    expect(writer.get_by_role("alert")).to_contain_text(
        "Der er ingen side på /klubhuse/. Mente du /indsatser/klubhuse/"
    )
    expect(target(writer)).to_be_focused()
    expect(target(writer)).to_have_attribute("aria-invalid", "true")
    writer.keyboard.press("ArrowDown")
    writer.keyboard.press("Enter")
    expect(writer.locator("#link-error")).to_be_empty()
    writer.keyboard.press("Enter")

    expect(written(writer)).to_have_value(
        '<p><a href="/indsatser/klubhuse/" rel="noreferrer">Bandernes klubhuse</a></p>'
    )


def test_escape_closes_the_list_first_and_then_the_question_and_leaves_the_text_alone(writer):
    ask(writer)
    writer.keyboard.type("hvem")
    expect(options(writer).first).to_be_visible()
    writer.keyboard.press("Escape")
    expect(options(writer)).to_have_count(0)
    expect(target(writer)).to_have_value("hvem")
    writer.keyboard.press("Escape")

    expect(written(writer)).to_have_value("")
    expect(text(writer)).to_be_focused()


def test_a_link_can_be_chosen_with_a_finger_and_shuts_nobody_out(writer, axe):
    writer.set_viewport_size({"width": 390, "height": 780})
    writer.evaluate(axe)
    ask(writer)
    writer.keyboard.type("hjælp")
    expect(options(writer).first).to_be_visible()
    for scheme in ("light", "dark"):
        writer.emulate_media(color_scheme=scheme)
        found = writer.evaluate("axe.run('dialog', { resultTypes: ['violations'], preload: false })")
        assert [error["id"] for error in found["violations"] if error["impact"] in SERIOUS] == [], scheme
    assert writer.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert min(box["height"] for box in map(Locator.bounding_box, options(writer).all())) >= 24
    options(writer).first.click()
    expect(target(writer)).to_have_value("/hjaelp/")
    writer.get_by_role("button", name="Brug").click()

    expect(written(writer)).to_have_value('<p><a href="/hjaelp/" rel="noreferrer">Råd og hjælp</a></p>')


@pytest.mark.parametrize(
    ("address", "label"),
    [("/admin/nejtilbander/redirect/add/", "Ny adresse"), ("/admin/pages/initiative/1/traek-tilbage/", "Send læserne")],
)
def test_where_readers_are_sent_is_chosen_in_the_same_way(writer, axe, address, label):
    writer.goto(address)
    field = writer.get_by_role("combobox", name=re.compile(label))
    field.press_sequentially("kontakt")
    option = options(writer).first
    expect(option).to_be_visible()
    writer.evaluate(axe)
    found = writer.evaluate("axe.run(document, { resultTypes: ['violations'], preload: false })")
    assert [error["id"] for error in found["violations"] if error["impact"] in SERIOUS] == []
    option.click()

    expect(field).to_have_value("/kontakt/")


def test_a_button_below_an_open_list_is_pressed_at_the_first_try(writer):
    writer.goto("/admin/nejtilbander/redirect/add/")
    writer.locator("#id_old_path").fill("/til-proeve-her/")
    writer.get_by_role("combobox", name="Ny adresse").press_sequentially("kontakt")
    expect(options(writer).first).to_be_visible()

    writer.get_by_role("button", name="Gem", exact=True).click(force=True)  # where it is seen, list or no list
    expect(writer.get_by_role("combobox", name="Ny adresse")).to_have_attribute("aria-expanded", "false")
    writer.wait_for_load_state()
    expect(writer.locator(".errornote, .messagelist").first).to_be_visible()
