"""What a language lacks: the longest waiting first, with what has changed in the Danish."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.models import Event
from nejtilbander.publishing.actions import withdraw
from pages.models import Initiative, Page
from tests.nejtilbander.editorial.desk.driver import OVERVIEW, admin, chips_in, links_in, page_of, titles_in
from tests.support.admin import a_login, edit, save
from tests.support.factories import a_page

pytestmark = pytest.mark.django_db
ARABIC = f"{OVERVIEW}ar/"


def text_of(page, title):
    """The list's words about one text."""
    return re.search(rf"<h3><a[^>]*>{re.escape(title)}</a></h3>(.*?)</li>", page, re.DOTALL)[1]


def fields_of(page, title):
    """(summary, address of the field) of each field of one text."""
    text = text_of(page, title)
    return list(zip(re.findall(r"<summary>(.*?)</summary>", text), [link[1] for link in links_in(text)], strict=True))


def translated_on(page, day):
    page.refresh_from_db()
    page.translations["ar"]["date"] = day
    page.save()


def test_what_is_missing_or_out_of_date_stands_there_the_longest_waiting_first(staff):
    who, contact = Page.objects.get(slug="hvem"), Page.objects.get(slug="kontakt")
    translated_on(who, "2026-03-01"), translated_on(contact, "2026-02-01")
    save(staff, who, title_da="Hvem er vi?"), save(staff, contact, title_da="Skriv til os")
    a_page("kun-dansk", title_da="Kun på dansk", summary_da="")
    withdraw(a_page("vaek", title_da="Trukket"), {"da": "Slut."})

    page = page_of(staff, ARABIC)

    assert titles_in(page) == ["Skriv til os", "Hvem er vi?", "Kun på dansk"]
    assert chips_in(page)["Mangler eller skal opdateres"] == 3
    assert "oversat 01.02.2026" in text_of(page, "Skriv til os")


def test_a_field_that_has_changed_shows_how_and_leads_to_itself(staff):
    who = Page.objects.get(slug="hvem")
    edit(staff, who, title_da="Hvem står bag det hele?")

    page = page_of(staff, ARABIC)

    assert fields_of(page, "Hvem står bag det hele?") == [
        ("Titel: ændret på dansk", f"{admin(who)}?sprog=ar#id_title_ar")
    ]
    text = text_of(page, "Hvem står bag det hele?")
    assert "<ins>" in text
    assert "<details open>" in text


def test_a_field_that_is_missing_shows_the_danish_a_long_one_folded(staff):
    page = a_page("ny", title_da="Ny tekst", summary_da="", body_da=f"<p>{'Ord. ' * 200}</p>")
    listed = page_of(staff, ARABIC)

    assert fields_of(listed, "Ny tekst") == [
        ("Titel: mangler", f"{admin(page)}?sprog=ar#id_title_ar"),
        ("Tekst: mangler", f"{admin(page)}?sprog=ar#id_body_ar"),
    ]  # fmt: skip
    assert [bool(opened) for opened in re.findall(r"<details( open)?>", text_of(listed, "Ny tekst"))] == [True, False]


def test_the_rows_of_a_text_are_translated_with_it(staff):
    initiative = Initiative.objects.get(slug="nye-redskaber")
    save(staff, initiative, **{"updates-0-title_da": "Rettet i kladden"})

    fields = fields_of(page_of(staff, ARABIC), initiative.title_da)

    assert [address for _, address in fields] == [f"{admin(initiative)}?sprog=ar#id_updates-0-title_ar"]
    assert fields[0][0] == "Nyhed: overskrift: ændret på dansk"


def test_a_translation_that_nobody_said_anything_about_leads_to_its_first_field(staff):
    page = a_page("uden-maerke", title_da="Uden mærke", summary_da="", title_ar="بلا")

    assert fields_of(page_of(staff, ARABIC), "Uden mærke") == [
        ("Titel: skal opdateres", f"{admin(page)}?sprog=ar#id_title_ar")
    ]


def test_what_no_speaker_has_read_is_a_list_of_its_own(staff):
    unread = page_of(staff, f"{ARABIC}?vis=ulaest")

    assert "Al Capone-modellen" in titles_in(unread)
    assert chips_in(unread)["Ikke læst af en sprogkyndig"] > len(titles_in(unread)) == 20
    assert "<details" not in unread.partition('class="page-texts"')[2]
    assert "Intet mangler, og intet skal opdateres." in page_of(staff, ARABIC)


def test_all_read_is_said_too(static_files):
    Event.objects.all().delete()
    arranger = a_login("en", "Mødeleder")

    assert "Alt er læst af en sprogkyndig." in page_of(arranger, f"{ARABIC}?vis=ulaest")


def test_danish_is_the_overview_and_a_language_the_site_has_not_is_not_found(staff):
    assert staff.get(f"{OVERVIEW}da/").headers["Location"] == OVERVIEW
    assert staff.get(f"{OVERVIEW}xx/").status_code == 404


def test_the_list_takes_the_same_queries_for_one_missing_text_as_for_ten(staff):
    numbers = []
    for number in range(10):
        a_page(f"side-{number}")
        if number in {0, 9}:
            page_of(staff, ARABIC)
            with CaptureQueriesContext(connection) as queries:
                page_of(staff, ARABIC)
            numbers.append(len(queries))

    assert numbers[0] == numbers[1]
