"""Where staff may send readers on to: a public page of this site, never in circles."""

import pytest

from nejtilbander.publishing import redirects
from nejtilbander.publishing.models import PublicationStatus
from pages.models import Partner
from tests.support.admin import admin_address, status_of, told_at
from tests.support.factories import a_meeting, a_page, a_statement

pytestmark = pytest.mark.django_db
PLAIN = {"accept-encoding": ""}


def led_on(staff, obj, to):
    """What is said at the field when `thing` is taken back with a way on."""
    answer = staff.post(admin_address(obj, "traek-tilbage"), {"to": to}, headers=PLAIN)
    return None if answer.status_code == 302 else answer.context["form"].errors.get("to")


ITSELF = ["Det er siden selv. Vælg en anden adresse."]
BACK = ["Den adresse fører tilbage hertil. Vælg en anden."]
NOT_PUBLIC = ["Der er ingen offentlig side på den adresse. Vælg en anden."]


@pytest.mark.parametrize(
    ("to", "told"),
    [
        ("/maal/", ITSELF),
        ("/maal", ITSELF),
        ("/findes/slet/ikke/", ["Adressen findes ikke på siden. Se efter, om den er skrevet rigtigt."]),
        ("/findes-ikke/", NOT_PUBLIC),
        ("/kladde-endnu/", NOT_PUBLIC),
        ("/anmeld/", ["Den adresse sender selv læserne videre, til /hjaelp/. Skriv /hjaelp/ i stedet."]),
    ],
)
def test_readers_of_a_withdrawn_page_are_sent_to_a_page_that_is_there_and_another(staff, to, told):
    page = a_page("maal")
    a_page("kladde-endnu", public_from=None)

    assert led_on(staff, page, to) == told
    assert status_of(page) == PublicationStatus.PUBLIC


@pytest.mark.parametrize(
    "to", ["hvem/", "//example.org/", "/en/hvem/", "/hvem/?a=1", "/hvem/#a", "https://example.org/"]
)
def test_the_way_on_is_an_address_of_this_site_without_language_or_question(staff, to):
    (told,) = led_on(staff, a_page("maal"), to)
    assert told.startswith("Skriv adressen fra den første skråstreg")


def test_signs_that_nobody_sees_are_no_part_of_the_way_on(staff):
    assert led_on(staff, a_page("maal"), "\u200e /hvem/\u200b") is None


def test_a_withdrawn_page_leads_to_the_page_in_the_end_of_no_detour(staff, reader):
    page, other = a_page("maal"), a_page("anden")
    redirects.add_redirect("/a/", "/maal/")
    redirects.add_redirect("/b/", "/hvem/")

    assert led_on(staff, page, "/a/") == BACK
    assert led_on(staff, page, "/b/") == ["Den adresse er selv flyttet, til /hvem/. Skriv /hvem/ i stedet."]
    assert led_on(staff, page, "/anden") is None
    assert reader.get("/ar/maal/").headers["Location"] == "/ar/anden/"
    assert led_on(staff, other, "/maal/") == BACK
    third = a_page("tredje")
    assert led_on(staff, third, "/maal/") == [
        "Den adresse sender selv læserne videre, til /anden/. Skriv /anden/ i stedet."
    ]
    assert led_on(staff, page, "/hvem/") is None, "a way on can be put right"


def test_what_stands_under_a_page_goes_with_it_and_what_has_no_page_may_lead_anywhere(staff):
    assert led_on(staff, a_meeting("selv"), "/stormoeder/selv/tilmelding/") == BACK
    assert led_on(staff, a_statement(2), "/udtalelse/2/") == ITSELF
    assert led_on(staff, a_statement(3), "/udtalelse/") is None
    assert led_on(staff, Partner.objects.first(), "/hvem/") is None


def test_an_address_is_not_moved_to_a_withdrawn_page_that_leads_back_to_it(staff):
    page = a_page("maal")
    a_page("foer")
    assert led_on(staff, page, "/foer/") is None

    for old, told in (
        ("/foer/", BACK),
        ("/x/", ["Den adresse sender selv læserne videre, til /foer/. Skriv /foer/ i stedet."]),
    ):
        answer = staff.post("/admin/nejtilbander/redirect/add/", {"old_path": old, "new_path": "/maal/"}, headers=PLAIN)
        assert told_at(answer, "new_path") == told
