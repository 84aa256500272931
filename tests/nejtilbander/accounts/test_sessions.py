"""How long a login lasts, and ending it everywhere. The clock is moved, nobody waits."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.utils import timezone

from nejtilbander.accounts import sessions
from pages.models import Page
from tests.nejtilbander.accounts.driver import ACCOUNT, PASSWORD, PLAIN, a_user, lines, log_in, words_of
from tests.support.admin import a_login

pytestmark = pytest.mark.django_db
LONG = "Det her har jeg skrevet på i en halv time, og det må ikke gå tabt."


@pytest.fixture(autouse=True)
def files(static_files):
    """The pages name their static files."""


@pytest.fixture
def clock(monkeypatch):
    """Moves the time: `clock(minutes=31)` from now on."""
    began, passed = timezone.now(), [timedelta()]
    monkeypatch.setattr(sessions.timezone, "now", lambda: began + passed[0])

    def move(**delta):
        passed[0] += timedelta(**delta)

    return move


def is_in(browser):
    return browser.get("/admin/").status_code == 200


def test_half_an_hour_without_a_request_ends_it(clock):
    a_user()
    browser, _ = log_in()
    clock(minutes=29)
    assert is_in(browser)
    clock(minutes=29)
    assert is_in(browser)
    clock(minutes=30)
    assert not is_in(browser)
    assert lines()[-1] == ("logout", "anna", "")


def test_who_writes_is_kept_in_by_what_the_page_asks_for(clock):
    a_user()
    browser, _ = log_in()
    for _ in range(4):
        clock(minutes=25)
        assert browser.post(f"{ACCOUNT}aktiv/").status_code == 204
    assert is_in(browser)


def test_twelve_hours_end_it_whoever_is_at_work(clock):
    a_user()
    browser, _ = log_in()
    for _ in range(24):
        clock(minutes=29)
        assert is_in(browser)
    clock(minutes=24)
    assert not is_in(browser)


def test_a_session_that_does_not_say_when_it_began_is_over():
    a_user()
    browser, _ = log_in()
    session = browser.session
    del session[sessions.BEGAN]
    session.save()
    assert not is_in(browser)


def test_what_was_sent_too_late_is_shown_for_copying(clock):
    a_user("anna", "Udgiver")
    browser, _ = log_in()
    clock(minutes=31)
    answer = browser.post("/admin/pages/page/add/", {"title_da": "Kort", "body_da": f"<p>{LONG}</p>"}, headers=PLAIN)
    assert (answer.status_code, LONG in words_of(answer)) == (401, True)
    assert "&lt;p&gt;" in answer.content.decode()
    assert browser.get("/admin/").headers["Location"] == "/admin/login/?next=/admin/"


@pytest.mark.parametrize("hours", [0, 13], ids=["ended from elsewhere", "a night has passed"])
def test_what_was_sent_without_a_session_is_shown_for_copying_too(clock, hours):
    a_user("anna", "Udgiver")
    browser, _ = log_in()
    clock(hours=hours)
    Session.objects.all().delete()
    answer = browser.post("/admin/pages/page/add/", {"title_da": "Kort", "body_da": f"<p>{LONG}</p>"}, headers=PLAIN)
    assert (answer.status_code, LONG in words_of(answer)) == (401, True)
    assert not Page.objects.filter(title_da="Kort").exists()


def test_no_password_and_nothing_sent_to_a_page_before_the_login_is_shown_for_copying(clock):
    passphrase = "en lang adgangskode som ingen andre kan gætte sig til"
    a_user("anna", "Udgiver")
    browser, _ = log_in()
    Session.objects.all().delete()
    for address, name in (
        ("/admin/auth/user/add/", "password1"),
        ("/admin/login/", "login"),
        (f"{ACCOUNT}log-ind/", "login"),
    ):
        answer = browser.post(address, {name: passphrase, "password": passphrase}, headers=PLAIN)
        assert "Tekst 1" not in answer.content.decode(), address


def test_logging_out_everywhere_ends_every_session_of_ones_own_and_nobody_elses():
    a_user()
    a_user("bo")
    mine, other, bo = log_in()[0], log_in()[0], log_in("bo")[0]
    assert other.post(f"{ACCOUNT}log-ud/alle-steder/").status_code == 302
    assert [is_in(mine), is_in(other), is_in(bo)] == [False, False, True]
    assert lines()[-1] == ("logout", "anna", "alle steder")


def test_an_administrator_ends_anothers_sessions_but_not_a_superusers():
    administrator, user, chief = a_login("en", "Administrator"), a_user(), a_user("chef", is_superuser=True)
    anna, boss = log_in()[0], log_in("chef")[0]
    sent = {"action": "end_sessions", "_selected_action": [user.pk, chief.pk]}
    assert administrator.post("/admin/auth/user/", sent).status_code == 302
    assert [is_in(anna), is_in(boss), is_in(administrator)] == [False, True, True]
    assert lines()[-1] == ("logout", "en", "alle steder")


def test_sessions_that_have_run_out_are_deleted_when_somebody_logs_in():
    a_user()
    log_in()
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    log_in()
    assert Session.objects.count() == 1


def test_a_changed_password_ends_the_other_sessions():
    a_user()
    mine, other = log_in()[0], log_in()[0]
    new = "en ganske anden adgangskode"
    sent = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert mine.post("/admin/password_change/", sent).status_code == 302
    assert [is_in(mine), is_in(other)] == [True, False]
    assert User.objects.get(username="anna").check_password(new)
