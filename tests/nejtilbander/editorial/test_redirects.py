"""Staff lead an old address on to a page."""

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from nejtilbander.publishing.models import Redirect
from nejtilbander.publishing.redirects import add_redirect
from tests.support.factories import a_page
from tests.support.reader import Reader

pytestmark = pytest.mark.django_db


def moves():
    return dict(Redirect.objects.values_list("old_path", "new_path"))


@pytest.fixture
def staff(static_files):
    browser = Reader()
    browser.force_login(get_user_model().objects.create_superuser("prove", password="en lang prøve-adgangskode"))
    return browser


def write(staff, old, new, pk=""):
    address = f"/admin/nejtilbander/redirect/{pk}/change/" if pk else "/admin/nejtilbander/redirect/add/"
    return staff.post(address, {"old_path": old, "new_path": new}, follow=True)


def said(answer):
    return [str(message) for message in answer.context["messages"]]


def errors(answer):
    return {field: list(found) for field, found in answer.context["adminform"].form.errors.items()}


def test_staff_send_readers_on_from_an_address_on_a_poster(staff, reader):
    answer = write(staff, "/tryg", "/indsatser/klubhuse")

    assert moves() == {"/tryg/": "/indsatser/klubhuse/"}
    assert len(said(answer)) == 1
    assert reader.get("/so/tryg/").headers["Location"] == "/so/indsatser/klubhuse/"


@pytest.mark.parametrize(
    ("pasted", "stored"),
    [
        ("/bl%C3%A5b%C3%A6r/", "/blåbær/"),
        ("/bl%c3%a5b%c3%a6r", "/blåbær/"),
        ("/bla\u030abær/", "/blåbær/"),
        ("/med%20mellemrum/", "/med mellemrum/"),
        ("/%D9%85%DB%8C%E2%80%8C%D8%B1%D9%88%D9%85/", "/می\u200cروم/"),
        ("\u200d/100%25-sikker/", "/100%-sikker/"),
    ],
)
def test_an_address_copied_from_a_browser_is_the_one_that_readers_ask_for(staff, reader, pasted, stored):
    write(staff, pasted, "/indsatser/klubhuse/")

    assert moves() == {stored: "/indsatser/klubhuse/"}
    assert reader.get(stored).headers["Location"] == "/indsatser/klubhuse/"


def test_staff_are_told_when_the_old_page_is_still_there(staff):
    answer = write(staff, "/indsatser/klubhuse/", "/hvem/")

    assert "Der er en side på den gamle adresse." in said(answer)[0]


def test_staff_are_told_when_there_is_no_public_page_at_the_new_address(staff):
    a_page("kladde", public_from=None)
    a_page("vaek", withdrawn_at=timezone.now())

    assert "Der er ingen offentlig side på den nye adresse endnu." in said(write(staff, "/x/", "/kladde/"))[0]
    assert "Der er ingen offentlig side på den nye adresse endnu." in said(write(staff, "/y/", "/vaek/"))[0]


@pytest.mark.parametrize(
    "path", ["x/", "//example.org/", "/\\example.org/", "https://example.org/", "/en/x/", "/da/x/", "/x/?a=1", "/x/#a"]
)
def test_an_address_staff_cannot_have_meant_is_refused_in_both_fields(staff, path):
    answer = write(staff, path, path)

    assert {field: found[0].split(" fra ")[0] for field, found in errors(answer).items()} == {
        "old_path": "Skriv adressen", "new_path": "Skriv adressen",
    }  # fmt: skip
    assert moves() == {}


@pytest.mark.parametrize("path", ["/findes/slet/ikke/", "/robots.txt"])
def test_the_new_address_must_be_one_of_the_readers_pages(staff, path):
    assert errors(write(staff, "/x/", path)) == {
        "new_path": ["Adressen findes ikke på siden. Se efter, om den er skrevet rigtigt."]
    }


def test_staff_cannot_make_a_circle_or_lead_an_address_to_itself(staff):
    add_redirect("/indsatser/klubhuse/", "/hvem/")

    assert errors(write(staff, "/hvem/", "/indsatser/klubhuse/")) == {
        "new_path": ["Den adresse fører tilbage hertil. Vælg en anden."]
    }
    assert errors(write(staff, "/x/", "/indsatser/klubhuse/")) == {
        "new_path": ["Den adresse er selv flyttet, til /hvem/. Skriv /hvem/ i stedet."]
    }
    assert errors(write(staff, "/hvem/", "/hvem/")) == {
        "new_path": ["Den nye adresse er den samme som den gamle."]
    }  # fmt: skip


def test_a_move_by_hand_straightens_what_led_to_the_old_address(staff):
    add_redirect("/a/", "/b/")

    write(staff, "/b/", "/hvem/")

    assert moves() == {"/a/": "/hvem/", "/b/": "/hvem/"}


def test_staff_correct_a_move(staff):
    add_redirect("/a/", "/hvem/")

    write(staff, "/a/", "/privatliv/", pk=Redirect.objects.get().pk)

    assert moves() == {"/a/": "/privatliv/"}
