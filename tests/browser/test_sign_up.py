"""Visitors sign up on a phone: in Danish and Arabic, with JavaScript and without, to the last letter."""

import itertools
import re
from pathlib import Path

import pytest
from icalendar import Calendar
from playwright.sync_api import Browser, Page

from tests.browser.accessibility import COLOURS, EVERYTHING, SCHEMES, errors
from tests.support.mail_server import Mailbox
from tests.support.waiting import wait_until

pytestmark = pytest.mark.chromium
PHONE = {"width": 375, "height": 700}
FORM = "stormoeder/trygge-butikker/tilmelding/"
CODE = re.compile(r"[A-Z2-9]{4}-[A-Z2-9]{4}")


def plain(letter) -> str:
    return letter.get_body(("plain",)).get_content()


def link_in(letter, site: str) -> str:
    """The address in the letter, where the test's site answers it."""
    return re.search(re.escape(site) + r"\S+", plain(letter))[0]


def seats_shown(page: Page) -> str:
    """What the visitor's page says when it is loaded again."""
    page.reload()
    return page.locator(".card strong").inner_text()


def press(page: Page, action: str) -> None:
    if action in {"cancel", "forget"}:  # asks first
        page.locator(f"details:has(input[value={action}]) summary").click()
    page.locator(f"form:has(input[value={action}]) button").click()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
@pytest.mark.parametrize("prefix", ["", "ar/"], ids=["Danish", "Arabic"])
def test_a_visitor_signs_up_confirms_changes_and_leaves(browser: Browser, site: str, mailbox: Mailbox, prefix, script):
    context = browser.new_context(base_url=f"{site}/", viewport=PHONE, java_script_enabled=script)
    page = context.new_page()
    address = f"rejse{'-ar' if prefix else ''}{'-js' if script else ''}@example.dk"

    page.goto(f"{prefix}stormoeder/trygge-butikker/")
    page.locator(".meeting .button-primary").click()
    page.locator("[name=seats]").select_option("2")
    page.locator("[name=email]").fill(address)
    page.locator("[name=name]").fill("Amina")
    page.locator("summary#needs-label").click()
    page.locator("[value=wheelchair]").check()
    page.locator("summary:has(+ .field [name=question])").click()
    page.locator("[name=question]").fill("Hvem passer på os?")
    page.locator("form.form .button-primary").click()
    assert page.url.endswith(f"{prefix}stormoeder/trygge-butikker/kvittering/")

    first = mailbox.wait_for(address)
    assert "Amina" not in plain(first), "anybody may have written the name"
    assert not re.search(r"band|Rådhus|Amina|Trygge|butik", first["Subject"], re.IGNORECASE)
    page.goto(link_in(first, site))
    page.locator(".card .button-primary").click()
    code = page.locator(".code").inner_text()
    assert CODE.fullmatch(code)

    confirmed = mailbox.wait_for(address, 2)
    assert CODE.search(plain(confirmed))[0] == code
    assert "Amina" in plain(confirmed)
    calendar = Calendar.from_ical(next(confirmed.iter_attachments()).get_content())
    (entry,) = calendar.walk("VEVENT")
    assert entry.decoded("dtstart").strftime("%H:%M %Z") in {"19:00 CET", "19:00 CEST"}
    assert {"ATTENDEE", "LOCATION", "URL", "DESCRIPTION"} & set(entry) == set()

    page.locator("main [name=seats]").select_option("3")
    press(page, "seats")
    page.wait_for_url("**/?nyt=oensket")
    wait_until(lambda: seats_shown(page) == "3", "more seats, which the worker gives")
    with page.expect_download() as download:
        page.locator("main a[href$='kalender.ics']").click()
    assert Path(download.value.path()).read_bytes().startswith(b"BEGIN:VCALENDAR")

    press(page, "cancel")
    assert page.locator(".code").count() == 0
    press(page, "forget")
    assert page.url.endswith(f"{prefix}min-tilmelding/slettet/")
    page.goto(link_in(first, site))
    assert page.locator(".code, .card form").count() == 0
    assert context.cookies() == []
    context.close()


def test_a_visitor_without_a_mail_gets_a_code_and_a_link_to_keep(page: Page, site: str):
    page.goto(f"/{FORM}")
    page.locator("[name=seats]").select_option("1")
    page.locator("form.form .button-primary").click()

    code, link = page.locator(".code").inner_text(), page.locator(".address").inner_text()
    assert CODE.fullmatch(code)
    page.goto("/")
    page.goto(link)
    assert page.locator(".code").inner_text() == code


def test_the_form_can_be_filled_in_with_the_keyboard_alone(page: Page):
    page.goto(f"/{FORM}")
    page.locator("summary#needs-label").click()
    page.locator("#seats").focus()
    reached = []
    for _ in range(30):
        reached.append(page.evaluate("document.activeElement.name || document.activeElement.tagName.toLowerCase()"))
        page.keyboard.press("Tab")
        if reached[-1] == "button":
            break
    assert [name for name, _ in itertools.groupby(reached)] == [
        "seats", "email", "name", "summary", "needs", "contact", "summary", "button",
    ]  # fmt: skip


def test_the_page_to_keep_has_its_link_on_paper_and_neither_the_campaigns_name_nor_a_button(page: Page):
    page.goto(f"/{FORM}")
    page.locator("form.form .button-primary").click()
    link = page.locator(".address").inner_text()

    page.emulate_media(media="print")

    paper = page.locator("body").inner_text()
    assert link in page.locator(".address").inner_text()
    assert CODE.search(paper)
    assert not re.search("band(er|e)", paper, re.IGNORECASE)
    assert page.locator("button, summary, select, .button").filter(visible=True).count() == 0


@pytest.mark.parametrize("prefix", ["", "ar/"], ids=["Danish", "Arabic"])
def test_every_state_of_a_sign_up_is_accessible_and_whole(page: Page, site: str, mailbox: Mailbox, axe: str, prefix):
    """Wrong input, no mail, mail to confirm, confirmed, cancelled: axe finds nothing, at phone and desktop width."""
    address = f"tilstand{len(prefix)}@example.dk"

    def looks_right(state: str) -> None:
        page.evaluate(axe)
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            page.evaluate("scrollTo(0, 0)")  # what the sticky way out happens to lie over is no fault
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (state, width)
            for scheme, media in SCHEMES.items():
                page.emulate_media(**media)
                assert errors(page, EVERYTHING if scheme == "light" else COLOURS) == [], (state, width, scheme)

    page.goto(f"/{prefix}{FORM}")
    page.locator("[name=email]").fill("ikke en mail")
    page.locator("summary#needs-label").click()
    page.locator("[name=contact]").check()
    page.locator("summary:has(+ .field [name=question])").click()
    page.locator("[name=question]").fill("x" * 501)
    page.locator("form.form .button-primary").click()
    assert page.locator(".form-error").count() == 2
    assert page.locator("[name=email]").input_value() == "ikke en mail"
    looks_right("wrong input")

    page.locator("[name=email]").fill(address)
    page.locator("[name=question]").fill("")
    page.locator("form.form .button-primary").click()
    looks_right("receipt")
    page.goto(link_in(mailbox.wait_for(address), site))
    looks_right("held")
    page.locator(".card .button-primary").click()
    for details in page.locator("main details summary").all():
        details.click()
    looks_right("confirmed")
    page.reload()
    press(page, "cancel")
    looks_right("cancelled")


def test_on_paper_the_visitors_own_page_has_its_link_once_and_does_not_tell_what_it_is_about(page: Page):
    page.goto(f"/{FORM}")
    page.locator("form.form .button-primary").click()
    title = page.locator(f"main a[href='/{FORM.removesuffix('tilmelding/')}']").first.inner_text()
    assert title in page.locator("main").inner_text()

    page.emulate_media(media="print")
    printed = page.locator("body").inner_text()
    assert printed.count(page.url.split("?")[0]) == 1
    assert title not in printed


def test_the_button_that_signs_up_stands_under_what_is_stored(page: Page):
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"/{FORM}")
    button, said = page.locator(".send .button-primary").bounding_box(), page.locator(".send ul").bounding_box()
    assert button["y"] >= said["y"] + said["height"]
    assert button["x"] == page.locator("#seats").bounding_box()["x"]
