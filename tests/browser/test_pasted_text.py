"""What people paste is what it was where they took it: lists, headings, bold, links. What is left out is said."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from nejtilbander.text import prose
from tests.browser.test_editor import FORM, HTML_OF, PASTE

pytestmark = pytest.mark.chromium
CLIPBOARD = Path(__file__).parent / "clipboard"
PICTURES = "billeder (hent dem ind under Billeder)"
DELETED = "slettet eller overstreget tekst"
LINKS = "links, der ikke virker her"
TABLES = "tabeller: hver række er blevet til et punkt"


@pytest.fixture(scope="module")
def form(staff_window: BrowserContext) -> Iterator[Page]:
    page = staff_window.new_page()
    page.heard = []
    page.on("console", lambda message: page.heard.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: page.heard.append(f"error: {error}"))
    page.goto(FORM)
    page.get_by_role("toolbar").wait_for()
    yield page
    page.close()


def pasted(form: Page, html: str, *left_out: str) -> str:
    """What the field holds when `html` was pasted into an empty editor, which said that it left out `left_out`."""
    editor = form.get_by_role("textbox", name="Tekst på dansk")
    editor.evaluate(HTML_OF, "")
    editor.focus()
    editor.evaluate(PASTE, html)
    status = form.locator(".prose-editor", has=editor).get_by_role("status")
    if left_out:
        expect(status).to_have_text(f"Ikke sat ind som det var: {', '.join(left_out)}.")
    else:
        expect(status).to_have_text("")
    assert form.heard == []
    written = form.locator("#id_body_da").input_value()
    assert prose.sanitize(written) == written, "the field would not keep it"
    return written


LEFT_OUT = {
    "word": [LINKS, DELETED, "kommentarer", TABLES, PICTURES],
    "word_web": [TABLES],
    "google_docs": [DELETED, TABLES, LINKS, PICTURES],
    "outlook": ["skjult tekst", PICTURES],
    "libreoffice": [LINKS, DELETED, TABLES],
    "apple_notes": [TABLES],
    "web_page": [PICTURES, TABLES, "knapper og felter", LINKS, "indlejret indhold"],
}


def test_there_is_a_clipboard_of_each_program():
    assert {file.stem for file in CLIPBOARD.glob("*.html")} == set(LEFT_OUT)


@pytest.mark.parametrize("program", LEFT_OUT)
def test_what_is_pasted_from_a_program_is_what_it_was_there(form: Page, program: str):
    copied, kept = (CLIPBOARD / f"{program}.html").read_text(), (CLIPBOARD / "kept" / f"{program}.html").read_text()

    assert pasted(form, copied, *LEFT_OUT[program]) == kept.removesuffix("\n")


@pytest.mark.parametrize(("html", "written"), [
    ('<b style="font-weight:normal"><p>plain</p></b>', "<p>plain</p>"),
    ('<span style="font-weight:700">b</span> c', "<p><strong>b</strong> c</p>"),
    ('<span style="FONT-WEIGHT : Bold;">b</span> c', "<p><strong>b</strong> c</p>"),
    ('<b>b <span style="font-weight:400">p</span></b>', "<p><strong>b </strong>p</p>"),
    ('<i style="font-style:normal">p</i> <span style="font-style:oblique">i</span>', "<p>p <em>i</em></p>"),
    ("<style>.x{font-weight:bold}</style><p class=x>b</p>", "<p><strong>b</strong></p>"),
    ("<style>@media{</style><style>p{{</style><p>p</p>", "<p>p</p>"),
    ("<h2><b>Over</b><br>skrift</h2>", "<h2>Over skrift</h2>"),
    ("<h2><div>Over</div><div>skrift</div></h2>", "<h2>Over skrift</h2>"),
    ("<h1>En</h1><h2>To</h2><h4>Fire</h4>", "<h2>En</h2>\n<h3>To</h3>\n<h3>Fire</h3>"),
    ("<h2>To</h2><h3>Tre</h3>", "<h2>To</h2>\n<h3>Tre</h3>"),
    ('<span style="display:block">a</span><span style="display:block">b</span>', "<p>a</p>\n<p>b</p>"),
    ("<div>a<div>b</div>c</div>", "<p>a</p>\n<p>b</p>\n<p>c</p>"),
    ("a<br><br>b", "<p>a</p>\n<p>b</p>"),
    ("<pre>a\nb</pre>", "<p>a<br>b</p>"),
    ("<ul>løs<li>a</li><ol><li>b</li></ol></ul>", "<ul>\n<li>løs</li>\n<li>a<ol>\n<li>b</li>\n</ol>\n</li>\n</ul>"),
    ("<li>a</li><li>b</li>", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
    ("<table><tr><td>a<td><ul><li>b</ul></table>", "<p>a</p>\n<ul>\n<li>b</li>\n</ul>"),
    ("<table><tr><td>a<tr><td>b</table>", "<p>a</p>\n<p>b</p>"),
    ('<p lang="da">Hej</p><p lang="sv-SE">Hej då</p>', '<p>Hej</p>\n<p><span lang="sv" dir="ltr">Hej då</span></p>'),
    ('<p dir="rtl">سلام</p>', '<p><span dir="rtl">سلام</span></p>'),
    ('<a href="/a"><b>a</b> <i>b</i></a>', '<p><a href="/a" rel="noreferrer"><strong>a</strong> <em>b</em></a></p>'),
    ('<div role="row"><span role="cell">a</span><span role="cell">b</span></div>', "<p>a</p>\n<p>b</p>"),
    ("<style>@namespace w url(x); w|p {} .a {font-weight: bold}</style><p class=a>b", "<p><strong>b</strong></p>"),
    ("<p data-x='style=\"x\"' style = 'font-style:italic'>i</p>", "<p><em>i</em></p>"),
    ("x&lt;b&gt;&amp;", "<p>x&lt;b&gt;&amp;</p>"),
    ('<p title="a > style=b" onclick="x()" style="color:red">p</p>', "<p>p</p>"),
    ("<x-card><slot>a</slot></x-card>", "<p>a</p>"),
    ('<a href="#afsnit-2">a</a>', '<p><a href="#afsnit-2" rel="noreferrer">a</a></p>'),
    ('<a href="tel:114">a</a> <a name=x>b</a>', '<p><a href="tel:114" rel="noreferrer">a</a> b</p>'),
], ids=str)  # fmt: skip
def test_plain_stays_plain_bold_bold_and_what_is_apart_apart(form: Page, html: str, written: str):
    assert pasted(form, html) == written


@pytest.mark.parametrize(("html", "written", "left_out"), [
    ("<p>a <del>b</del><s>c</s>d</p>", "<p>a d</p>", DELETED),
    ('<p>a <span style="text-decoration: underline line-through">b</span></p>', "<p>a</p>", DELETED),
    ("<p>a <img src=x width=1 height=1><img src=x></p>", "<p>a</p>", PICTURES),
    ('<p>a<a href="#x">b</a></p>', "<p>ab</p>", LINKS),
    ('<a href="file:///C:/x">a</a> <a href="C:\\x">b</a>', "<p>a b</p>", LINKS),
    ('<a href="javascript:x()">a</a> <a href="ftp://x">b</a>', "<p>a b</p>", LINKS),
    ("<table><tr><td>a<td>b<tr><td>c<td>d</table>", "<ul>\n<li>a; b</li>\n<li>c; d</li>\n</ul>", TABLES),
    ("<table><tr><th>A<th>B<tr><td colspan=2>c</table>", "<ul>\n<li>A; B</li>\n<li>c</li>\n</ul>", TABLES),
    ("<table><tr><td><b>A</b><td><b>B</b><tr><td>1<p>2<td></table>", "<ul>\n<li>A: 1 2</li>\n</ul>", TABLES),
    ('<ol start="3"><li>c</li></ol>', "<ol>\n<li>c</li>\n</ol>", "tal, der ikke begynder ved 1"),
    ('<p lang="en-US">Hej alle</p>', "<p>Hej alle</p>", "mærket „en“ for sproget i det hele"),
    ("<style>.h{display:none}</style><p>a<span class=h>b</span><span hidden></span></p>", "<p>a</p>", "skjult tekst"),
    ("<form>Navn <input><button>Send</button></form>", "<p>Navn</p>", "knapper og felter"),
], ids=str)  # fmt: skip
def test_what_is_left_out_is_said(form: Page, html: str, written: str, left_out: str):
    assert pasted(form, html, left_out) == written


def test_what_is_copied_in_an_editor_is_pasted_in_one_as_it_is(form: Page):
    copied = '<meta charset="utf-8"><ul data-pm-slice="3 3 []"><li><p>To <strong>ord</strong></p></li></ul>'

    assert pasted(form, copied) == "<ul>\n<li>To <strong>ord</strong></li>\n</ul>"
    assert "<table" not in pasted(
        form, copied.replace("<p>", '<p style="x">') + "<table><tr><td>a<td>b</table>", TABLES
    )


def test_a_paste_that_only_has_a_picture_says_where_pictures_go(form: Page):
    editor = form.get_by_role("textbox", name="Tekst på dansk")
    editor.evaluate("""(editable) => {
        const clipboard = new DataTransfer()
        clipboard.items.add(new File(["x"], "skaerm.png", { type: "image/png" }))
        editable.dispatchEvent(new ClipboardEvent("paste", { clipboardData: clipboard, bubbles: true }))
    }""")

    expect(form.locator(".prose-editor", has=editor).get_by_role("status")).to_have_text(
        f"Ikke sat ind som det var: {PICTURES}."
    )


def test_arabic_from_word_is_arabic_in_the_arabic_field_and_other_words_are_marked(form: Page):
    form.goto(f"{FORM}?sprog=ar")
    editor = form.get_by_role("textbox", name="Tekst på arabisk")
    editor.evaluate(HTML_OF, "")
    editor.focus()
    editor.evaluate(
        PASTE,
        "<p dir=RTL><span lang=AR-SA>اتصل</span><span dir=LTR lang=DA> Odense</span><span lang=FA> سلام</span></p>",
    )

    assert form.locator("#id_body_ar").input_value() == (
        '<p>اتصل<span lang="da" dir="ltr"> Odense</span><span lang="fa" dir="rtl"> سلام</span></p>'
    )


def test_a_long_text_and_one_of_broken_tags_are_pasted_without_waiting(form: Page):
    """In proportion: ten times as much takes about ten times as long, not a hundred times."""
    time = """(editable, [html, times]) => Math.min(...[1, 2, 3].map(() => {
        const began = performance.now()
        editable.editor.extensionManager.transformPastedHTML()(html.repeat(times))
        return performance.now() - began
    }))"""
    words = "<p style='x:y'><span lang=DA style='font-weight:bold'>Ord </span>her</p>"
    for html in (words, '<p a="', "<p a='<b>", "<b"):
        short, long = (
            form.locator(".ProseMirror").first.evaluate(time, [html, times]) for times in (2_000, 20_000)
        )  # fmt: skip
        assert long < 50 * max(short, 5), html
