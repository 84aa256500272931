"""The lists of reviews for somebody's front page, with where each leads and what it says."""

from types import SimpleNamespace

import pytest

from nejtilbander.editorial import reviews
from nejtilbander.reviews import rules
from tests.nejtilbander.reviews.driver import a_user, publish, write
from tests.support.admin import admin_address
from tests.support.factories import a_page

pytestmark = pytest.mark.django_db


def lists(user):
    """Those with any rows."""
    found = (section(SimpleNamespace(user=user)) for section in reviews.sections)
    return [(one.title, one.rows) for one in found if one]


def test_a_request_goes_from_the_one_list_to_the_other_and_back(static_files):
    anna, bo = a_user("anna", "Redaktør", first_name="Anna"), a_user("bo", "Udgiver", first_name="Bo")
    page = a_page()
    url = admin_address(page, "gennemsyn")
    number = write(page, anna, "Nyt")
    rules.ask(anna, page, number, rules.Question(colleague=bo))
    assert lists(bo) == [("Venter på mit gennemsyn", [("Nyt", url, "fra Anna, version 2")])]
    assert lists(anna) == [("Hos en anden", [("Nyt", url, "hos Bo, version 2")])]

    rules.send_back(bo, page, number, "Kortere.")
    assert lists(bo) == []
    assert lists(anna) == [("Sendt tilbage til mig", [("Nyt", url, "af Bo, version 2")])]

    rules.ask(anna, page, write(page, anna, "Kort"))
    write(page, anna, "Kortest")
    assert lists(bo) == [("Venter på mit gennemsyn", [("Kortest", url, "fra Anna, version 3, ændret siden")])]
    assert lists(anna) == [("Hos en anden", [("Kortest", url, "hos dem, der må udgive, version 3, ændret siden")])]


def test_a_translators_request_names_its_language_and_leads_to_it(static_files):
    amal, bo, page = a_user("amal", "Oversætter (arabisk)"), a_user("bo", "Udgiver"), a_page()
    rules.ask(amal, page, write(page, amal, "Nyt"), rules.Question(language="ar"))

    ((_, ((_, url, note),)),) = lists(bo)

    assert (url, note) == (admin_address(page, "gennemsyn") + "?sprog=ar", "fra amal, version 2, arabisk")


def test_what_nobody_else_has_seen_is_on_everybodys_list_who_may_change_it(static_files):
    bo, anna, page = a_user("bo", "Udgiver"), a_user("anna", "Redaktør"), a_page()
    write(page, bo, "Alene")
    publish(page, bo)
    write(page, bo, "Ny kladde")

    row = ("Ny kladde", admin_address(page, "gennemsyn"), "udgivet af bo alene")
    assert lists(anna) == lists(bo) == [("Ikke set af en anden", [row])]
    assert lists(a_user("leder", "Mødeleder")) == []
