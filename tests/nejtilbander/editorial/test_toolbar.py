"""The bar of the change form: what it offers to whom, and buttons that save before they lead on."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from nejtilbander.publishing import versions
from tests.support.admin import a_login, admin_address, form_address, form_of, html, plan, said
from tests.support.factories import a_meeting, a_page

pytestmark = pytest.mark.django_db
PLAIN = {"accept-encoding": ""}


def bar_of(page):
    bar = page.partition('class="desk-bar"')[2]
    return [word.strip() for word in re.findall(r"<(?:a|button)[^>]*>([^<]+)</", bar.partition("</form>")[0])]


def press(browser, obj, then, language="da", **changes):
    address = form_address(obj, language)
    fields = form_of(html(browser, address)) | changes | {"_then": then}
    return browser.post(address, fields, headers=PLAIN)


def test_saving_comes_first_publishing_stands_out_and_what_is_dangerous_comes_last(staff):
    event = a_meeting()
    shown = html(staff, form_address(event))
    assert bar_of(shown) == [
        "Gem kladde", "Se", "Udgiv", "Se på website", "Historik", "Ansvarlig og gennemgang", "Send til gennemsyn",
        "Tilmelding", "Mail til alle", "Træk tilbage", "Slet",
    ]  # fmt: skip
    assert '<button class="button default" name="_then" value="publish">Udgiv</button>' in shown
    assert shown.partition('class="desk-bar"')[2].partition("</form>")[0].count("button default") == 1
    assert bar_of(html(staff, "/admin/events/event/add/")) == ["Gem kladde"]


def test_whoever_may_only_look_gets_links(static_files):
    page, translator = a_page(), a_login("amal", "Oversætter (arabisk)")
    shown = html(translator, form_address(page))
    assert bar_of(shown) == ["Se", "Se på website", "Historik"]
    assert f'href="{admin_address(page, "se/da")}">Se</a>' in shown
    assert bar_of(html(translator, form_address(page, "ar")))[:2] == ["Gem kladde", "Se"]


def test_the_buttons_save_the_draft_and_lead_on(staff):
    page = a_page()
    assert press(staff, page, "look", title_da="Set").headers["Location"] == admin_address(page, "se/da")
    assert press(staff, page, "look", "ar", title_ar="شيء").headers["Location"] == admin_address(page, "se/ar")
    answer = press(staff, page, "publish", title_da="Klar")
    assert answer.headers["Location"] == admin_address(page, "udgiv")
    content = versions.newest_version(page).content["fields"]
    assert (content["title_da"], content["title_ar"]) == ("Klar", "شيء")
    page.refresh_from_db()
    assert page.title_da == "Prøve", "it is saved, not published"


def test_with_nothing_new_they_lead_on_without_a_word(staff):
    page = a_page()
    answer = press(staff, page, "look")
    assert (answer.status_code, answer.headers["Location"]) == (302, admin_address(page, "se/da"))
    assert said(staff.get(admin_address(page, "se/da"))) == []
    assert versions.newest_version(page).number == 1, "what readers see"


def test_a_form_with_an_error_stays_and_keeps_what_was_typed(staff):
    page = a_page()
    answer = press(staff, page, "publish", title_da="", summary_da="Skrevet længe")
    assert "Ikke gemt. Ret det her først:" in answer.content.decode()
    assert "Skrevet længe" in answer.content.decode()
    assert versions.newest_version(page) is None or versions.newest_version(page).number == 1


def test_a_button_that_is_not_there_leads_back_to_the_form(static_files):
    page, editor = a_page(), a_login("anna", "Redaktør")
    for then in ("publish", "https://andre.dk/", ""):
        assert press(editor, page, then, title_da=f"Ny {then}").headers["Location"] == form_address(page)


def test_the_top_says_the_status_and_whether_anything_waits_and_a_plan_is_cancelled_from_there(staff):
    page = a_page()
    assert "Status: <strong>Udgivet</strong> · Ingen ændringer venter" in html(staff, form_address(page))
    press(staff, page, "", title_da="Nyt")
    shown = html(staff, form_address(page))
    assert "Ingen ændringer venter" not in shown
    assert "Din kladde: version 2, gemt" in shown

    plan(staff, page, at=timezone.now() + timedelta(hours=2))
    shown = html(staff, form_address(page))
    drop = admin_address(page, "drop-planen")
    assert f'<button class="button" form="desk-post" formaction="{drop}">Annullér planen</button>' in shown
    assert '<form id="desk-post" method="post">' in shown
    staff.post(drop)
    assert "Annullér planen" not in html(staff, form_address(page))
