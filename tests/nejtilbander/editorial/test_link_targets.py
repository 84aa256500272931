"""What the link dialog is told, and the fields that take an address on the site."""

import pytest
from django.contrib.auth.models import Group, User

from tests.support.admin import admin_address, form_address, html
from tests.support.factories import a_page
from tests.support.reader import Reader

pytestmark = pytest.mark.django_db
PLAIN = {"accept-encoding": ""}
URL = "/admin/sider/"


def test_pages_are_found_by_their_words_with_titles_in_the_language_of_the_text(staff):
    a_page("hylere", title_da="Hylere", title_ar="عواء")

    assert staff.get(URL, {"q": "hylere"}).json() == {
        "choices": [{"path": "/hylere/", "title": "Hylere", "kind": "side"}]
    }
    assert staff.get(URL, {"q": "hylere", "sprog": "ar"}).json()["choices"][0]["title"] == "عواء"
    assert staff.get(URL, {"q": "hylere", "sprog": "xx"}).json()["choices"][0]["title"] == "Hylere"
    assert staff.get(URL).json() == {"choices": []}


def test_what_is_typed_as_a_path_is_judged_with_what_was_meant(staff):
    assert staff.get(URL, {"adresse": "hvem"}).json() == {
        "address": "/hvem/", "sentence": "", "choices": [{"path": "/hvem/", "title": "Hvem står bag", "kind": "side"}],
    }  # fmt: skip
    refused = staff.get(URL, {"adresse": "/hvemm/"}).json()
    assert (refused["address"], refused["choices"][0]["path"]) == ("", "/hvem/")
    assert refused["sentence"] == "Der er ingen side på /hvemm/. Mente du /hvem/ („Hvem står bag“)?"
    assert staff.get(URL, {"adresse": "/xyzzy/"}).json()["choices"] == []


def test_the_title_of_a_draft_is_for_those_who_may_see_it(staff):
    a_page("hemmelig", title_da="Hemmelig plan", public_from=None)
    user = User.objects.create_user("leder", is_staff=True)
    user.groups.set(Group.objects.filter(name="Mødeleder"))
    leader = Reader()
    leader.force_login(user)

    later = "er ikke offentlig endnu. Udgiv den, før du udgiver teksten her."
    assert staff.get(URL, {"adresse": "hemmelig"}).json()["sentence"] == f"„Hemmelig plan“ {later}"
    assert leader.get(URL, {"adresse": "hemmelig"}).json()["sentence"] == f"Siden {later}"


def test_nobody_is_told_without_a_login():
    assert Reader().get(URL, {"q": "hvem"}).status_code == 302


def test_the_editor_and_the_fields_of_addresses_know_where_to_ask(staff):
    page = a_page()

    assert "&quot;search&quot;:&quot;/admin/sider/&quot;" in html(staff, form_address(page))
    for address in (admin_address(page, "traek-tilbage"), "/admin/nejtilbander/redirect/add/"):
        shown = html(staff, address)
        assert 'data-link-search="/admin/sider/"' in shown
        assert "/js/link_search" in shown
        assert "/css/writing" in shown


def test_without_javascript_the_form_says_what_was_meant_and_keeps_what_was_typed(staff):
    page = a_page()
    answer = staff.post(admin_address(page, "traek-tilbage"), {"to": "/hvemm/"}, headers=PLAIN)

    assert answer.context["form"].errors["to"] == [
        "Der er ingen offentlig side på den adresse. Mente du /hvem/ („Hvem står bag“)?"
    ]
    assert 'value="/hvemm/"' in answer.content.decode()
