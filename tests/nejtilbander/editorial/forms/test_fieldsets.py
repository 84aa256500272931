"""The order of the change form: texts first, then the facts in groups."""

import re

import pytest

from pages.models import Initiative, Page
from tests.support.admin import a_login, form_address, form_of, html, save, told_at
from tests.support.factories import a_meeting, a_page, an_initiative

pytestmark = pytest.mark.django_db
PLAIN = {"accept-encoding": ""}


def groups(page):
    """(heading, is folded, names of its fields) of each group on a form."""
    found = []
    for fieldset in re.findall(r"<fieldset.*?</fieldset>", page, re.DOTALL):
        heading = re.search(r"fieldset-heading[^>]*>(.*?)</h2>", fieldset)
        names = [name.removesuffix("_da") for name in re.findall(r'form-row[^"]* field-(\w+)', fieldset)]
        found.append((heading and heading[1], "<details>" in fieldset, names))
    return found


def test_a_meeting_begins_with_its_texts_and_its_facts_are_folded_with_the_address_last(static_files, staff):
    assert groups(html(staff, form_address(a_meeting()))) == [
        (None, False, ["seen", "title", "summary", "body", "programme"]),
        ("Hvornår", True, ["starts_at", "ends_at", "doors_at"]),
        ("Hvor", True, ["place", "address", "access", "directions"]),
        ("Tilmelding", True, ["signup_opens_at", "signup_closes_at", "retention_days"]),
        ("Tolke og presse", True, ["interpreters", "press"]),
        ("Billede", True, ["picture", "is_decorative", "picture_alt"]),
        ("Aflysning", True, ["state", "state_reason"]),
        ("Efter mødet", True, ["outcome"]),
        ("Webadresse", True, ["is_example", "slug"]),
        ("Til sidst", False, ["is_small"]),
        (None, False, ["document", "order", "title"]),  # the empty row that is copied
    ]


def test_what_something_new_cannot_do_without_is_not_folded(staff):
    shown = {heading: is_folded for heading, is_folded, _names in groups(html(staff, "/admin/events/event/add/"))}
    assert shown == {
        None: False, "Hvornår": False, "Hvor": False, "Tilmelding": False, "Tolke og presse": True, "Billede": True,
        "Aflysning": True, "Efter mødet": True, "Webadresse": True,
    }  # fmt: skip
    notice = groups(html(staff, "/admin/nejtilbander/notice/add/"))
    assert notice == [(None, False, ["seen", "title", "body"]), (None, False, ["level"])]


def test_a_group_with_an_error_is_open_and_linked_to_from_the_top(staff):
    page = a_page()
    answer = staff.post(form_address(page), form_of(html(staff, form_address(page))) | {"slug": "å"}, headers=PLAIN)

    shown = answer.content.decode()
    assert ("Webadresse", False, ["slug"]) in groups(shown)
    assert '<li><a href="#id_slug">Webadresse</a></li>' in shown
    assert "Ikke gemt. Ret det her først:" in shown


def test_the_links_to_what_is_wrong_lead_to_days_and_to_rows_too(staff):
    event, initiative = a_meeting(), Initiative.objects.get(slug="nye-redskaber")
    wrong = form_of(html(staff, form_address(event))) | {"starts_at_0": "snart", "interpreters": "xx"}
    shown = staff.post(form_address(event), wrong, headers=PLAIN).content.decode()
    assert '<a href="#id_starts_at_0">Begynder</a>' in shown
    assert '<a href="#id_interpreters_0">Tolke</a>' in shown
    wrong = form_of(html(staff, form_address(initiative))) | {"updates-0-title_da": ""}
    shown = staff.post(form_address(initiative), wrong, headers=PLAIN).content.decode()
    assert '<a href="#id_updates-0-title_da">Overskrift på dansk</a>' in shown


def test_a_group_whose_address_another_has_taken_is_open(staff):
    first, second = an_initiative("en"), an_initiative("to")
    save(staff, second, slug="samme")
    first.slug = "samme"
    first.save()
    shown = groups(html(staff, form_address(second)))
    assert ("Plads og webadresse", False, ["leads_to_meetings", "order", "slug"]) in shown


def test_whoever_may_only_look_is_shown_no_mark_to_set(static_files):
    page, reader = a_page(), a_login("amal", "Oversætter (arabisk)")
    for language in ("da", "tr"):
        shown = html(reader, form_address(page, language))
        assert "None" not in shown.partition('id="content"')[2]
        assert not any(name in shown for name in ("is_read", "is_small", "Gem kladde"))
    assert "is_read" in html(reader, form_address(page, "ar"))


def test_rows_inside_are_added_by_a_button_that_speaks_danish(staff):
    shown = html(staff, form_address(Initiative.objects.get(slug="nye-redskaber")))
    assert "Tilføj nyhed" in shown
    assert "Tilføj endnu en Nyhed" not in shown


def test_fields_of_a_language_are_named_in_danish_and_so_are_its_tabs(staff):
    shown = html(staff, form_address(Page.objects.get(slug="kontakt"), "ar"))
    assert ">Titel på arabisk:</label>" in shown
    assert 'Arabisk (<bdi lang="ar">العربية</bdi>) ved siden af dansk' in shown
    assert shown.count('aria-current="page"><span>Arabisk (<bdi lang="ar">العربية</bdi>)</span>') == 1
    assert not told_at(staff.get(form_address(a_page(), "ar")), "title_ar")
