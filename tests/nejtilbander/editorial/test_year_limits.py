"""Years that nobody can mean."""

import pytest

from nejtilbander.publishing import versions
from pages.models import Initiative, Statement
from tests.support.admin import admin_address, form_address, form_of, html, save, told_at
from tests.support.factories import a_meeting, a_page, an_initiative

pytestmark = pytest.mark.django_db
PLAIN = {"accept-encoding": ""}
FAR = "Vælg et år fra 2000 til 2100."


@pytest.mark.parametrize(
    ("field", "year"),
    [
        *((field, "0001") for field in ("starts_at", "ends_at", "doors_at", "signup_opens_at", "signup_closes_at")),
        *(("starts_at", year) for year in ("1999", "2101", "9999")),
    ],
)
def test_a_meeting_in_a_year_nobody_can_mean_is_told_at_the_field_and_nothing_typed_is_lost(staff, field, year):
    event = a_meeting("langt-vaek")
    typed = {f"{field}_0": f"{year}-01-01", f"{field}_1": "00:00", "title_da": "Skrevet længe"}

    answer = staff.post(form_address(event), form_of(html(staff, form_address(event))) | typed, headers=PLAIN)

    assert told_at(answer, field) == [FAR]
    assert 'value="Skrevet længe"' in answer.content.decode()
    assert f'value="{year}-01-01"' in answer.content.decode()
    assert versions.newest_version(event).number == 1, "what readers see"


def test_days_without_a_time_and_rows_inside_are_looked_at_too(staff):
    statement, initiative = Statement.objects.get(number=1), Initiative.objects.get(slug="nye-redskaber")
    fields = form_of(html(staff, form_address(statement))) | {"dated": "0001-01-01"}
    assert told_at(staff.post(form_address(statement), fields, headers=PLAIN), "dated") == [FAR]
    fields = form_of(html(staff, form_address(initiative))) | {"updates-0-date": "0001-01-01"}
    answer = staff.post(form_address(initiative), fields, headers=PLAIN)
    assert answer.context["inline_admin_formsets"][0].formset.errors[0] == {"date": [FAR]}


@pytest.mark.parametrize("year", ["0", "1899", "2101", "99999999999"])
def test_an_initiative_since_a_year_nobody_can_mean_is_told_at_the_field(staff, year):
    initiative = an_initiative()
    fields = form_of(html(staff, form_address(initiative))) | {"since_year": year}

    assert len(told_at(staff.post(form_address(initiative), fields, headers=PLAIN), "since_year")) == 1
    save(staff, initiative, since_year="1900")


@pytest.mark.parametrize("field", ["at", "until"])
@pytest.mark.parametrize("year", ["0001", "9999"])
def test_a_plan_in_a_year_nobody_can_mean_is_told_at_the_field(staff, field, year):
    page = a_page("plan")
    fields = form_of(html(staff, admin_address(page, "udgiv"))) | {f"{field}_0": f"{year}-12-31", f"{field}_1": "23:59"}

    answer = staff.post(admin_address(page, "udgiv"), fields, headers=PLAIN)

    assert answer.context["form"].errors == {field: [FAR]}
    assert f'value="{year}-12-31"' in answer.content.decode()
