"""The ways in which one administrator alone tried to get at the list, through the admin: none of them leads there."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.utils import timezone

from nejtilbander.approvals import logins, rules
from nejtilbander.approvals.models import Approval
from tests.nejtilbander.editorial.desk.driver import cards_in
from tests.support.admin import a_login, admin_address, form_of, html, said
from tests.support.approvals import a_second_person, a_yes
from tests.support.transfer_files import refused

pytestmark = pytest.mark.django_db
PASSWORD = "en ganske anden adgangskode"
NEW = {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"}


@pytest.fixture
def anna(static_files):
    """An administrator who is up to no good."""
    return a_login("anna", "Administrator")


@pytest.fixture
def keeper(static_files):
    return a_login("vagt", "Listeansvarlig").user


def save_login(browser, user, **changes):
    """The form of a login, sent back with some fields changed; None leaves one out."""
    address = admin_address(user, "change")
    fields = form_of(html(browser, address)) | changes
    return browser.post(address, {name: value for name, value in fields.items() if value is not None}, follow=True)


def groups(*names):
    return [str(pk) for pk in Group.objects.filter(name__in=names).values_list("pk", flat=True)]


def may_open(user):
    return User.objects.get(pk=user.pk).has_perm("events.open_list")


def test_an_administrator_who_makes_itself_keeper_has_only_asked_for_it(anna):
    answer = save_login(anna, anna.user, first_name=["Anna"], groups=groups("Administrator", "Listeansvarlig"))

    assert not may_open(anna.user)
    assert User.objects.get(pk=anna.user.pk).first_name == "Anna", "the rest is saved"
    approval = Approval.objects.get()
    assert f"/admin/ja/{approval.pk}/" in str(said(answer))
    assert (
        "Det her sker først, når en anden har sagt ja: Login „anna“ (Anna) får rollen Listeansvarlig."
        in said(answer)[0]
    )
    assert anna.post(f"/admin/ja/{approval.pk}/", {"answer": "yes", "seen": approval.fingerprint()}).status_code == 403
    assert not may_open(anna.user)


def test_the_keepers_password_mail_and_name_are_not_changed_by_one(anna, keeper):
    before = User.objects.filter(pk=keeper.pk).values("username", "email", "password", "last_name").get()
    address = admin_address(keeper, "password")

    assert "Det her må ingen gøre alene." in html(anna, address)
    assert anna.post(address, NEW).status_code == 302
    assert anna.post(address, {"usable_password": "false", "unset-password": "1"}).status_code == 302
    save_login(anna, keeper, username=["tyv"], email=["tyv@example.org"], last_name=["Ny"])

    after = User.objects.filter(pk=keeper.pk).values("username", "email", "password", "last_name").get()
    assert after == before | {"last_name": "Ny"}
    assert sorted(Approval.objects.values_list("action", flat=True)) == ["login", "password"]
    assert "Du har spurgt" in html(anna, address)


def test_the_keepers_password_is_set_once_after_a_yes_and_a_form_filled_in_wrong_uses_none(anna, keeper):
    a_yes(anna.user, logins.PASSWORD, keeper)
    address = admin_address(keeper, "password")

    assert "Det her må ingen gøre alene." not in html(anna, address)
    assert anna.post(address, NEW | {"password2": "x"}).status_code == 200
    assert Approval.objects.get().used_at is None
    assert anna.post(address, NEW).headers["Location"] == admin_address(keeper, "change")
    keeper.refresh_from_db()
    assert keeper.check_password(PASSWORD)
    anna.post(address, NEW | {"password1": "en tredje lang kode", "password2": "en tredje lang kode"})
    keeper.refresh_from_db()
    assert keeper.check_password(PASSWORD), "a yes is used once"


def test_a_second_login_of_ones_own_says_no_yes(anna):
    """Made by one, it is nobody; to make it administrator takes two already."""
    sent = {"username": "dukke", "email": "anna+1@example.org", "groups": groups("Administrator"), "is_superuser": "on"}
    assert anna.post("/admin/auth/user/add/", sent).status_code == 302
    puppet = User.objects.get(username="dukke")
    assert (puppet.is_superuser, puppet.groups.count()) == (False, 0)

    save_login(anna, puppet, groups=groups("Administrator"))
    save_login(anna, anna.user, groups=groups("Administrator", "Listeansvarlig"))

    assert User.objects.get(pk=puppet.pk).groups.count() == 0
    for approval in Approval.objects.all():
        with pytest.raises(rules.MayNotDecide):
            rules.approve(User.objects.get(pk=puppet.pk), approval.pk, approval.fingerprint())


def test_another_administrators_login_is_not_taken_over_to_say_yes_with(anna):
    other = a_login("bo", "Administrator").user
    before = other.password

    anna.post(admin_address(other, "password"), NEW)
    save_login(anna, other, email=["anna@example.org"])

    other.refresh_from_db()
    assert (other.password, other.email) == (before, "bo@example.org")


def test_a_keeper_who_was_shut_out_is_not_let_in_by_one(anna, keeper):
    save_login(anna, keeper, is_active=None, is_staff=None)
    keeper.refresh_from_db()
    assert (keeper.is_active, keeper.is_staff) == (False, False), "to shut somebody out takes one"

    save_login(anna, keeper, is_active=["on"], is_staff=["on"])

    keeper.refresh_from_db()
    assert (keeper.is_active, keeper.is_staff) == (False, False)
    assert Approval.objects.get().change == {"flags": ["is_active", "is_staff"]}


def test_a_superuser_makes_no_other_alone(staff, keeper):
    save_login(staff, keeper, is_superuser=["on"])

    keeper.refresh_from_db()
    assert not keeper.is_superuser
    assert Approval.objects.get().change == {"flags": ["is_superuser"]}


def test_a_yes_is_not_sent_again_nor_to_another_text_nor_too_late(anna, keeper, monkeypatch):
    bo, ny = a_login("bo", "Administrator"), a_login("ny").user
    first = rules.ask(anna.user, logins.LOGIN, ny, {"roles": ["Listeansvarlig"]})
    sent = {"answer": "yes", "seen": first.fingerprint()}
    bo.post(f"/admin/ja/{first.pk}/", sent)
    assert may_open(ny)
    ny.groups.clear()

    assert "allerede besvaret" in said(bo.post(f"/admin/ja/{first.pk}/", sent, follow=True))[-1]
    second = rules.ask(anna.user, logins.LOGIN, ny, {"roles": ["Listeansvarlig"]})
    assert "er ændret" in said(bo.post(f"/admin/ja/{second.pk}/", sent, follow=True))[-1]
    save_login(anna, ny, email=["anna2@example.org"])  # the login is nobody's to guard yet
    sent["seen"] = second.fingerprint()
    assert "er ændret" in said(bo.post(f"/admin/ja/{second.pk}/", sent, follow=True))[-1]
    Approval.objects.filter(pk=second.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert "for gammel" in said(bo.post(f"/admin/ja/{second.pk}/", sent, follow=True))[-1]
    assert not may_open(ny)


def test_no_page_of_roles_no_bulk_action_no_list_and_no_import_leads_around_it(anna, keeper, rf, tmp_path):
    role = Group.objects.get(name="Listeansvarlig")
    assert anna.post(admin_address(role, "change"), {"name": role.name, "user_set": [anna.user.pk]}).status_code == 403
    request = rf.get("/admin/")
    request.user = a_second_person()
    user_admin = admin.site._registry[User]
    assert set(user_admin.get_actions(request)) == {"delete_selected", "end_sessions", "send_link"}
    assert not user_admin.list_editable
    assert Approval not in admin.site._registry
    assert not Permission.objects.filter(content_type__model__startswith="approval").exists()
    right = Permission.objects.get(codename="open_list").pk
    save_login(anna, anna.user, user_permissions=[str(right)])
    assert not may_open(anna.user)
    refused('{"texts": {"auth.user anna": {"fields": {"is_superuser": true}}}}', "auth.user anna")
    assert not User.objects.get(pk=anna.user.pk).is_superuser


def test_what_another_has_changed_while_the_form_was_open_is_not_written_back(keeper, rf):
    """The form of a login holds a copy of the row, password and all."""
    user_admin, request, stale = admin.site._registry[User], rf.get("/admin/"), User.objects.get(pk=keeper.pk)
    request.user = a_second_person()
    sent = {"username": "vagt", "email": keeper.email, "is_active": "on", "groups": groups("Listeansvarlig")}
    form = user_admin.get_form(request, stale)(sent, instance=stale)
    assert form.is_valid()
    keeper.set_password(PASSWORD)
    keeper.is_active = False
    keeper.save()

    user_admin.save_model(request, form.save(commit=False), form, change=True)

    keeper.refresh_from_db()
    assert keeper.check_password(PASSWORD)
    assert not keeper.is_active
    assert form.held_back == {"flags": ["is_active"]}


def test_ones_own_password_is_ones_own(anna):
    assert anna.post(admin_address(anna.user, "password"), NEW).status_code == 302
    anna.user.refresh_from_db()
    assert anna.user.check_password(PASSWORD)


def test_the_front_page_shows_what_waits_to_whoever_may_answer_and_to_whoever_asked(anna, keeper):
    approval = rules.ask(anna.user, logins.PASSWORD, keeper)
    link, bo = ("ny adgangskode, anna", f"/admin/ja/{approval.pk}/"), a_login("bo", "Administrator")

    assert cards_in(html(bo, "/admin/"))["Venter på mig"] == [link]
    assert cards_in(html(anna, "/admin/"))["Du har bedt om et ja"] == [link]
    for other in (a_login("en"), a_login("to", "Redaktør")):
        assert "et ja" not in html(other, "/admin/")


def test_a_request_says_who_asks_and_what_will_happen_and_takes_an_answer(anna, keeper):
    approval, bo = rules.ask(anna.user, logins.PASSWORD, keeper), a_login("bo", "Administrator")
    address = f"/admin/ja/{approval.pk}/"

    page = html(bo, address)
    assert "får lov at vælge en ny adgangskode til Login „vagt“" in page
    assert "<td>anna</td>" in page
    assert "Ja, det må ske" in page
    assert "Ja, det må ske" not in html(anna, address)
    assert "Du kan ikke selv svare." in html(anna, address)
    assert html(a_login("en"), address, 403)

    empty = bo.post(address, {"answer": "no", "reason": " "})
    unknown = bo.post(address, {"answer": "no", "reason": "Ring {alam}."}, headers={"accept-encoding": ""})
    assert "Læserne vil se „{alam}“" in unknown.content.decode()
    assert empty.status_code == 422
    assert "errorlist" in empty.content.decode()
    assert "Du har sagt nej." in said(bo.post(address, {"answer": "no", "reason": "Ring."}, follow=True))[0]
    page = html(anna, address)
    assert "Ring." in page
    assert "Det sker ikke" in page


def test_a_request_about_what_is_gone_still_has_its_page(anna, keeper):
    approval = rules.ask(anna.user, logins.PASSWORD, keeper)
    keeper.delete()
    assert "Det, der blev spurgt om, er slettet." in html(anna, f"/admin/ja/{approval.pk}/")
