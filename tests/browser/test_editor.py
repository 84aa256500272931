"""Staff write in the editor, under the admin's own policy, with the keyboard alone, in both directions."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from nejtilbander.text import prose
from nejtilbander.transfer import seeding
from pages import seed
from tests.support.sample_texts import WORD

pytestmark = pytest.mark.chromium
FORM = "/admin/pages/page/2/change/"
HTML_OF = "(editable, html) => { editable.editor.commands.setContent(html); return editable.editor.getHTML() }"
PASTE = """(editable, html) => {
    const clipboard = new DataTransfer()
    clipboard.setData("text/html", html)
    editable.dispatchEvent(new ClipboardEvent("paste", { clipboardData: clipboard, bubbles: true, cancelable: true }))
}"""


@pytest.fixture
def model_admin(staff_window: BrowserContext) -> Iterator[Page]:
    """A member of staff in front of a page's Danish form. What the browser says against the page is kept."""
    page = staff_window.new_page()
    page.heard = []
    page.on("console", lambda message: page.heard.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: page.heard.append(f"error: {error}"))
    page.goto(FORM)
    page.get_by_role("toolbar").wait_for()
    yield page
    page.close()


def tool(model_admin: Page, name: str) -> Locator:
    return model_admin.get_by_role("toolbar").get_by_role("button", name=name)


def errors(page: Page, part: str) -> list[str]:
    """What axe finds wrong within `part` of the page, every rule of it."""
    found = page.evaluate("part => axe.run(part, { resultTypes: ['violations'], preload: false })", part)
    return [f"{error['id']} at {error['nodes'][0]['target']}" for error in found["violations"]]


def texts_within(seeded) -> list[str]:
    if isinstance(seeded, str):
        return [prose.sanitize(seeded)] if seeded.startswith("<") else []
    parts = seeded.values() if isinstance(seeded, dict) else seeded if isinstance(seeded, list) else []
    return [text for part in parts for text in texts_within(part)]


def test_the_editor_starts_under_the_policy_is_called_what_the_field_is_and_changes_nothing(model_admin):
    editor = model_admin.get_by_role("textbox", name="Tekst på dansk")

    assert editor.evaluate("e => getComputedStyle(e).whiteSpace") == "break-spaces", "its own style was let in"
    assert (editor.get_attribute("lang"), editor.get_attribute("dir")) == ("da", "ltr")
    assert model_admin.locator(f"[id='{editor.get_attribute('aria-describedby')}']").count() == 1
    assert model_admin.locator("#id_body_da").evaluate("e => e.value === e.defaultValue")
    assert model_admin.heard == []


def test_a_heading_a_list_and_a_link_are_written_with_the_keyboard_and_kept(model_admin):
    keys = model_admin.keyboard
    model_admin.get_by_role("textbox", name="Tekst på dansk").focus()
    keys.press("Control+a")
    keys.type("## Hvad kan du gøre?")
    keys.press("Enter")
    keys.type("- Sig nej.")
    keys.press("Enter")
    keys.type("Ring {politi} eller se {politi.dk} .")
    keys.press("Enter")
    keys.press("Enter")
    keys.type("Læs mere")
    keys.press("Shift+Home")
    model_admin.wait_for_function("!document.querySelector('.ProseMirror').editor.state.selection.empty")
    keys.press("Control+k")
    model_admin.get_by_role("dialog").wait_for()
    keys.type("javascript:alert(1)")
    keys.press("Enter")
    expect(model_admin.get_by_role("alert")).to_contain_text("Skriv en adresse, der begynder med")
    keys.press("Control+a")
    keys.type("odense.dk/nej")
    keys.press("Enter")
    model_admin.get_by_role("dialog").wait_for(state="detached")
    expect(model_admin.locator(".ProseMirror a")).to_have_text("Læs mere")

    model_admin.get_by_role("button", name="Gem kladde").press("Enter")
    model_admin.get_by_text("Gemt som kladde").wait_for()

    written = (
        "<h2>Hvad kan du gøre?</h2>\n<ul>\n<li>Sig nej.</li>\n<li>Ring {politi} eller se {politi.dk} .</li>\n</ul>\n"
        '<p><a href="https://odense.dk/nej" rel="noreferrer">Læs mere</a></p>'
    )
    assert model_admin.locator("#id_body_da").input_value() == written
    assert model_admin.heard == []


def test_the_tools_are_one_stop_for_the_tab_key_and_a_word_can_be_in_another_language(model_admin):
    editor = model_admin.get_by_role("textbox", name="Tekst på dansk")
    editor.evaluate(HTML_OF, "<p>Vi siger la.</p>")
    editor.evaluate("e => e.editor.chain().setTextSelection({ from: 10, to: 12 }).focus().run()")
    expect(editor).to_be_focused()
    expect(tool(model_admin, "Sprog")).to_have_attribute("aria-disabled", "false")
    model_admin.keyboard.press("Shift+Tab")
    for _ in range(3):
        model_admin.keyboard.press("ArrowLeft")
    assert model_admin.evaluate("document.activeElement.textContent") == "Sprog"
    model_admin.keyboard.press("Enter")
    model_admin.get_by_label("Ordene er på").select_option("العربية")
    model_admin.get_by_role("button", name="Brug").press("Enter")
    model_admin.get_by_role("dialog").wait_for(state="detached")
    assert model_admin.locator("#id_body_da").input_value() == '<p>Vi siger <span lang="ar" dir="rtl">la</span>.</p>'

    tool(model_admin, "Sprog").click()
    model_admin.get_by_label("Ordene er på").select_option("Samme sprog som resten")
    model_admin.get_by_role("button", name="Brug").click()
    model_admin.get_by_role("dialog").wait_for(state="detached")
    assert model_admin.locator("#id_body_da").input_value() == "<p>Vi siger la.</p>"
    assert model_admin.heard == []


def test_arabic_is_written_from_right_to_left(model_admin):
    model_admin.goto(f"{FORM}?sprog=ar")
    editor = model_admin.get_by_role("textbox", name="Tekst på arabisk")

    assert (editor.get_attribute("lang"), editor.get_attribute("dir")) == ("ar", "rtl")
    assert editor.evaluate("e => getComputedStyle(e).direction") == "rtl"
    assert model_admin.heard == []


def test_a_row_that_is_added_has_an_editor_of_its_own(model_admin):
    model_admin.goto("/admin/pages/initiative/1/change/")
    before = model_admin.get_by_role("toolbar").count()
    model_admin.get_by_role("button", name="Tilføj nyhed").click()
    model_admin.get_by_role("toolbar").nth(before).wait_for()

    assert model_admin.get_by_role("textbox", name="Tekst på dansk").last.get_attribute("dir") == "ltr"
    assert model_admin.heard == []


def test_what_is_pasted_from_word_is_what_we_keep(model_admin):
    editor = model_admin.get_by_role("textbox", name="Tekst på dansk")
    editor.evaluate(HTML_OF, "")
    editor.focus()
    editor.evaluate(PASTE, WORD + '<p><a href="http://politi.dk/">P</a> <a href="javascript:x">j</a></p><img src=x>')

    written = model_admin.locator("#id_body_da").input_value()
    assert written == (
        "<p><strong>Vi står sammen</strong></p>\n<p>Ring {politi}</p>\n"
        '<p><a href="https://politi.dk/" rel="noreferrer">P</a> j</p>'
    )
    assert prose.sanitize(written) == written


def test_every_text_of_launch_day_goes_through_the_editor_unchanged(model_admin):
    editor = model_admin.get_by_role("textbox", name="Tekst på dansk")
    texts = texts_within(seeding.load_texts(Path(seed.__file__).parent / "content"))

    assert len(texts) > 100
    assert [text for text in texts if editor.evaluate(HTML_OF, text) != text] == []


@pytest.mark.parametrize(("scheme", "part"), [("light", "body"), ("dark", ".prose-editor")])
def test_the_form_and_its_questions_are_accessible(model_admin, axe, scheme, part):
    model_admin.emulate_media(color_scheme=scheme)
    model_admin.evaluate(axe)
    model_admin.get_by_role("textbox", name="Tekst på dansk").evaluate(
        HTML_OF, '<p><a href="/">Vi</a> <span lang="so">maya</span></p>'
    )
    assert errors(model_admin, part) == []

    for name in ["Link (", "Sprog"]:
        model_admin.get_by_role("textbox", name="Tekst på dansk").focus()
        model_admin.keyboard.press("Control+a")
        expect(tool(model_admin, name)).to_have_attribute("aria-disabled", "false")
        tool(model_admin, name).click()
        model_admin.get_by_role("dialog").wait_for()
        assert errors(model_admin, part if name == "Sprog" else "dialog[open]") == [], name
        model_admin.keyboard.press("Escape")
        model_admin.get_by_role("dialog").wait_for(state="detached")


def test_what_was_too_much_is_still_there_when_they_go_back(model_admin):
    """As long as the form is open in one window: what was sent is in the browser's own history."""
    model_admin.get_by_label("Titel på dansk").fill("Hvad jeg skrev")
    model_admin.locator("#id_body_da").evaluate(
        "(field, text) => { field.value = text }", f"<p>{'Ord. ' * 2_100_000}</p>"
    )
    model_admin.get_by_role("button", name="Gem kladde").click()
    expect(model_admin.get_by_role("heading", name="Det er for meget på én gang")).to_be_visible()

    model_admin.go_back()

    expect(model_admin.get_by_label("Titel på dansk")).to_have_value("Hvad jeg skrev")
    assert model_admin.locator("#id_body_da").evaluate("field => field.value.length") > 10_000_000
