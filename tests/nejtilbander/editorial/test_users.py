"""Users and roles: permissions, forms, and that an administrator can grant nobody more than the roles do."""

import re

import pytest
from django.contrib.auth.models import Group, User
from django.utils.html import strip_tags

from tests.support.admin import a_login

pytestmark = pytest.mark.django_db


def html_of(browser, address, status=200):
    response = browser.get(address, headers={"accept-encoding": ""})
    assert response.status_code == status
    return response.content.decode()


def a_role(browser, name):
    """What staff read of a role, by label."""
    page = html_of(browser, f"/admin/auth/group/{Group.objects.get(name=name).pk}/change/")
    rows = re.findall(r"<label>(.*?):</label>\s*<div class=\"readonly\">(.*?)</div>\s*</div>", page, re.DOTALL)
    return {label: [strip_tags(line) for line in said.split("</div>") if line] for label, said in rows}


def test_a_role_says_in_words_what_it_may_and_who_has_it(static_files):
    administrator = a_login("en", "Administrator")

    assert a_role(administrator, "Oversætter (arabisk)") == {
        "Navn": ["Oversætter (arabisk)"],
        "Må": [
            "stormøde: se", "dokument: se", "Kan oversætte til العربية", "indsats: se", "side: se", "partner: se",
            "underskriver: se", "udtalelse: se", "nyhed: se",
        ],
        "Hvem har den": ["ingen"],
    }  # fmt: skip
    said = a_role(administrator, "Administrator")
    assert said["Hvem har den"] == ["en"]
    assert "side: tilføje, rette, slette, se" in said["Må"]


@pytest.mark.parametrize("role", ["Administrator", "all of it"])
def test_a_role_is_nobodys_to_change_make_or_take_away(static_files, staff, role):
    browser = staff if role == "all of it" else a_login("en", role)
    group = Group.objects.get(name="Redaktør")
    before = set(group.permissions.all())

    for page, sent in (("change", {"name": "Mere", "permissions": ["1"]}), ("delete", {"post": "yes"})):
        assert browser.post(f"/admin/auth/group/{group.pk}/{page}/", sent).status_code == 403
    assert browser.post("/admin/auth/group/add/", {"name": "Ny"}).status_code == 403
    assert set(Group.objects.get(name="Redaktør").permissions.all()) == before


def test_the_form_of_a_user_offers_each_role_with_a_tick_and_asks_for_no_moment_and_no_single_right(staff):
    user = User.objects.create_user("ny", is_staff=True)
    address = f"/admin/auth/user/{user.pk}/change/"
    form = html_of(staff, address)

    assert len(re.findall(r'<input type="checkbox" name="groups"', form)) == Group.objects.count()
    assert not re.search(r'name="(last_login|date_joined|user_permissions)', form)

    chosen = Group.objects.get(name="Redaktør")
    sent = {"username": "ny", "groups": [chosen.pk], "is_active": "on", "is_staff": "on", "date_joined_0": "2000-01-01"}
    assert staff.post(address, sent).status_code == 302
    assert list(user.groups.all()) == [chosen]
    assert User.objects.get(pk=user.pk).date_joined == user.date_joined


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("\u200ekollega@example.dk\u00a0", "kollega@example.dk"),
        ("Kollega <kollega@straße.example.org>", "kollega@xn--strae-oqa.example.org"),
    ],
)
def test_the_address_of_a_login_is_cleaned_before_it_is_judged(staff, typed, stored):
    user = User.objects.create_user("ny", is_staff=True)

    sent = {"username": "ny", "is_active": "on", "is_staff": "on", "email": typed}
    assert staff.post(f"/admin/auth/user/{user.pk}/change/", sent).status_code == 302

    assert User.objects.get(pk=user.pk).email == stored
