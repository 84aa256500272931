"""A login begins with a letter, and a forgotten password is mended by one: a link for once, made when it is sent."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.utils import timezone

from nejtilbander.accounts import letters, links
from nejtilbander.accounts.models import LoginLink, StaffLetter
from nejtilbander.security.rate_limits import rate_counters
from tests.nejtilbander.accounts.driver import ACCOUNT, PASSWORD, PLAIN, a_user, an_app, lines, log_in, words_of
from tests.support.admin import a_login
from tests.support.reader import Reader

pytestmark = pytest.mark.django_db
NEW = {"password": "tre helt nye ord", "again": "tre helt nye ord"}


@pytest.fixture(autouse=True)
def files(static_files):
    """The pages name their static files, and nothing was counted before."""
    rate_counters.forget()


def delivered():
    """The letters that the worker then sends."""
    before = len(mail.outbox)
    letters.send()
    return mail.outbox[before:]


def link_in(letter):
    """The path of the link."""
    return re.search(r"https?://[^/\s]+(/admin/konto/adgangskode/[\w-]{43}/)\s", letter.body)[1]


@pytest.fixture
def invited():
    """The link of a new login, which an administrator has made."""
    administrator = a_login("en", "Administrator")
    sent = {"username": "bo", "first_name": "Bo", "last_name": "B", "email": "bo@example.org"}
    assert administrator.post("/admin/auth/user/add/", sent).status_code == 302
    (letter,) = delivered()
    assert (letter.to, letter.body.startswith("Hej Bo\n\n"), "Dit brugernavn er bo." in letter.body) == (
        ["bo@example.org"], True, True,
    )  # fmt: skip
    return link_in(letter)


def test_a_login_is_made_without_a_password_and_its_owner_chooses_one_once(invited):
    user = User.objects.get(username="bo")
    assert (user.is_staff, user.has_usable_password()) == (True, False)
    assert PASSWORD not in words_of(Reader().get(invited, headers=PLAIN))

    assert Reader().post(invited, NEW).headers["Location"] == f"{ACCOUNT}log-ind/"
    assert log_in("bo", NEW["password"])[1].headers["Location"] == "/admin/"
    assert ("role", "bo", "adgangskode valgt fra et link i en mail") in lines()
    for method in ("get", "post"):
        assert getattr(Reader(), method)(invited, NEW).status_code == 410


def test_no_form_of_a_new_login_asks_for_a_password():
    page = a_login("en", "Administrator").get("/admin/auth/user/add/", headers=PLAIN).content.decode()
    assert "password" not in re.findall(r'name="([^"]+)"', page)
    assert 'type="password"' not in page


def test_a_link_is_over_after_three_days_and_when_a_newer_one_is_made(invited, monkeypatch):
    user = User.objects.get(username="bo")
    newer = links.make(user, timedelta(days=3))
    assert Reader().get(invited).status_code == 410
    then = timezone.now() + timedelta(days=3, minutes=1)
    assert Reader().get(f"{ACCOUNT}adgangskode/{newer}/").status_code == 200
    monkeypatch.setattr(links.timezone, "now", lambda: then)
    assert Reader().get(f"{ACCOUNT}adgangskode/{newer}/").status_code == 410


def test_of_two_who_use_a_link_at_the_same_time_one_is_too_late():
    token = links.make(a_user(), timedelta(days=1))
    assert [user and user.username for user in (links.spend(token), links.spend(token))] == ["anna", None]


def test_a_password_that_is_too_short_or_not_the_same_twice_is_told_and_the_link_is_kept(invited):
    for sent in ({"password": "kort", "again": "kort"}, NEW | {"again": "noget andet"}):
        answer = Reader().post(invited, sent, headers=PLAIN)
        assert (answer.status_code, "Det gik ikke:" in words_of(answer)) == (422, True)
    assert Reader().get(invited).status_code == 200


def test_what_lies_in_the_database_opens_nothing(invited):
    token = invited.split("/")[-2]
    stored = f"{list(LoginLink.objects.values_list())} {list(StaffLetter.objects.values_list())}"
    assert token not in stored
    assert "bo@example" not in stored


def test_a_forgotten_password_is_mended_by_a_letter_and_the_second_factor_stays():
    an_app(a_user())
    other, _ = log_in()
    assert 'autocomplete="username"' in Reader().get(f"{ACCOUNT}glemt/", headers=PLAIN).content.decode()
    asked = Reader().post(f"{ACCOUNT}glemt/", {"username": "anna"})
    assert asked.headers["Location"] == f"{ACCOUNT}log-ind/"
    (letter,) = delivered()
    assert "i to timer" in letter.body
    assert Reader().post(link_in(letter), NEW).status_code == 302
    _, answer = log_in("anna", NEW["password"])
    assert answer.headers["Location"] == f"{ACCOUNT}log-ind/bekraeft/"
    assert ("role", "", "ny adgangskode: bedt om et link") in lines()
    assert other.get("/admin/").status_code == 302


def test_a_name_that_nobody_has_gets_the_same_answer_for_the_same_work_and_no_letter(django_assert_num_queries):
    a_user()
    answers = []
    for name in ("anna", "nobody"):
        with django_assert_num_queries(3):
            answer = Reader().post(f"{ACCOUNT}glemt/", {"username": name})
        answers.append((answer.status_code, answer.headers["Location"], answer.cookies["messages"].value[:40]))
    assert answers[0][:2] == answers[1][:2]
    assert StaffLetter.objects.count() == 2
    assert [letter.to for letter in delivered()] == [["anna@example.org"]]
    assert StaffLetter.objects.filter(user=None).count() == 0


@pytest.mark.parametrize("fields", [{"is_active": False}, {"is_staff": False}, {"email": ""}])
def test_a_login_that_cannot_have_one_gets_no_letter(fields):
    user = a_user()
    User.objects.filter(pk=user.pk).update(**fields)
    Reader().post(f"{ACCOUNT}glemt/", {"username": "anna"})
    assert delivered() == []


def test_nobody_is_written_to_without_end():
    a_user()
    for _ in range(9):
        rate_counters.forget()
        Reader().post(f"{ACCOUNT}glemt/", {"username": "anna"})
        letters.send()
    assert len(mail.outbox) == letters.MAX_RESETS


def test_an_administrator_sends_a_new_link():
    administrator, user = a_login("en", "Administrator"), a_user()
    sent = {"action": "send_link", "_selected_action": [user.pk]}
    assert administrator.post("/admin/auth/user/", sent).status_code == 302
    (letter,) = delivered()
    assert letter.to == ["anna@example.org"]
    assert lines()[-1] == ("role", "en", "link til at vælge adgangskode sendt")


@pytest.mark.parametrize("field", ["email", "password"])
def test_a_link_is_over_when_the_login_has_another_mailbox_or_another_password(field):
    user = a_user()
    token = links.make(user, timedelta(days=3))
    User.objects.get(pk=user.pk).save()
    assert links.owner(token) == user

    setattr(user, field, "new@example.org")
    user.save(update_fields=[field])

    assert links.owner(token) is None
