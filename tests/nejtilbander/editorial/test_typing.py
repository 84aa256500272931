"""What staff type by hand: days, times and addresses, as Danes write them."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from events.models import Event
from nejtilbander.editorial.forms.date_fields import WRONG_TIME
from nejtilbander.publishing import versions
from tests.support.admin import form_address, form_of, html, save, told_at
from tests.support.factories import a_meeting, a_page

pytestmark = pytest.mark.django_db
PLAIN = {"accept-encoding": ""}


@pytest.mark.parametrize("clock", ["17.00", "17:00", "17:00:00", "17", "kl. 17.00", "kl. 17"])
@pytest.mark.parametrize(
    "day",
    ["08.12.2030", "8.12.2030", "8-12-2030", "8/12-2030", "8/12 2030", "8.12.30", "2030-12-08", "8. december 2030"],
)
def test_a_day_and_a_time_are_taken_as_danes_write_them(staff, day, clock):
    event = a_meeting()

    save(staff, event, starts_at_0=day, starts_at_1=clock, ends_at_0="9.12.2030", ends_at_1="20.30")

    content = versions.newest_version(event).content["fields"]
    at = [Event._meta.get_field(name).to_python(content[name]) for name in ("starts_at", "ends_at")]
    zone = ZoneInfo("Europe/Copenhagen")
    assert at == [datetime(2030, 12, 8, 17, tzinfo=zone), datetime(2030, 12, 9, 20, 30, tzinfo=zone)]


@pytest.mark.parametrize("clock", ["17.60", "25.00", "5 pm", "1700"])
def test_what_is_no_time_is_told_at_the_field(staff, clock):
    event = a_meeting()
    fields = form_of(html(staff, form_address(event))) | {"starts_at_1": clock}
    assert told_at(staff.post(form_address(event), fields, headers=PLAIN), "starts_at") == [WRONG_TIME]


@pytest.mark.parametrize("slug", ["åben-aften", "æbler", "to ord", "a/b"])
@pytest.mark.parametrize("make", [a_meeting, a_page])
def test_an_address_with_other_signs_is_refused_with_how_to_write_it(staff, make, slug):
    obj = make()
    fields = form_of(html(staff, form_address(obj))) | {"slug": slug}
    assert told_at(staff.post(form_address(obj), fields, headers=PLAIN), "slug") == [
        "Brug a-z, tal og bindestreg. Skriv å som aa, æ som ae og ø som oe: aaben-aften."
    ]
