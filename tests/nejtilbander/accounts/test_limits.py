"""Guessing passwords is slowed, its victim is told, and it never makes readers wait."""

import subprocess
import sys
import threading

import pytest
from django.contrib.auth.models import User

from nejtilbander.accounts import hashing, letters
from nejtilbander.accounts.models import StaffLetter
from nejtilbander.security.rate_limits import rate_counters
from tests.nejtilbander.accounts.driver import LOGIN, PASSWORD, a_user, an_app, code, lines, log_in, words_of
from tests.support.reader import Reader

TOO_MANY = "Der har været for mange forsøg. Vent ti minutter, og prøv igen."


@pytest.fixture(autouse=True)
def files(static_files):
    """The pages name their static files, and nothing was counted before."""
    rate_counters.forget()


@pytest.mark.django_db
def test_sixty_wrong_passwords_are_five_and_then_the_right_one_does_not_do_either():
    user = a_user()
    answers = [log_in("anna", f"forkert {number}")[1] for number in range(60)]
    assert [TOO_MANY in words_of(answer) for answer in answers] == [False] * 5 + [True] * 55
    rate_counters.forget()
    assert TOO_MANY in words_of(log_in("anna", PASSWORD)[1])

    assert [line[2] for line in lines() if line[0] == "failed"] == [""] * 5 + [
        "Mange forkerte adgangskoder på dit login"
    ]
    letter = StaffLetter.objects.get()
    assert (letter.kind, letter.user) == ("slowed", user)
    message = letters.write(letter)
    assert (message.to, message.subject) == (["anna@example.org"], "Mange forkerte adgangskoder på dit login")


@pytest.mark.django_db
def test_one_network_that_tries_many_names_is_slowed_and_others_are_not():
    a_user()
    for number in range(20):
        log_in(f"navn{number}", "forkert")
    assert TOO_MANY in words_of(log_in("anna", PASSWORD)[1])
    elsewhere = Reader(REMOTE_ADDR="192.0.2.7")
    assert log_in("anna", PASSWORD, elsewhere)[1].status_code == 302


@pytest.mark.django_db
def test_a_flood_is_turned_away_before_anything_is_read(django_assert_num_queries):
    for _ in range(60):
        Reader().post(LOGIN)
    with django_assert_num_queries(0):
        answer = Reader().post(LOGIN, {"login": "anna", "password": PASSWORD})
    assert (answer.status_code, "Vent ti minutter" in words_of(answer)) == (429, True)


@pytest.mark.django_db
def test_codes_are_guessed_five_times_at_most():
    an_app(a_user())
    browser, _ = log_in()
    for _ in range(5):
        browser.post(f"{LOGIN}bekraeft/", {"code": "000000"})
    assert browser.post(f"{LOGIN}bekraeft/", {"code": code()}).status_code == 422


@pytest.fixture
def real_hasher(settings):
    """The hasher of production, with few rounds."""
    settings.PASSWORD_HASHERS = ["nejtilbander.accounts.hashing.BoundedPasswordHasher"]


@pytest.mark.django_db
def test_a_hash_is_djangos_own_and_checks(real_hasher):
    user = User(username="anna")
    user.set_password(PASSWORD)
    assert user.password.startswith("pbkdf2_sha256$")
    assert user.check_password(PASSWORD)
    assert not user.check_password("forkert")


@pytest.mark.django_db
def test_while_one_password_is_hashed_another_is_told_to_come_again_at_once(real_hasher):
    """Every process of the server that waited would be one less for readers."""
    hold = "import fcntl, sys; fcntl.lockf(int(sys.argv[1]), fcntl.LOCK_EX); print(flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", hold, str(hashing._file)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=[hashing._file]
    ) as other_process:
        other_process.stdout.readline()
        answer = log_in("nobody", "forkert")[1]
        other_process.stdin.close()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert "Gå tilbage i din browser, og prøv igen." in words_of(answer)
    assert log_in("nobody", "forkert")[1].status_code == 422


def test_where_only_staff_are_served_the_next_one_waits_for_its_turn(settings):
    settings.SITE_ROLE = "staff"
    turns, is_taken = [], threading.Event()

    def first():
        with hashing.one_at_a_time():
            is_taken.set()
            turns.append("first")

    thread = threading.Thread(target=first)
    with hashing.one_at_a_time():
        thread.start()
        assert not is_taken.wait(0.1)
        turns.append("before")
    thread.join()
    assert turns == ["before", "first"]
