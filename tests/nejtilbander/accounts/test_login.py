"""Logging in: who is let in, what the others are told, and that a name gives nothing away."""

import pytest
from allauth.account.adapter import get_adapter
from django.contrib.auth.models import User
from django.urls import reverse

from tests.nejtilbander.accounts.driver import LOGIN, PASSWORD, a_user, an_app, code, lines, log_in, logged_in, words_of
from tests.support.reader import Reader

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(static_files):
    """The pages name their static files."""


def test_the_admins_own_form_is_gone_and_leads_to_the_login():
    for method in ("get", "post"):
        answer = getattr(Reader(), method)("/admin/login/?next=/admin/pages/page/", {"username": "anna"})
        assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (302, LOGIN)
    assert "next=%2Fadmin%2Fpages%2Fpage%2F" in answer.headers["Location"]


def test_the_form_has_labels_and_is_no_readers_page():
    page = Reader().get(LOGIN, headers={"accept-encoding": ""})
    html = page.content.decode()
    assert 'for="id_login">Brugernavn' in html
    assert 'for="id_password">Adgangskode' in html
    assert page.headers["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert "nonce" not in page.headers["Content-Security-Policy"]


def test_a_password_leads_where_one_was_going():
    a_user()
    browser = Reader()
    sent = {"login": "anna", "password": PASSWORD, "next": "/admin/auth/user/"}
    assert browser.post(LOGIN, sent).headers["Location"] == "/admin/auth/user/"
    elsewhere = {**sent, "next": "https://example.org/"}
    assert Reader().post(LOGIN, elsewhere).headers["Location"] == "/admin/"


def test_no_stranger_makes_a_login():
    assert get_adapter().is_open_for_signup(None) is False


def test_a_wrong_password_and_a_name_nobody_has_are_told_the_same():
    a_user()
    told = [words_of(log_in(name, "forkert")[1]) for name in ("anna", "nobody")]
    assert told[0].replace("anna", "") == told[1].replace("nobody", "")
    assert "Brugernavn eller adgangskode passer ikke." in told[0]
    assert log_in("anna", "forkert")[1].status_code == 422


def test_a_name_that_nobody_has_is_hashed_as_often_as_one_somebody_has(monkeypatch):
    a_user()
    a_user("invited").set_unusable_password()
    User.objects.filter(username="invited").update(password="!nothing")
    counts = []
    for name in ("anna", "nobody", "invited"):
        hashed = count_hashes(monkeypatch)
        log_in(name, "forkert")
        counts.append(len(hashed))
    assert counts == [1, 1, 1]


def count_hashes(monkeypatch):
    """A list that grows with every password that is hashed."""
    from django.contrib.auth.hashers import MD5PasswordHasher  # noqa: PLC0415

    hashed, encode = [], vars(MD5PasswordHasher).get("counted") or MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "counted", encode, raising=False)
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: hashed.append(1) or encode(*args))
    return hashed


@pytest.mark.parametrize("fields", [{"is_active": False}, {"is_staff": False}])
def test_a_closed_login_and_one_that_is_not_staffs_get_in_nowhere(fields):
    user = a_user()
    User.objects.filter(pk=user.pk).update(**fields)
    browser, answer = log_in()
    assert answer.headers["Location"] == reverse("account_inactive")
    assert browser.get("/admin/").status_code == 302


def test_a_password_alone_does_not_do_when_there_is_a_second_factor():
    an_app(a_user())
    browser, answer = log_in()
    assert answer.headers["Location"] == f"{LOGIN}bekraeft/"
    assert browser.get("/admin/").headers["Location"] == "/admin/login/?next=/admin/"

    wrong = browser.post(f"{LOGIN}bekraeft/", {"code": "000000"}, headers={"accept-encoding": ""})
    assert (wrong.status_code, "Det passede ikke. Prøv igen." in words_of(wrong)) == (422, True)
    assert browser.post(f"{LOGIN}bekraeft/", {"code": code()}).headers["Location"] == "/admin/"
    assert browser.get("/admin/").status_code == 200
    assert lines()[-2:] == [("failed", "", "forkert: app til koder"), ("login", "anna", "")]


def test_a_code_is_used_once():
    an_app(a_user())
    logged_in()
    browser, _ = log_in()
    assert browser.post(f"{LOGIN}bekraeft/", {"code": code()}).status_code == 422


def test_nobody_can_sign_up():
    for address in ("/admin/konto/signup/", "/admin/konto/opret/", "/accounts/signup/"):
        assert Reader().post(address, {"username": "ny", "password1": PASSWORD}).status_code in {302, 404}
    assert not User.objects.filter(username="ny").exists()
