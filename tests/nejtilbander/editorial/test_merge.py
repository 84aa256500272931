"""Two write in the same text at once: what each of them wrote is kept."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.utils.html import escape

from nejtilbander.images.models import Picture
from nejtilbander.publishing import versions
from tests.nejtilbander.editorial.two_editors import (
    ALONE,
    an_initiative_with,
    opened,
    rows_of,
    save_as_shown,
    send,
    told,
)
from tests.support.admin import (
    a_login,
    form_address,
    form_of,
    html,
    save,
)
from tests.support.factories import a_meeting, a_page, an_initiative

pytestmark = pytest.mark.django_db
PLAIN = {"accept-encoding": ""}


def test_a_field_that_only_the_first_changed_keeps_their_words_when_the_second_saves(staff, anna):
    page = a_page(body_da="<h2>Punkt</h2>\n<p>Linje.</p>")
    mine = opened(staff, page)
    save(anna, page, summary_da="Annas resumé", slug="annas")

    html = told(send(staff, page, mine, title_da="Min titel"))
    fields = save_as_shown(staff, page, html)["fields"]

    assert ALONE in html
    assert "anna har gemt" in html
    assert "Her står der nu" not in html
    assert (fields["title_da"], fields["summary_da"], fields["slug"]) == ("Min titel", "Annas resumé", "annas")
    assert fields["body_da"] == "<h2>Punkt</h2>\n<p>Linje.</p>"


def test_what_both_changed_stays_as_the_second_wrote_it_beside_what_is_saved(staff, anna):
    page = a_page(body_da="<p>Før.</p>")
    mine = opened(staff, page)
    save(anna, page, title_da='Annas "titel"', body_da="<p>Annas <strong>tekst</strong>.</p>", summary_da="Enige.")

    words = {"title_da": "Min titel", "body_da": "<p>Min tekst.</p>", "summary_da": "Enige."}
    html = told(send(staff, page, mine, **words))

    assert escape('Her står der nu: „Annas "titel"“') in html
    assert "Her står der nu: <p>Annas <strong>tekst</strong>.</p>" in html
    assert html.count("Her står der nu") == 2
    fields = save_as_shown(staff, page, html)["fields"]
    assert (fields["title_da"], fields["body_da"], fields["summary_da"]) == ("Min titel", "<p>Min tekst.</p>", "Enige.")


def test_moments_choices_and_ticks_of_the_first_are_kept_too(staff, anna):
    event = a_meeting(interpreters=["ar"])
    mine = opened(staff, event)
    days = dict.fromkeys(("starts_at_0", "ends_at_0", "doors_at_0"), "2031-05-01")
    save(
        anna, event, **days, starts_at_1="18:00:00", ends_at_1="20:00:00", doors_at_1="17:30:00", state="cancelled",
        interpreters=["ar", "tr"], retention_days="3", is_example="on",
    )  # fmt: skip
    hers = versions.newest_version(event).content["fields"]
    assert hers["interpreters"] == ["ar", "tr"]

    html = told(send(staff, event, mine, title_da="Min titel"))

    assert ALONE in html
    assert save_as_shown(staff, event, html)["fields"] == hers | {"title_da": "Min titel"}


def test_what_is_saved_is_told_in_the_words_of_the_form(staff, anna):
    initiative, picture = an_initiative(since_year=2020, source_name_da="Kilde"), a_picture()
    mine = opened(staff, initiative)
    hers = {"status": "done", "leads_to_meetings": "on", "since_year": "2021", "source_name_da": ""}
    save(anna, initiative, **hers, picture=picture.pk)

    html = told(send(
        staff, initiative, mine, status="planned", since_year="2022", source_name_da="Min kilde", order="7",
        picture=a_picture("Havnen").pk,
    ))  # fmt: skip

    assert re.findall(r"Her står der nu[^<]*", html) == [
        "Her står der nu: „gennemført“", "Her står der nu: „2021“", "Her står der nu ikke noget.",
        "Her står der nu: „Torvet“",
    ]  # fmt: skip
    fields = save_as_shown(staff, initiative, html)["fields"]
    assert (fields["status"], fields["leads_to_meetings"], fields["order"]) == ("planned", True, 7)


def a_picture(name="Torvet"):
    return Picture.objects.create(name=name, digest=f"{Picture.objects.count():016x}", width=960)


def test_a_tick_taken_away_by_the_second_stays_away_and_small_corrections_stay_ticked(staff, anna):
    initiative = an_initiative(leads_to_meetings=True)
    mine = opened(staff, initiative)
    save(anna, initiative, title_da="Annas titel")

    html = told(send(staff, initiative, mine, leads_to_meetings=None, is_small="on"))

    assert re.search(r'name="is_small"[^>]*checked', html)
    fields = save_as_shown(staff, initiative, html)["fields"]
    assert (fields["leads_to_meetings"], fields["title_da"]) == (False, "Annas titel")


def test_a_third_who_saves_meanwhile_is_met_in_the_same_way(staff, anna, amal):
    page = a_page()
    mine = opened(staff, page)
    save(anna, page, title_da="Annas titel")
    save(amal, page, "ar", title_ar="بالعربية")
    html = told(send(staff, page, mine, summary_da="Mit resumé"))
    assert "anna og amal har gemt" in html
    save(anna, page, title_da="Annas anden titel")

    again = told(send(staff, page, form_of(html)))

    fields = save_as_shown(staff, page, again)["fields"]
    assert (fields["title_da"], fields["summary_da"]) == ("Annas anden titel", "Mit resumé")
    assert fields["title_ar"] == "بالعربية"


@pytest.mark.parametrize("number", ["99", "-1", "9" * 30, "x" * 5000, "²"])
def test_a_form_that_was_opened_on_nothing_we_know_says_of_all_that_differs_what_is_saved(staff, number):
    initiative = an_initiative_with("Første", "Anden")
    save(staff, initiative, title_da="Gemt")
    fields = opened(staff, initiative)

    html = told(send(staff, initiative, fields, seen=number, leads_to_meetings="on", **{
        "title_da": "Sendt", "updates-0-id": "77", "updates-0-title_da": "Min række"}))  # fmt: skip

    assert "En anden har gemt" in html or "Du selv har gemt" in html
    assert re.findall(r"Her står der nu[^<]*", html) == ["Her står der nu: „Gemt“", "Her står der nu: „nej“"]
    content = save_as_shown(staff, initiative, html)
    assert (content["fields"]["title_da"], content["fields"]["leads_to_meetings"]) == ("Sendt", True)
    assert sorted(rows_of(content)) == ["Anden", "Første", "Min række"]


def test_a_field_that_is_not_sent_at_all_keeps_what_is_saved(staff, anna):
    page = a_page()
    mine = opened(staff, page)
    save(anna, page, summary_da="Annas resumé")

    html = told(send(staff, page, mine, title_da="Min titel", summary_da=None, slug=None))

    fields = save_as_shown(staff, page, html)["fields"]
    assert (fields["title_da"], fields["summary_da"], fields["slug"]) == ("Min titel", "Annas resumé", "proeve")


@pytest.mark.parametrize("rights", [["change_page", "view_page"], ["view_page"]])
def test_who_may_only_look_saves_nothing_over_another(static_files, anna, rights):
    bo = a_login("bo", permissions=Permission.objects.filter(codename__in=rights))
    page = a_page()
    mine = opened(anna, page)
    save(anna, page, summary_da="Annas resumé")

    answer = send(bo, page, mine, title_da="Bos titel")

    assert answer.status_code == (200 if "change_page" in rights else 403)
    assert versions.newest_version(page).content["fields"]["title_da"] == "Prøve"


def test_the_second_of_two_editors_is_told_sees_both_texts_and_loses_nothing(staff):
    page = a_page("to", title_da="Udgangspunkt", summary_da="Uændret.")
    opened = form_of(html(staff, form_address(page)))
    other = a_login("anna", "Redaktør")
    save(other, page, title_da="Annas titel")

    answer = staff.post(form_address(page), opened | {"title_da": "Min titel"}, headers=PLAIN)
    told = answer.content.decode()

    assert "anna har gemt, mens du skrev" in told
    assert "Her står der nu: „Annas titel“" in told
    assert 'value="Min titel"' in told
    assert versions.newest_version(page).content["fields"]["title_da"] == "Annas titel"
    again = staff.post(form_address(page), form_of(told), headers=PLAIN)
    assert again.status_code == 302
    assert versions.newest_version(page).content["fields"]["title_da"] == "Min titel"
    assert versions.versions_of(page).filter(saved_by=other.user).exists()
