"""Posters as they come out of the printer: one sheet, legible, in black and white, with a QR code that can be read."""

import io
import re

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser

from tests.support.addresses import everywhere
from tests.support.factories import a_meeting

pytestmark = pytest.mark.chromium
LEADS_TO = {
    "/plakat/": "/hjaelp/",
    "/plakat/butik/": "/",
    "/stormoeder/trygge-butikker/plakat/": "/stormoeder/trygge-butikker/",
    "/stormoeder/frivillige/plakat/": "/stormoeder/frivillige/",
    "/stormoeder/tryg-i-byen/plakat/": "/stormoeder/tryg-i-byen/",
}
POSTERS = list(zip(everywhere(list(LEADS_TO)), everywhere(list(LEADS_TO.values())), strict=True))
A4 = {"width": 794, "height": 1123}  # CSS pixels
# Of what is printed: (tag and class, points, contrast with the paper in greyscale), and how it lies on the sheet.
MEASURE = """() => {
    const grey = colour => { const [r, g, b] = colour.match(/[0-9.]+/g).slice(0, 3).map(Number)
        .map(c => (c /= 255) <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4);
        return .2126 * r + .7152 * g + .0722 * b };
    const sheet = document.querySelector(".sheet"), paper = sheet.getBoundingClientRect();
    const houses = document.querySelector(".houses").getBoundingClientRect();
    const texts = [...sheet.querySelectorAll("*")].filter(e => !e.closest("svg") && e.checkVisibility()
        && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()));
    const off = texts.filter(e => { const box = e.getBoundingClientRect();
        return box.left < paper.left || box.right > paper.right || box.bottom > paper.bottom || box.top < paper.top });
    return {
        size: [Math.round(paper.width), Math.round(paper.height)],
        hidden: sheet.scrollHeight - sheet.clientHeight + sheet.scrollWidth - sheet.clientWidth,
        off: off.map(e => e.textContent), houses: houses.height / 96 * 25.4,
        drawn: (row => row.right - row.left)(sheet.querySelector("#row").getBoundingClientRect()) *
            sheet.querySelectorAll("#row, .houses use").length / houses.width,
        texts: texts.map(e => [e.closest("h1, .number, .partners")?.className ?? "", e.textContent.trim(),
            parseFloat(getComputedStyle(e).fontSize) * .75,
            1.05 / (grey(getComputedStyle(e).color) + .05)]),
    } }"""


@pytest.fixture(scope="module")
def paper(browser: Browser, site: str):
    """One window for all posters, as wide as the paper."""
    context = browser.new_context(base_url=site, viewport=A4)
    yield context.new_page()
    context.close()


def read_codes(picture: bytes, mode: str) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)).convert(mode))]


@pytest.mark.parametrize(("address", "leads_to"), POSTERS)
def test_a_poster_prints_on_one_sheet_and_its_code_leads_to_its_page(paper, site, address, leads_to):
    paper.goto(address)
    sheets = paper.pdf(prefer_css_page_size=True, print_background=False)
    assert len(re.findall(rb"/Type\s*/Page\b", sheets)) == 1
    assert re.search(rb"/MediaBox\s*\[0 0 59[45][.0-9]* 84[12][.0-9]*\]", sheets), "it is A4"

    paper.emulate_media(media="print")
    measured = paper.evaluate(MEASURE)
    picture = paper.screenshot()
    paper.emulate_media(media="null")

    assert measured["size"] == [794, 1119]
    assert (measured["hidden"], measured["off"]) == (0, [])
    assert measured["houses"] >= 12, "mm"
    assert measured["drawn"] <= 1.001, "no house is cut through"
    assert read_codes(picture, "RGB") == read_codes(picture, "L") == read_codes(picture, "1") == [f"{site}{leads_to}"]
    assert min(points for _, _, points, _ in measured["texts"]) >= 11
    assert min(contrast for _, _, _, contrast in measured["texts"]) >= 7, "in greyscale"


@pytest.mark.django_db
def test_the_longest_texts_fit_the_sheet_too(browser, reader):
    a_meeting(
        title_da="Samtaler om tryghed og alt det andet " * 3, place_da="Kulturhusets store sal, anden sal " * 3,
        address="Nørregade 123, st. th., bygning 4, indgang C " * 2, state="cancelled", is_example=True,
    )  # fmt: skip
    paper = browser.new_page(viewport=A4)
    paper.set_content(reader.get("/stormoeder/proeve/plakat/", headers={"accept-encoding": ""}).content.decode())
    paper.emulate_media(media="print")
    measured, picture = paper.evaluate(MEASURE), paper.screenshot()
    paper.close()

    assert (measured["hidden"], measured["off"]) == (0, [])
    assert read_codes(picture, "L") == ["https://testserver/stormoeder/proeve/"]


@pytest.mark.parametrize("address", everywhere(["/plakat/"]))
def test_the_numbers_are_read_from_three_metres(paper, address):
    paper.goto(address)
    paper.emulate_media(media="print")
    texts = paper.evaluate(MEASURE)["texts"]
    paper.emulate_media(media="null")

    numbers = {text: points for name, text, points, _ in texts if name == "number"}
    assert numbers.keys() == {"112", "114", "116 006"}
    assert min(numbers.values()) >= 80
    assert max(points for name, _, points, _ in texts if name.startswith("pt")) >= 90


@pytest.mark.parametrize("address", ["/plakat/butik/", "/stormoeder/trygge-butikker/plakat/"])
def test_the_message_is_read_from_three_metres(paper, address):
    paper.goto(address)
    paper.emulate_media(media="print")
    texts = paper.evaluate(MEASURE)["texts"]
    paper.emulate_media(media="null")

    assert max(points for name, _, points, _ in texts if name == "message" or name.startswith("pt")) >= 90


@pytest.mark.parametrize("address", everywhere(["/stormoeder/trygge-butikker/plakat/"]))
def test_when_and_where_a_meeting_is_are_read_from_three_metres(paper, address):
    paper.goto(address)
    paper.emulate_media(media="print")
    sizes = paper.locator(".when time, .where strong").evaluate_all(
        "all => all.map(e => parseFloat(getComputedStyle(e).fontSize) * .75)"
    )
    paper.emulate_media(media="null")

    assert sizes[0] >= 40, "when"
    assert sizes[1] >= 30, "where"


def test_how_to_print_and_the_ways_on_are_not_printed(paper):
    paper.goto("/plakat/")
    assert paper.get_by_text("Vælg Skriv ud").is_visible()
    paper.emulate_media(media="print")
    printed = paper.evaluate("document.body.innerText")
    paper.emulate_media(media="null")

    assert "Skriv ud" not in printed
    assert "English" not in printed
    assert "Til butikkens vindue" not in printed
