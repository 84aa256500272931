"""The page with the button that publishes."""

import re

import pytest
from django.contrib.auth.models import Permission

from nejtilbander.publishing import consequences, versions
from nejtilbander.publishing.models import PublicationStatus
from nejtilbander.publishing.redirects import add_redirect
from tests.support.admin import (
    a_login,
    admin_address,
    form_of,
    html,
    publish,
    save,
    status_of,
)
from tests.support.factories import a_notice, a_page, a_working_copy, an_initiative

pytestmark = pytest.mark.django_db
PLAIN = {"accept-encoding": ""}


def test_a_machines_words_are_called_so_before_they_are_published_unless_somebody_has_read_them(staff):
    page = a_page("maskine", title_en="Trial", summary_en="A trial.", title_tr="Deneme", summary_tr="Bir deneme.")
    page.mark_translated("en", read=False, machine=True)
    page.mark_translated("tr", read=True, machine=True)
    page.save()

    for place in ("change", "udgiv"):
        shown = html(staff, admin_address(page, place))
        states = re.findall(r'<span class="desk-state desk-\w+"[^>]*>([^<]+)', shown)
        assert states == ["Maskinoversat, ikke læst", "Mangler", "Mangler", "Læst", "Mangler"], place


def test_what_was_not_seen_is_not_published(staff):
    page = a_page("uset")
    save(staff, page, title_da="Set")
    fields = form_of(html(staff, admin_address(page, "udgiv")))
    save(staff, page, title_da="Ikke set")

    answer = staff.post(admin_address(page, "udgiv"), fields, headers=PLAIN)

    assert "Nogen har gemt en ny version" in answer.content.decode()
    assert status_of(page) == PublicationStatus.CHANGED


def test_an_address_that_changes_leads_on_in_every_language_when_it_is_published_and_not_before(staff, reader):
    page = a_page("gammelt-navn")
    save(staff, page, slug="nyt-navn")
    html(reader, "/gammelt-navn/")
    publish(staff, page)
    assert reader.get("/gammelt-navn/?a=b").headers["Location"] == "/nyt-navn/?a=b"
    assert reader.get("/fa/gammelt-navn/").headers["Location"] == "/fa/nyt-navn/"

    save(staff, page, slug="tredje-navn")
    publish(staff, page)
    assert reader.get("/gammelt-navn/").headers["Location"] == "/tredje-navn/"
    publish(staff, a_page("gammelt-navn", public_from=None))
    html(reader, "/gammelt-navn/")


def test_the_first_publishing_of_what_nobody_has_saved_publishes_what_is_there(staff, reader):
    page = a_page("seedet", public_from=None)
    publish(staff, page)
    assert page.title_da in html(reader, "/seedet/")


def a_translated_initiative():
    initiative = an_initiative("oversat", title_en="Trial", title_tr="Deneme", **{
        f"{name}_{code}": "x" for name in ("summary", "body", "audience", "carried_out_by") for code in ("en", "tr")
    })  # fmt: skip
    update = initiative.updates.create(date="2026-01-01", title_da="Nyt", title_en="News")
    initiative.mark_translated("en", read=True)
    initiative.mark_translated("tr", read=False)
    initiative.save()
    update.mark_translated("en", read=True)
    update.save()
    return initiative


def test_translations_that_will_be_older_than_the_danish_are_named_and_one_button_says_that_they_still_hold(staff):
    initiative = a_translated_initiative()
    calm = html(staff, admin_address(initiative, "udgiv"))
    assert "Ellers sker der ikke noget: Ingen får en mail, og ingen adresse flytter." in calm
    save(staff, initiative, title_da="Prøven", **{"updates-0-title_da": "Helt nyt"})

    page = html(staff, admin_address(initiative, "udgiv"))
    assert "2 oversættelser bliver ældre end den danske tekst og skal opdateres: engelsk og tyrkisk." in page
    fields = form_of(page) | {"repair": "translations"}
    shown = staff.post(admin_address(initiative, "udgiv"), fields, headers=PLAIN)
    assert (shown.status_code, "skal opdateres" in shown.content.decode()) == (200, False)
    assert versions.newest_version(initiative).note == "Det er en lille rettelse: Oversættelserne passer stadig"
    publish(staff, initiative)
    initiative.refresh_from_db()
    states = [initiative.language_state(code) for code in ("en", "tr", "ar")]
    assert (states, initiative.updates.get().language_state("en")) == (["reviewed", "unread", "missing"], "reviewed")


def test_what_was_offered_does_not_write_over_what_another_saves_at_that_moment(staff, monkeypatch):
    initiative, newer = a_translated_initiative(), []
    save(staff, initiative, title_da="Prøven")
    fields = form_of(html(staff, admin_address(initiative, "udgiv"))) | {"repair": "translations"}

    def another_saves(change):
        newer[:] = newer or [a_working_copy(initiative, "Imens")]
        return []

    monkeypatch.setattr(consequences, "sources", [another_saves])

    shown = staff.post(admin_address(initiative, "udgiv"), fields, headers=PLAIN)

    assert "Nogen har gemt en ny version" in shown.content.decode()
    assert versions.newest_version(initiative) == newer[0]


def test_one_translation_is_spoken_of_as_one(staff):
    page = a_page("et", title_en="Trial", summary_en="A trial.")
    page.mark_translated("en", read=True)
    page.save()
    save(staff, page, title_da="Ny")
    told = "1 oversættelse bliver ældre end den danske tekst og skal opdateres: engelsk."
    assert told in html(staff, admin_address(page, "udgiv"))


def test_who_may_publish_and_not_write_is_offered_no_change_of_the_text(static_files):
    publisher = a_login("udgiver", permissions=Permission.objects.filter(codename__in=["view_page", "publish_pages"]))
    page = a_page("et", title_en="Trial", summary_en="A trial.")
    page.mark_translated("en", read=True)
    page.save()
    versions.ensure_first_version(page)
    a_working_copy(page)

    shown = html(publisher, admin_address(page, "udgiv"))
    assert ("skal opdateres" in shown, 'name="repair"' in shown) == (True, False)
    refused = publisher.post(admin_address(page, "udgiv"), form_of(shown) | {"repair": "translations"})
    assert (refused.status_code, versions.newest_version(page).number) == (403, 2)


def test_where_an_address_leads_and_what_it_replaces_is_told_before_it_is_published(staff):
    add_redirect("/taget/", "/hvem/")
    page, new = a_page("gammel"), a_page("taget", public_from=None)
    assert "/taget/ leder i dag videre til /hvem/. Det holder op" in html(staff, admin_address(new, "udgiv"))
    save(staff, page, slug="helt-ny")
    shown = html(staff, admin_address(page, "udgiv"))
    assert "Den gamle adresse /gammel/ leder videre til /helt-ny/ på alle sprog." in shown


def test_a_language_with_an_error_or_a_hint_is_called_by_its_danish_name(staff):
    add_redirect("/flyttet/", "/hvem/")
    page = a_page(body_da='<p><a href="/findes-ikke/">Planen</a> og <a href="/flyttet/">de bag den</a></p>')
    shown = html(staff, admin_address(page, "udgiv"))
    assert ('">Dansk: ' in shown, "<li>Dansk: " in shown) == (True, True)
    assert "da: " not in shown


def test_what_has_no_address_moves_none(staff):
    assert "Ellers sker der ikke noget" in html(staff, admin_address(a_notice(), "udgiv"))
