"""The second factor: required, shown in this very session, and shown again before what matters most."""

import json
import re
from base64 import urlsafe_b64encode

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.utils.html import escape

from events.models import AccessLogEntry
from nejtilbander.accounts import second_factor
from nejtilbander.security.rate_limits import rate_counters
from tests.nejtilbander.accounts.driver import (
    ACCOUNT,
    LOGIN,
    PLAIN,
    a_user,
    an_app,
    code,
    lines,
    log_in,
    logged_in,
    words_of,
)
from tests.support.factories import a_meeting
from tests.support.reader import Reader
from tests.support.routes import routes

pytestmark = pytest.mark.django_db
CODE = f"{ACCOUNT}bekraeft/kode/"


@pytest.fixture(autouse=True)
def required(static_files, settings):
    settings.STAFF_SECOND_FACTOR = "required"


@pytest.fixture
def stale(monkeypatch):
    """As if more than five minutes had passed since each code."""
    return lambda: monkeypatch.setattr(second_factor, "FRESH_SECONDS", -1)


@pytest.fixture
def enrol(monkeypatch):
    """Sets an app up, as its owner does: `enrol(browser)`."""
    # A test's transaction is never committed, and allauth waits for that within the request.
    monkeypatch.setattr(transaction, "on_commit", lambda act, **_: act())

    def set_up(browser):
        page = browser.get(f"{ACCOUNT}app/", headers=PLAIN).content.decode()
        secret = re.search(r'id="totp-secret">(\w+)<', page)[1]
        return browser.post(f"{ACCOUNT}app/", {"code": code(secret=secret)})

    return set_up


def test_without_a_second_factor_a_login_reaches_nothing_but_the_pages_that_give_one():
    a_user("anna", "Administrator", is_superuser=True)
    browser, _ = log_in()
    reached = set()
    for route, _view in routes():
        address = "/" + re.sub(r"<(\w+:)?\w+>", "1", route)
        if route.startswith("admin/") and "(?P" not in route and not address.endswith("log-ud/"):
            answer = browser.get(address)
            if (answer.status_code, answer.headers.get("Location")) != (302, ACCOUNT):
                reached.add(route)
    assert reached == {"admin/login/", "admin/logout/", "admin/konto/", "admin/konto/log-ind/", "admin/konto/app/",
                       "admin/konto/passkey/", "admin/konto/bekraeft/", "admin/konto/bekraeft/kode/",
                       "admin/konto/bekraeft/passkey/", "admin/konto/log-ud/alle-steder/"}  # fmt: skip


def test_who_sets_an_app_up_gets_recovery_codes_once_and_is_in(enrol):
    a_user()
    browser, _ = log_in()
    answer = enrol(browser)
    assert answer.headers["Location"] == f"{ACCOUNT}noedkoder/"
    shown = re.findall(r"<code>(\d{8})</code>", browser.get(f"{ACCOUNT}noedkoder/", headers=PLAIN).content.decode())
    assert len(shown) == 10
    assert "vises ikke igen" in words_of(browser.get(f"{ACCOUNT}noedkoder/", headers=PLAIN))
    assert browser.get("/admin/").status_code == 200
    assert {line[2] for line in lines()[-2:]} == {"+ nødkoder", "+ app til koder"}

    again, _ = log_in()
    assert again.post(f"{LOGIN}bekraeft/", {"code": shown[0]}).headers["Location"] == "/admin/"
    assert "med en nødkode" in [line[2] for line in lines()]
    third, _ = log_in()
    assert third.post(f"{LOGIN}bekraeft/", {"code": shown[0]}).status_code == 422


def test_new_recovery_codes_take_the_place_of_the_old(enrol):
    a_user()
    browser, _ = log_in()
    enrol(browser)
    page = f"{ACCOUNT}noedkoder/"
    old = browser.get(page, headers=PLAIN).content.decode()
    assert browser.post(f"{page}nye/").status_code == 302
    new = browser.get(page, headers=PLAIN).content.decode()
    codes = [set(re.findall(r"<code>(\d{8})</code>", shown)) for shown in (old, new)]
    assert ([len(shown) for shown in codes], codes[0] & codes[1]) == ([10, 10], set())
    assert lines()[-1][2] == "nye nødkoder"


def test_a_passkey_gets_another_name(enrol):
    user = a_user()
    browser, _ = log_in()
    enrol(browser)
    key = Authenticator.objects.create(user=user, type="webauthn", data={"name": "Telefon", "credential": {}})
    page = f"{ACCOUNT}passkey/{key.pk}/"

    assert "Hvad skal den hedde?" in words_of(browser.get(page, headers=PLAIN))
    assert browser.post(page, {"name": "Nøglen i skabet"}).status_code == 302
    key.refresh_from_db()
    assert key.data["name"] == "Nøglen i skabet"


def test_a_session_from_before_the_factor_is_not_let_in_by_it(enrol):
    """Whoever had phished the password was logged in, and waited for its owner to set a factor up."""
    a_user()
    thief, _ = log_in()
    owner, _ = log_in()
    enrol(owner)
    assert owner.get("/admin/").status_code == 200

    assert thief.get("/admin/").headers["Location"] == f"{CODE}?next=%2Fadmin%2F"
    for page in ("passkey/", "app/fjern/", "noedkoder/", "noedkoder/nye/"):
        assert thief.get(f"{ACCOUNT}{page}").headers["Location"].startswith(CODE), page
    assert thief.post(f"{ACCOUNT}bekraeft/", {"password": "x"}).headers["Location"].startswith(CODE)


def test_secrets_are_not_in_the_clear_in_the_database(enrol):
    user = a_user()
    browser, _ = log_in()
    enrol(browser)
    codes = re.findall(r"<code>(\d{8})</code>", browser.get(f"{ACCOUNT}noedkoder/", headers=PLAIN).content.decode())
    stored = str(list(Authenticator.objects.filter(user=user).values_list("data", flat=True)))
    assert not [one for one in codes if one in stored]
    assert "ciphertext" not in stored
    assert not re.search(r"'(secret|seed)': '[A-Z2-7]{32}'|'seed': '[0-9a-f]{80}'", stored)


def test_with_another_secret_key_a_code_fails_closed(settings):
    an_app(a_user())
    settings.SECRET_KEY = "another-" + "z" * 50
    browser, _ = log_in()
    assert browser.post(f"{LOGIN}bekraeft/", {"code": code()}).status_code == 422


def test_the_list_is_opened_only_after_a_fresh_factor(stale):
    event = a_meeting(key=True)
    an_app(a_user("anna", "Listeansvarlig"))
    browser = logged_in(step=-1)
    address = f"/admin/events/event/{event.pk}/liste/door/"
    assert browser.get(address).status_code == 200

    stale()
    asked = browser.get(address)
    assert asked.headers["Location"] == f"{CODE}?next=%2Fadmin%2Fevents%2Fevent%2F{event.pk}%2Fliste%2Fdoor%2F"
    assert browser.post(address).status_code == 422
    assert browser.post(address, {"confirm-code": "000000"}).status_code == 422
    assert not AccessLogEntry.objects.exists()
    assert browser.post(address, {"confirm-code": code()}).status_code == 200
    assert AccessLogEntry.objects.count() == 1


def b64(data):
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def half_a_passkey(**response):
    """As a browser sends it, but for what `response` says is in it."""
    client = b64(b'{"type": "webauthn.get", "challenge": "AA", "origin": "x"}')
    said = {"clientDataJSON": client, "signature": "AA", "userHandle": "AA"} | response
    return json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": said})


NO_PASSKEYS = [
    "{}", "[]", "1", "null", '"x"', "x", '{"rawId": "AA", "id": "AA"}', '{"response": {"userHandle": 1}}',
    half_a_passkey(authenticatorData="AA", attestationObject="AA"),  # ValueError: allauth lets it pass
    *(half_a_passkey(authenticatorData=b64(bytes(32) + flags + bytes(4))) for flags in (b"\x40", b"\x80", b"\xff")),
]  # fmt: skip


@pytest.mark.parametrize("sent", NO_PASSKEYS)
def test_what_is_no_passkey_fails_no_page(sent, settings):
    settings.STAFF_SECOND_FACTOR = "optional"
    rate_counters.forget()
    a_user("bo")
    an_app(a_user())
    nobody, half, (bo, _), anna = Reader(), log_in()[0], log_in("bo"), logged_in()
    nobody.get(f"{LOGIN}passkey/", headers={"accept": "application/json"})
    assert nobody.post(f"{LOGIN}passkey/", {"credential": sent}).status_code == 302
    assert half.post(f"{LOGIN}bekraeft/", {"credential": sent}).status_code in {200, 422}
    assert bo.post(f"{ACCOUNT}passkey/", {"credential": sent}).status_code == 422
    assert anna.post(f"{ACCOUNT}bekraeft/passkey/", {"credential": sent}).status_code == 302
    assert ("failed", "", "forkert: passkey") in lines() or sent in {"{}", "[]", "null", "x"}, "nothing was sent"
    assert [one.get("/admin/").status_code for one in (nobody, half, bo, anna)] == [302, 302, 200, 200]


def test_who_shows_the_factor_again_is_led_back(monkeypatch):
    event = a_meeting(key=True)
    an_app(a_user("anna", "Listeansvarlig"))
    browser = logged_in(step=-1)
    address = f"/admin/events/event/{event.pk}/liste/contact/"
    monkeypatch.setattr(second_factor, "FRESH_SECONDS", -1)
    asked = browser.get(address).headers["Location"]
    monkeypatch.setattr(second_factor, "FRESH_SECONDS", 300)
    assert browser.post(asked, {"code": code()}).headers["Location"] == address
    assert browser.get(address).status_code == 200


def test_what_was_typed_about_a_login_is_kept_while_the_factor_is_asked_for(stale):
    an_app(a_user("anna", "Administrator"))
    browser = logged_in(step=-1)
    role = Group.objects.get(name="Redaktør")
    typed = {"username": "bo", "first_name": 'Bo "B"', "last_name": "Å", "email": "bo@example.org", "groups": role.pk}
    stale()

    asked = browser.post("/admin/auth/user/add/", typed, headers=PLAIN)
    assert (asked.status_code, asked.headers["Cache-Control"].split(",")[0]) == (422, "no-store")
    html = asked.content.decode()
    assert [f'name="{name}" value="{escape(str(value))}"' in html for name, value in typed.items()] == [True] * 5
    assert not User.objects.filter(username="bo").exists()

    assert browser.post("/admin/auth/user/add/", typed | {"confirm-code": code()}).status_code == 302
    assert list(User.objects.get(username="bo").groups.all()) == [role]


@pytest.mark.parametrize("page", ["add/", "{pk}/change/", "{pk}/delete/", "{pk}/password/", ""])
def test_each_page_that_changes_a_login_asks(stale, page):
    user = a_user("bo")
    an_app(a_user("anna", "Administrator"))
    browser = logged_in()
    stale()
    address = f"/admin/auth/user/{page.format(pk=user.pk)}"
    assert browser.get(address).headers["Location"].startswith(CODE)
    assert browser.post(address, {"post": "yes"}).status_code == 422


def test_where_it_is_optional_who_has_none_passes_and_who_has_one_is_asked(settings, stale):
    settings.STAFF_SECOND_FACTOR = "optional"
    a_user("bo", "Administrator")
    an_app(a_user("anna", "Administrator"))
    bo, anna = log_in("bo")[0], logged_in()
    stale()
    assert bo.get("/admin/auth/user/add/").status_code == 200
    assert anna.get("/admin/auth/user/add/").headers["Location"].startswith(CODE)


def test_taking_the_last_factor_away_takes_the_recovery_codes_and_leaves_nothing_but_a_new_one(enrol):
    user = a_user()
    browser, _ = log_in()
    enrol(browser)
    assert browser.post(f"{ACCOUNT}app/fjern/").status_code == 302
    assert not Authenticator.objects.filter(user=user).exists()
    later, _ = log_in()
    assert later.get("/admin/").headers["Location"] == ACCOUNT
    assert {"- nødkoder", "- app til koder"} <= {line[2] for line in lines()}
