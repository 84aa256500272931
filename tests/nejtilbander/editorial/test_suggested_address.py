"""The address of something new, made of its title when nobody writes one."""

import pytest

from events.models import Event
from pages.models import Page, Partner
from tests.support.admin import form_of, html, told_at
from tests.support.factories import a_page

pytestmark = pytest.mark.django_db
PLAIN = {"accept-encoding": ""}
ADD = "/admin/pages/page/add/"


def added(staff, title, add=ADD, **fields):
    """The answer to the form of something new whose address is left empty."""
    typed = form_of(html(staff, add)) | {"title_da": title, "summary_da": "Kort.", "slug": ""} | fields
    return staff.post(add, typed, headers=PLAIN)


def test_an_address_left_empty_is_made_of_the_title_and_is_its_own(staff):
    for _ in range(3):
        assert added(staff, "Åben aften på Ærø").status_code == 302
    made = Page.objects.filter(title_da="Åben aften på Ærø").order_by("pk").values_list("slug", flat=True)
    assert list(made) == ["aaben-aften-paa-aeroe", "aaben-aften-paa-aeroe-2", "aaben-aften-paa-aeroe-3"]


def test_it_is_no_address_of_the_sites_own(staff):
    assert added(staff, "Søg").status_code == 302
    assert Page.objects.get(title_da="Søg").slug == "soeg-2"


def test_a_meeting_and_a_partner_get_one_too(staff):
    when = {"starts_at_0": "1.5.2030", "starts_at_1": "kl. 19", "ends_at_0": "1.5.2030", "ends_at_1": "21"}
    where = {"place_da": "Rådhuset", "address": "Flakhaven 2"}
    assert added(staff, "Naboer", "/admin/events/event/add/", **when, **where).status_code == 302
    assert Event.objects.get(title_da="Naboer").slug == "naboer"

    partner = {"name_da": "Østens Klub", "body_da": "<p>Alt.</p>", "kind": "business"}
    assert added(staff, "", "/admin/pages/partner/add/", **partner).status_code == 302
    assert Partner.objects.get(name_da="Østens Klub").slug == "oestens-klub"


def test_a_title_without_our_letters_asks_for_one_and_a_missing_title_only_for_the_title(staff):
    refused = added(staff, "من المتصفح")
    assert told_at(refused, "slug")[0].startswith("Skriv en webadresse.")
    assert 'value="من المتصفح"' in refused.content.decode()
    missing = added(staff, "")
    assert (told_at(missing, "slug"), len(told_at(missing, "title_da"))) == ([], 1)


def test_one_that_is_written_stays_and_one_that_is_there_cannot_be_emptied(staff):
    assert added(staff, "Noget", slug="andet").status_code == 302
    assert Page.objects.get(title_da="Noget").slug == "andet"
    page = a_page("fast")
    address = f"/admin/pages/page/{page.pk}/change/"
    answer = staff.post(address, form_of(html(staff, address)) | {"slug": ""}, headers=PLAIN)
    assert len(told_at(answer, "slug")) == 1
