"""Staff choose a page to link to by its words, with the keyboard alone; no path is typed, no wrong one stays."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

pytestmark = pytest.mark.chromium
FORM = "/admin/pages/page/4/change/"
WRITE = "(editable, html) => editable.editor.commands.setContent(html, { emitUpdate: true })"
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
    return page.get_by_role("textbox", name="Tekst [da]")


def target(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Side eller adresse")


def ask(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.get_by_role("dialog", name="Link").wait_for()


def written(page: Page) -> str:
    page.get_by_role("dialog", name="Link").wait_for(state="detached")
    return page.locator("#id_body_da").input_value()


def test_a_page_is_found_by_its_words_and_its_title_is_the_link(writer):
    ask(writer)
    writer.keyboard.type("klubhus")
    options = writer.get_by_role("option")
    expect(options.first).to_contain_text("Bandernes klubhuse")
    expect(target(writer)).to_have_attribute("aria-expanded", "true")
    writer.keyboard.press("ArrowDown")
    assert target(writer).get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    expect(options.first).to_have_attribute("aria-selected", "true")
    writer.keyboard.press("Enter")
    expect(target(writer)).to_have_value("/indsatser/klubhuse/")
    expect(writer.get_by_label("Ord, der bliver til link")).to_have_value("Bandernes klubhuse")
    writer.keyboard.press("Enter")

    assert written(writer) == '<p><a href="/indsatser/klubhuse/" rel="noreferrer">Bandernes klubhuse</a></p>'
    expect(text(writer)).to_be_focused()
    writer.keyboard.type(" er lukket")
    assert written(writer).endswith("</a> er lukket</p>")
    assert writer.heard == []


def test_the_words_that_are_marked_become_the_link_and_it_can_be_changed(writer):
    writer.keyboard.type("Ring eller skriv")
    writer.keyboard.press("Control+Shift+ArrowLeft")
    ask(writer)
    expect(writer.get_by_label("Ord, der bliver til link")).to_be_hidden()
    writer.keyboard.type("post@odense.dk")
    writer.keyboard.press("Enter")
    assert written(writer) == '<p>Ring eller <a href="mailto:post@odense.dk" rel="noreferrer">skriv</a></p>'

    writer.keyboard.press("ArrowLeft")
    ask(writer)
    expect(target(writer)).to_have_value("post@odense.dk")
    target(writer).fill("66 13 13 72")
    writer.keyboard.press("Enter")
    assert written(writer) == '<p>Ring eller <a href="tel:+4566131372" rel="noreferrer">skriv</a></p>'


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

    assert written(writer) == f'<p><a href="{kept}" rel="noreferrer">{typed}</a></p>'


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
    expect(writer.get_by_role("alert")).to_be_empty()
    writer.keyboard.press("Enter")

    assert written(writer) == '<p><a href="/indsatser/klubhuse/" rel="noreferrer">Bandernes klubhuse</a></p>'


def test_escape_closes_the_list_first_and_then_the_question_and_leaves_the_text_alone(writer):
    ask(writer)
    writer.keyboard.type("hvem")
    expect(writer.get_by_role("option").first).to_be_visible()
    writer.keyboard.press("Escape")
    expect(writer.get_by_role("listbox")).to_be_hidden()
    expect(target(writer)).to_have_value("hvem")
    writer.keyboard.press("Escape")

    assert written(writer) == ""
    expect(text(writer)).to_be_focused()


def test_a_link_can_be_chosen_with_a_finger_and_shuts_nobody_out(writer, axe):
    writer.set_viewport_size({"width": 390, "height": 780})
    writer.evaluate(axe)
    ask(writer)
    writer.keyboard.type("hjælp")
    expect(writer.get_by_role("option").first).to_be_visible()
    for scheme in ("light", "dark"):
        writer.emulate_media(color_scheme=scheme)
        found = writer.evaluate("axe.run('dialog', { resultTypes: ['violations'], preload: false })")
        assert [error["id"] for error in found["violations"] if error["impact"] in SERIOUS] == [], scheme
    assert writer.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert min(box["height"] for box in map(Locator.bounding_box, writer.get_by_role("option").all())) >= 24
    writer.get_by_role("option").first.click()
    expect(target(writer)).to_have_value("/hjaelp/")
    writer.get_by_role("button", name="Brug").click()

    assert written(writer) == '<p><a href="/hjaelp/" rel="noreferrer">Råd og hjælp</a></p>'


@pytest.mark.parametrize(
    ("address", "label"),
    [("/admin/nejtilbander/redirect/add/", "Ny adresse"), ("/admin/pages/initiative/1/traek-tilbage/", "Send læserne")],
)
def test_where_readers_are_sent_is_chosen_in_the_same_way(writer, axe, address, label):
    writer.goto(address)
    field = writer.get_by_role("combobox", name=re.compile(label))
    field.press_sequentially("kontakt")
    option = writer.get_by_role("option", name="Kontakt").first
    expect(option).to_be_visible()
    writer.evaluate(axe)
    found = writer.evaluate("axe.run(document, { resultTypes: ['violations'], preload: false })")
    assert [error["id"] for error in found["violations"] if error["impact"] in SERIOUS] == []
    option.click()

    expect(field).to_have_value("/kontakt/")
