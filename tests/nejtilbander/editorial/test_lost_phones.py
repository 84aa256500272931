"""An administrator takes a second factor away: from who has lost the phone, not to get at the list."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, User

from nejtilbander.accounts.models import StaffLetter
from nejtilbander.approvals import logins, rules
from nejtilbander.approvals.models import Approval
from tests.nejtilbander.accounts.driver import a_user, an_app, code, lines, logged_in
from tests.support.admin import a_login, admin_address, html, said
from tests.support.approvals import a_second_person, a_yes

pytestmark = pytest.mark.django_db
PAGE = "anden-faktor"


@pytest.fixture
def anna(static_files):
    return a_login("anna", "Administrator")


def groups_of(*names):
    return list(Group.objects.filter(name__in=names).values_list("pk", flat=True))


def has_factor(user):
    return Authenticator.objects.filter(user=user).exists()


def test_an_editor_who_lost_the_phone_is_helped_at_once_and_told(anna):
    editor = a_user("red", "Redaktør")
    an_app(editor)
    browser = logged_in("red")
    assert admin_address(editor, PAGE) in html(anna, admin_address(editor, "change"))

    assert "Passkeys, app til koder og nødkoder bliver fjernet fra „red“" in html(anna, admin_address(editor, PAGE))
    assert has_factor(editor), "to look at the page takes nothing away"
    answer = anna.post(admin_address(editor, PAGE), follow=True)

    assert said(answer) == ["red har ingen anden faktor mere, er logget ud overalt og får en mail."]
    assert not has_factor(editor)
    assert browser.get("/admin/").status_code == 302
    assert list(StaffLetter.objects.values_list("kind", "user__username")) == [("no_factor", "red")]
    assert ("role", "anna", "anden faktor nulstillet, 1 taget væk") in lines()
    assert admin_address(editor, PAGE) not in html(anna, admin_address(editor, "change"))
    assert not Approval.objects.exists()


@pytest.mark.parametrize("role", ["Listeansvarlig", "Administrator"])
def test_a_guarded_login_keeps_its_factor_until_another_says_yes_and_then_once(anna, role):
    guarded = a_user("vagt", role)
    an_app(guarded)
    address = admin_address(guarded, PAGE)

    assert "Det her må ingen gøre alene." in html(anna, address)
    assert anna.post(address).headers["Location"] == f"/admin/ja/{Approval.objects.get().pk}/"
    assert has_factor(guarded)
    assert not StaffLetter.objects.exists()

    a_yes(anna.user, logins.SECOND_FACTOR, guarded)
    assert anna.post(address).headers["Location"] == admin_address(guarded, "change")
    assert not has_factor(guarded)
    assert ("used", "anna") in [line[:2] for line in lines()]
    an_app(guarded)
    anna.post(address)
    assert has_factor(guarded), "a yes is used once"


def test_whoever_has_a_factor_shows_it_first(static_files, settings):
    settings.STAFF_SECOND_FACTOR = "required"
    editor = a_user("red", "Redaktør")
    an_app(editor)
    an_app(a_user("anna", "Administrator"))
    anna = logged_in()
    session = anna.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 600
    session.save()

    answer = anna.post(admin_address(editor, PAGE), headers={"accept-encoding": ""})
    assert answer.status_code == 422
    assert "Bekræft, at det er dig" in answer.content.decode()
    assert has_factor(editor)
    assert anna.post(admin_address(editor, PAGE), {"confirm-code": code(step=1)}).status_code == 302
    assert not has_factor(editor)


@pytest.mark.parametrize("role", ["Redaktør", "Listeansvarlig", "Mødeleder"])
def test_nobody_else_takes_one_away_nor_an_administrator_a_superusers(anna, role):
    editor, chief = a_user("red", "Redaktør"), a_user("chef", is_superuser=True)
    an_app(editor)
    an_app(chief)

    assert a_login("en", role).post(admin_address(editor, PAGE)).status_code == 403
    assert anna.post(admin_address(chief, PAGE)).status_code == 403
    assert anna.get("/admin/auth/user/99999/anden-faktor/").status_code == 404
    assert has_factor(editor)
    assert has_factor(chief)


def test_a_new_login_with_a_guarded_role_is_made_and_invited_and_the_role_asked_for(anna):
    for name, role in (("ny-vagt", "Listeansvarlig"), ("ny-admin", "Administrator")):
        sent = {"username": name, "email": f"{name}@example.dk", "groups": groups_of("Redaktør", role)}

        answer = anna.post("/admin/auth/user/add/", sent, follow=True)

        (login,) = User.objects.filter(username=name)
        assert (login.is_staff, login.is_active, login.has_usable_password()) == (True, True, False)
        assert [group.name for group in login.groups.all()] == ["Redaktør"], "what is not guarded is given"
        assert f"får rollen {role}." in str(said(answer))
        approval = Approval.objects.get(which=str(login.pk))
        assert (approval.asked_by, approval.change, approval.decision) == (anna.user, {"roles": [role]}, "")
        assert StaffLetter.objects.filter(user=login, kind="invitation").count() == 1

        rules.approve(a_second_person(), approval.pk, approval.fingerprint())
        assert login.groups.filter(name=role).exists()
