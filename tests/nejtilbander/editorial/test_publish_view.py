"""The page with the button that publishes."""

import re

import pytest

from nejtilbander.publishing.models import PublicationStatus
from tests.support.admin import (
    admin_address,
    form_of,
    html,
    publish,
    save,
    status_of,
)
from tests.support.factories import a_page

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
