"""A walk by the accessibility tree: what a screen reader says, and in which order, on the pages that matter most."""

import itertools
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser import accessibility_tree
from tests.browser.accessibility_tree import heading_faults, landmark_faults, naming_faults, order_faults

pytestmark = pytest.mark.chromium
PHONE: ViewportSize = {"width": 375, "height": 667}
ZOOMED: ViewportSize = {"width": 320, "height": 256}  # a screen of 1280 x 1024 at 400 %
MEETING = "stormoeder/trygge-butikker/"
TRAP = "http://robot.example.org"
NETWORKS = itertools.count(1)  # one is let in six times an hour without an address


def at(path: str) -> Callable[[Page, str], object]:
    return lambda page, prefix: page.goto(f"/{prefix}{path}")


def wrong_sign_up(page: Page, prefix: str, trap: str = "") -> None:
    """The form as it comes back with four of its fields wrong; five, when something is in the trap."""
    page.goto(f"/{prefix}{MEETING}tilmelding/")
    page.locator("#email").fill("ikke en mail")
    page.locator("#name").fill("1")
    page.locator("#question").evaluate("(field, text) => field.value = text", "x" * 501)
    page.locator("#needs").evaluate("box => { box.value = 'helicopter'; box.checked = true }")
    page.locator("#website").evaluate("(field, text) => field.value = text", trap)
    page.locator("#form .button-primary").click()
    page.wait_for_selector("[role=alert]")


def signed_up(page: Page, prefix: str) -> None:
    """The page of a visitor who has signed up without an address, and changed the seats."""
    page.set_extra_http_headers({"X-Forwarded-For": f"10.{next(NETWORKS)}.0.1"})
    page.goto(f"/{prefix}{MEETING}tilmelding/")
    page.locator("#form .button-primary").click()
    page.locator("main #seats").select_option("2")
    page.locator("form:has([value=seats]) button").click()
    page.wait_for_url("**/?nyt=oensket")


OPEN: dict[str, Callable[[Page, str], object]] = {
    "front": at(""), "guide": at("hjaelp/"), "meeting": at(MEETING), "statement": at("udtalelse/"),
    "sign-up": at(f"{MEETING}tilmelding/"), "wrong": wrong_sign_up, "manage": signed_up,
}  # fmt: skip
WALK = [(kind, prefix) for kind in OPEN for prefix in ("", "ar/")]


@pytest.fixture(scope="module", params=WALK, ids=lambda param: f"{param[0]} {param[1] or 'da/'}")
def opened(request: pytest.FixtureRequest, browser: Browser, site: str) -> Iterator[Page]:
    kind, prefix = request.param
    context = browser.new_context(base_url=site, viewport=PHONE, reduced_motion="reduce")
    page = context.new_page()
    OPEN[kind](page, prefix)
    yield page
    context.close()


def test_names_headings_landmarks_and_order_are_right(opened: Page) -> None:
    nodes = accessibility_tree.read(opened)

    assert len(nodes) > 50
    assert naming_faults(nodes) == []
    assert heading_faults(nodes) == []
    assert landmark_faults(nodes) == []
    assert order_faults(nodes) == []
    assert opened.locator("[tabindex]:not([tabindex='-1'])").count() == 0, "the keyboard follows the document"


def test_what_is_pressed_in_the_page_stands_in_the_order_in_which_it_is_read(opened: Page) -> None:
    higher = opened.evaluate(
        """() => [...document.querySelectorAll("main :is(a, button, input, select, textarea, summary)")]
        .filter(e => e.checkVisibility() && !e.closest("[inert]"))
        .map(e => [e.getBoundingClientRect(), e.textContent.trim() || e.name])
        .filter(([box], n, all) => n && box.bottom < all[n - 1][0].top).map(([, name]) => name)"""
    )
    assert higher == []


def test_words_in_danish_say_so_in_other_languages(opened: Page) -> None:
    """In Arabic whatever has Latin letters, but for names of no language, net addresses and codes."""
    unmarked = opened.evaluate(
        """(proper) => { const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
        while (texts.nextNode()) { const { data, parentElement: e } = texts.currentNode;
        if (/[a-zæøå]{2,}/i.test(data.replace(new RegExp(proper, "g"), "")) &&
        e.closest("[lang]").lang === "ar" && !e.closest("script, style, textarea, [inert]")) found.push(data.trim()) }
        return found }""",
        r"MitID|Exit|Shift|[\w.@:/-]+\.dk\S*|https?:\S+|[A-Z2-9]{4}-[A-Z2-9]{4}",
    )
    assert unmarked == []


def test_numbers_and_languages_are_easy_to_press_and_nothing_is_hard(opened: Page) -> None:
    """44 px for a number to call and for a language; 24 px for the rest, but for links in a sentence (WCAG 2.5.8)."""
    small = opened.evaluate(
        """() => [...document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea, summary")]
        .filter(e => e.checkVisibility() && !e.closest("[inert]") && !e.matches(".skipnav")).map(e => {
        const target = e.closest("label") || e, box = target.getBoundingClientRect();
        const big = e.matches("[href^='tel:'], .languages a");
        const flows = !big && getComputedStyle(target).display === "inline" &&
          [...target.parentElement.childNodes].some(one => one !== target && one.textContent.trim());
        return [box.height, big ? 44 : flows ? 0 : 24, `${e.textContent.trim() || e.name} is ${box.height} px high`] })
        .filter(([height, least]) => height < least).map(([, , words]) => words)"""
    )
    assert small == []


def test_enlarged_four_times_at_least_half_of_the_screen_is_the_page(opened: Page) -> None:
    opened.set_viewport_size(ZOOMED)
    opened.evaluate("scrollTo(0, document.body.scrollHeight / 2)")

    covered = opened.evaluate(
        """() => { const sticks = (e) => e && (/sticky|fixed/.test(getComputedStyle(e).position) ||
        sticks(e.parentElement));
        return [...Array(innerHeight).keys()].filter(y => [...Array(32).keys()].some(x =>
        sticks(document.elementFromPoint(x * 10, y)))).length }"""
    )
    overflow = opened.evaluate("document.documentElement.scrollWidth - innerWidth")
    opened.set_viewport_size(PHONE)
    assert (covered <= ZOOMED["height"] / 2, overflow <= 0) == (True, True), f"{covered} px are covered"


@pytest.mark.parametrize("prefix", ["", "ar/"])
def test_what_came_of_a_form_is_announced_by_its_role_and_by_the_focus(page: Page, prefix: str) -> None:
    wrong_sign_up(page, prefix)
    (error,) = [node for node in accessibility_tree.read(page) if node.role == "alert"]
    assert error.is_focused

    signed_up(page, prefix)
    for path in ("", f"/{prefix}{MEETING}kvittering/", f"/{prefix}min-tilmelding/slettet/"):
        page.goto(path or page.url)
        (news,) = [node for node in accessibility_tree.read(page) if node.role == "status"]
        assert news.is_focused


def test_the_trap_is_not_there_until_somebody_has_fallen_into_it(page: Page) -> None:
    page.goto(f"/{MEETING}tilmelding/")
    assert "website" in page.locator("#form").evaluate("form => [...form].map(e => e.name)")
    assert [node.role for node in accessibility_tree.read(page) if node.role in {"textbox", "combobox"}] == [
        "combobox", "textbox", "textbox",
    ]  # fmt: skip
    assert not any("tomt" in node.name for node in accessibility_tree.read(page))

    wrong_sign_up(page, "", TRAP)
    (trap,) = [node for node in accessibility_tree.read(page) if node.role == "textbox" and "tomt" in node.name]
    assert trap.description == "Lad dette felt stå tomt. Det er en fælde for robotter."
    page.locator("[role=alert] [href='#website']").click()
    assert page.evaluate("document.activeElement.value") == TRAP


@pytest.mark.parametrize("prefix", ["", "ar/", "so/"])
def test_the_link_of_an_error_leads_to_the_field_with_its_label_and_message_in_sight(
    browser: Browser, site: str, prefix: str
) -> None:
    context = browser.new_context(base_url=site, viewport=PHONE, reduced_motion="reduce")
    page = context.new_page()
    wrong_sign_up(page, prefix, TRAP)

    for link in page.locator("[role=alert] a").all():
        field = link.get_attribute("href")
        link.click()
        seen = page.evaluate(
            """(id) => { const field = document.querySelector(id), box = (e) => e.getBoundingClientRect();
            const part = field.closest(".fold") || field.closest(".field");
            const covered = box(document.querySelector(".exit").parentElement).bottom;
            return [document.activeElement === field, box(part.querySelector("summary, label")).top >= covered,
            box(part.querySelector(".form-error")).top >= covered, box(field).bottom <= innerHeight] }""",
            field,
        )
        assert seen == [True] * 4, field
    context.close()
