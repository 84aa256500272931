"""Constraints of the database and validation of the models of pages."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from pages.models import Initiative, Page, Statement
from tests.support.factories import a_page, a_statement, an_initiative

pytestmark = pytest.mark.django_db


def test_only_one_statement_is_current():
    assert Statement.objects.get(is_current=True).number == 1

    with pytest.raises(IntegrityError), transaction.atomic():
        a_statement(2, is_current=True)
    with pytest.raises(ValidationError, match="En anden udtalelse er allerede den gældende"):
        Statement(number=3, is_current=True, title_da="x", summary_da="x", body_da="x").full_clean()


def test_statements_are_numbered_from_one_and_each_number_once():
    with pytest.raises(IntegrityError), transaction.atomic():
        a_statement(0)
    with pytest.raises(IntegrityError), transaction.atomic():
        a_statement(1)


def test_an_address_belongs_to_one_page():
    a_page("samme")
    with pytest.raises(IntegrityError), transaction.atomic():
        a_page("samme")


@pytest.mark.parametrize("slug", ["hjaelp", "soeg", "en", "fa", "admin"])
def test_a_page_cannot_take_an_address_the_site_itself_uses(slug):
    Page(slug="for-skoler", title_da="x", summary_da="x").full_clean()

    page = Page(slug=slug, title_da="x", summary_da="x")
    with pytest.raises(ValidationError, match="Adressen bruges allerede"):
        page.full_clean()


def test_time_decides_what_is_public():
    a_page("nu")
    a_page("senere", public_from=timezone.now() + timedelta(minutes=1))
    a_page("kladde", public_from=None)
    a_page("trukket", withdrawn_at=timezone.now(), withdrawn_reason_da="x")
    a_page("udloebet", public_until=timezone.now())
    a_page("endnu", public_until=timezone.now() + timedelta(minutes=1))

    mine = {"nu", "senere", "kladde", "trukket", "udloebet", "endnu"}
    assert {page.slug for page in Page.objects.public()} & mine == {"nu", "endnu"}
    assert {page.slug for page in Page.objects.ever_public()} & mine == {"nu", "endnu", "trukket", "udloebet"}


def test_initiatives_stand_by_level_and_order():
    an_initiative("sidst", order=99)

    preventive = [i.slug for i in Initiative.objects.filter(level=Initiative.Level.PREVENTIVE)]
    assert preventive[0] == "sunde-faellesskaber"
    assert preventive[-1] == "sidst"


def test_objects_name_themselves_to_staff():
    statement = Statement.objects.get(number=1)
    assert str(statement) == "Vi står sammen mod banderne (1)"
    assert str(statement.signatories.first()) == "Borgmester"
    assert str(Initiative.objects.get(slug="nye-redskaber").updates.get()) == "24.3.2017: Bandepakke III er aftalt"
