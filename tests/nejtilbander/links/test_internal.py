"""What staff type as a link to this site, mended or refused with a sentence."""

from datetime import timedelta

import pytest
from django.utils import timezone

from nejtilbander.links.internal import Inspected, Judged, Place, inspect, judge
from nejtilbander.publishing import redirects
from tests.support.factories import a_page

pytestmark = pytest.mark.django_db
KINDS = ["pages.page"]


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("/hjaelp/", "/hjaelp/"), ("hjaelp/", "/hjaelp/"), ("hjaelp", "/hjaelp/"), (" /hjaelp/\u200b", "/hjaelp/"),
        ("/ar/hjaelp/#ud", "/hjaelp/#ud"), ("/indsatser?niveau=forebyggende", "/indsatser/?niveau=forebyggende"),
        ("/was", "/was"), ("/stormoeder/kalender.ics", "/stormoeder/kalender.ics"), ("/", "/"),
        ("//hjaelp/", "/hjaelp/"),
    ],
)  # fmt: skip
def test_a_path_is_mended_to_the_one_that_all_languages_share(typed, address):
    assert judge(typed, KINDS) == Judged(address)


def test_the_sites_own_name_in_front_is_left_out(settings):
    settings.SITE_URL = "https://nejtilbander.example"

    assert judge("https://nejtilbander.example/hvem/", KINDS) == Judged("/hvem/")
    assert judge("https://nejtilbander.example", KINDS) == Judged("/")


def test_a_path_that_leads_nowhere_is_refused_with_what_it_may_have_meant():
    assert judge("/hjælp/", KINDS) == Judged("", "Der er ingen side på /hjælp/. Mente du /hjaelp/ („Råd og hjælp“)?")
    assert judge("/xyzzy/", KINDS) == Judged("", "Der er ingen side på /xyzzy/. Søg efter den med nogle ord.")
    assert judge("/\0/", KINDS) == Judged("", "Der er ingen side på /\0/. Søg efter den med nogle ord.")


def test_what_readers_cannot_see_yet_or_any_more_is_said():
    now = timezone.now()
    a_page("kladde", title_da="Kladden", public_from=None)
    a_page("planlagt", title_da="Senere", public_from=now + timedelta(days=1))
    a_page("vaek", title_da="Forbi", withdrawn_at=now)

    later = "er ikke offentlig endnu. Udgiv den, før du udgiver teksten her."
    assert judge("/kladde", KINDS) == Judged("/kladde/", f"„Kladden“ {later}")
    assert judge("/planlagt/", KINDS) == Judged("/planlagt/", f"„Senere“ {later}")
    assert judge("/vaek/", KINDS) == Judged("", "„Forbi“ er trukket tilbage. Vælg en anden side.")
    assert inspect("/planlagt/") == Inspected(
        Place.PLANNED, title="Senere", at=inspect("/planlagt/").at, kind="pages.page"
    )  # fmt: skip


def test_a_moved_page_is_linked_to_where_it_is_now():
    redirects.add_redirect("/gammel/", "/hvem/")
    redirects.add_redirect("/hjaelp/", "/hvem/")

    assert judge("/gammel/", KINDS) == Judged("/hvem/", "Siden er flyttet. Linket fører nu til /hvem/.")
    assert judge("/hjaelp/", KINDS) == Judged("/hjaelp/"), "there is a page"


def test_a_place_that_is_not_on_the_page_is_told():
    assert judge("/hjaelp/#nej", KINDS) == Judged(
        "/hjaelp/#nej", "Siden findes, men ikke det sted på den. Linket fører til sidens top."
    )
