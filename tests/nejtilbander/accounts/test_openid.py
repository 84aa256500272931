"""The municipality's own sign-on, with a real OpenID provider on loopback: who is let in, as what."""

import subprocess
from urllib.parse import urljoin

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import Group, User
from django.core import mail

from nejtilbander.accounts import letters
from nejtilbander.security.rate_limits import rate_counters
from tests.nejtilbander.accounts.driver import ACCOUNT, LOGIN, PLAIN, a_user, an_app, lines
from tests.support.live_server import ROOT, free_port, listening
from tests.support.machine_tools import BROWSER_TOOLS
from tests.support.reader import Reader
from tests.support.waiting import patience, stop, wait_until

pytestmark = [pytest.mark.django_db, pytest.mark.chromium]  # which has node and the npm packages too
BACK = f"https://testserver{ACCOUNT}kommune/login/svar/"


@pytest.fixture(scope="module")
def provider():
    """The address of the provider."""
    port = free_port()
    command = ["node", str(ROOT / "tests/browser/oidc-provider.mjs"), str(port), BACK]
    process = subprocess.Popen(command, cwd=BROWSER_TOOLS.parent, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: listening(port), "the provider answers", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        stop(process)


@pytest.fixture(autouse=True)
def sign_on(provider, settings, static_files):
    rate_counters.forget()
    app = {"provider_id": "login", "name": "Kommunen", "client_id": "site", "secret": "only-for-tests-secret",
           "settings": {"server_url": provider}}  # fmt: skip
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    settings.OIDC_SERVER_URL, settings.OIDC_NAME = provider, "Kommunen"
    settings.OIDC_GROUPS = {"web-editors": "Redaktør", "web-leaders": "Mødeleder"}
    settings.OIDC_MFA_CLAIM = "amr=mfa"
    settings.STAFF_SECOND_FACTOR = "required"


def sent_back(address, name):
    """Where the provider leads a browser whose user is `name` there."""
    window = requests.Session()
    while not address.startswith(BACK):
        who = {"name": name} if "/login/" in address else None
        answer = window.get(address, params=who, allow_redirects=False, timeout=patience(5))
        assert answer.status_code in {302, 303}, answer.text
        address = urljoin(address, answer.headers["Location"])
    return address


def come(name, browser=None):
    """(browser, answer) when the person `name` has come back from the provider."""
    browser = browser or Reader()
    redirect = browser.get(f"{ACCOUNT}kommune/login/")
    assert redirect.status_code == 302
    return browser, browser.get(sent_back(redirect.headers["Location"], name).removeprefix("https://testserver"))


def roles(name):
    return {group.name for group in User.objects.get(username=name).groups.all()}


def told(browser):
    return browser.get(LOGIN, headers=PLAIN).content.decode()


def test_the_login_offers_it():
    assert "Log ind med Kommunen" in told(Reader())


def test_a_new_login_is_staffs_without_a_password_with_the_roles_of_its_groups():
    browser, answer = come("staerk")
    assert answer.headers["Location"] == "/admin/"
    user = User.objects.get(username="staerk")
    assert (user.is_staff, user.is_superuser, user.has_usable_password()) == (True, False, False)
    assert roles("staerk") == {"Redaktør"}
    assert browser.get("/admin/").status_code == 200
    assert ("role", "", "+ Redaktør") in lines()


def test_one_factor_at_the_provider_does_not_do():
    browser, _ = come("redaktor")
    assert browser.get("/admin/").headers["Location"] == ACCOUNT
    assert browser.get(f"{ACCOUNT}app/").status_code == 200


def test_two_factors_at_the_provider_are_not_anybody_elses_in_the_same_browser():
    browser, _ = come("staerk")
    browser.post("/admin/logout/")
    come("redaktor", browser)
    assert browser.get("/admin/").headers["Location"] == ACCOUNT


def test_who_has_a_second_factor_here_is_asked_for_it_too():
    come("staerk")
    an_app(User.objects.get(username="staerk"))
    _, answer = come("staerk")
    assert answer.headers["Location"] == f"{LOGIN}bekraeft/"


def test_groups_that_map_to_nothing_are_refused_with_a_sentence():
    browser, answer = come("fremmed")
    assert answer.headers["Location"] == LOGIN
    assert "den giver ikke adgang her" in told(browser)
    assert not User.objects.filter(username="fremmed").exists()


def test_an_existing_login_is_taken_by_its_verified_mail_once_and_by_the_subject_from_then_on():
    user = a_user("kendt", "Udgiver", "Redaktør")
    browser, answer = come("kendt")
    assert answer.headers["Location"] == "/admin/"
    assert browser.get("/admin/").status_code == 200
    assert roles("kendt") == {"Udgiver", "Redaktør", "Mødeleder"}
    assert ("role", "", "knyttet til kommunens login") in lines()

    user.refresh_from_db()
    user.email = "nyt@example.org"
    user.save()
    user.groups.remove(Group.objects.get(name="Redaktør"))
    come("kendt")
    assert roles("kendt") == {"Udgiver", "Redaktør", "Mødeleder"}
    assert User.objects.count() == 1


def test_a_role_that_the_groups_no_longer_give_is_taken_away_and_the_lists_keeper_stays_one():
    user = a_user("staerk", "Mødeleder", "Udgiver")
    come("staerk")
    user.groups.add(Group.objects.get(name="Listeansvarlig"))
    come("staerk")
    assert roles("staerk") == {"Redaktør", "Listeansvarlig", "Udgiver"}


@pytest.mark.parametrize(
    ("name", "fields"),
    [("chef", {"is_superuser": True}), ("kendt", {"is_staff": False}), ("kendt", {"is_active": False})],
)
def test_no_superuser_and_no_closed_login_is_taken_by_mail(name, fields):
    user = a_user(name)
    User.objects.filter(pk=user.pk).update(**fields)
    browser, answer = come(name)
    assert answer.headers["Location"] == LOGIN
    assert "allerede et login her med din mail" in told(browser)
    assert User.objects.count() == 1


@pytest.mark.parametrize("role", ["Listeansvarlig", "Administrator"])
def test_no_login_that_takes_two_people_to_take_over_is_taken_by_mail(role):
    user = a_user("kendt", role)
    browser, answer = come("kendt")
    assert answer.headers["Location"] == LOGIN
    assert "allerede et login her med din mail" in told(browser)
    assert not SocialAccount.objects.filter(user=user).exists()


def test_whoever_was_made_superuser_since_does_not_come_in_this_way_any_more():
    come("kendt")
    User.objects.filter(username="kendt").update(is_superuser=True)
    browser, answer = come("kendt")
    assert answer.headers["Location"] == LOGIN
    assert browser.get("/admin/").status_code == 302


def test_a_mail_that_the_provider_has_not_verified_takes_nothing():
    a_user("kendt")
    browser, answer = come("uverificeret")
    assert answer.headers["Location"] == LOGIN
    assert User.objects.count() == 1
    assert browser.get("/admin/").status_code == 302


def test_nobody_connects_a_login_or_leads_elsewhere_through_it():
    browser, _ = come("staerk")
    for process in ("connect", "redirect"):
        assert browser.get(f"{ACCOUNT}kommune/login/?process={process}").status_code == 404
    assert browser.get(f"{ACCOUNT}kommune/andet/").status_code == 404


def test_who_comes_this_way_gets_no_password_that_would_outlast_the_account_there():
    come("staerk")
    Reader().post(f"{ACCOUNT}glemt/", {"username": "staerk"})
    letters.send()
    assert mail.outbox == []


def test_an_answer_that_was_not_asked_for_is_refused(provider):
    address = sent_back(Reader().get(f"{ACCOUNT}kommune/login/").headers["Location"], "staerk")
    thief = Reader()
    # A strict cookie does not come along from another site: the page asks once more, from this one.
    assert (
        'http-equiv="refresh"' in thief.get(address.removeprefix("https://testserver"), headers=PLAIN).content.decode()
    )
    answer = thief.get(address.removeprefix("https://testserver") + "&_redir=")
    assert answer.status_code in {200, 401, 403}
    assert thief.get("/admin/").status_code == 302
