"""The outbox: at-least-once delivery whatever the mail server does, with no address in rows or logs."""

import logging
import socket
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.utils import timezone

from events.models import Letter
from nejtilbander.background.outbox import LEASE, MAX_TRIES, OutgoingMail, deliver
from nejtilbander.security.sealed_boxes import DecryptionError
from tests.support.factories import a_meeting
from tests.support.live_server import free_port
from tests.support.mail_server import serving_mail
from tests.support.waiting import patience

ANNA, BO, CARL = "anna@example.dk", "bo@example.dk", "carl@example.org"
State = OutgoingMail.State


@pytest.fixture
def smtp(settings):
    """Django's SMTP backend on a port where nobody listens yet, with a timeout as short as the machine allows."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", free_port(), patience(0.05)
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    return settings


@pytest.fixture
def mailbox(smtp):
    with serving_mail(smtp.EMAIL_PORT) as (mailbox, _):
        yield mailbox


@pytest.fixture
def event(db):
    return a_meeting()


def some_letters(event, number):
    """Due one after the other: the first has waited longest."""
    now = timezone.now()
    return [
        Letter.objects.create(kind="test", event=event, language="da", due_at=now - timedelta(minutes=number - place))
        for place in range(number)
    ]


def letters_to(event, *addresses):
    """A letter to each address: (address by primary key, the function that composes the message)."""
    to = {letter.pk: address for letter, address in zip(some_letters(event, len(addresses)), addresses, strict=True)}
    return to, lambda letter: EmailMessage("Nyt", "Hej.", to=[to[letter.pk]])


def as_they_stand(to):
    """(state, error) of each letter, by address."""
    return {to[letter.pk]: (letter.state, letter.error) for letter in Letter.objects.filter(pk__in=to)}


def time_passes():
    """Makes every waiting letter due, also one that is leased."""
    Letter.objects.waiting().update(due_at=timezone.now() - timedelta(seconds=1))


def test_two_workers_share_the_letters_and_never_get_the_same(event):
    letters = some_letters(event, 5)

    one, other, third = Letter.objects.claim(3), Letter.objects.claim(3), Letter.objects.claim(3)

    assert {letter.pk for letter in one} == {letter.pk for letter in letters[:3]}
    assert {letter.pk for letter in other} == {letter.pk for letter in letters[3:]}
    assert third == []


def test_a_worker_that_saw_the_same_letters_a_moment_too_late_gets_none_of_them(event):
    letters = some_letters(event, 2)
    quicker = []

    def another_is_quicker(execute, sql, params, many, context):
        if sql.startswith("UPDATE") and not quicker:
            quicker.append(None)
            quicker[:] = Letter.objects.claim(2)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(another_is_quicker):
        slower = Letter.objects.claim(2)

    assert {letter.pk for letter in quicker} == {letter.pk for letter in letters}
    assert slower == []


def test_a_letter_that_is_not_due_yet_is_left_alone(event):
    Letter.objects.create(kind="test", event=event, language="da", due_at=timezone.now() + timedelta(minutes=1))

    assert Letter.objects.claim(10) == []


def test_a_lease_that_runs_out_gives_the_letter_to_the_next_worker_alone(event):
    some_letters(event, 1)
    [dead] = Letter.objects.claim(1)
    time_passes()
    [alive] = Letter.objects.claim(1)

    assert dead.pk == alive.pk
    assert (dead.renew_lease(), alive.renew_lease()) == (False, True)
    dead.mark_sent()
    dead.retry_later("late")
    dead.give_up("late")
    alive.refresh_from_db()
    assert (alive.state, alive.error, alive.tries) == (State.WAITING, "", 2)
    alive.mark_sent()
    alive.refresh_from_db()
    assert (alive.state, alive.due_at, alive.lease) == (State.SENT, None, "")


def test_a_lease_is_renewed_before_each_letter(event):
    some_letters(event, 1)
    [letter] = Letter.objects.claim(1)
    Letter.objects.update(due_at=timezone.now() + timedelta(seconds=1))
    began = timezone.now()

    assert letter.renew_lease()

    letter.refresh_from_db()
    assert began <= letter.due_at - LEASE <= timezone.now()


def test_a_letter_whose_lease_was_lost_is_not_sent_by_who_lost_it(event, mailbox):
    to, write = letters_to(event, ANNA, BO)

    def slow(letter):
        Letter.objects.exclude(pk=letter.pk).update(lease="of another worker")
        return write(letter)

    deliver(Letter.objects.all(), slow)

    assert len(mailbox.letters) == 1
    assert sorted(state for state, _ in as_they_stand(to).values()) == [State.SENT, State.WAITING]


def test_each_new_try_waits_longer_and_the_last_gives_up_for_staff_to_see(event, caplog):
    [letter] = some_letters(event, 1)
    pauses = []
    for _ in range(MAX_TRIES - 1):
        time_passes()
        [letter] = Letter.objects.claim(1)
        began = timezone.now()
        letter.retry_later("ConnectionRefusedError")
        letter.refresh_from_db()
        pauses.append([(letter.due_at - then).total_seconds() / 60 for then in (began, timezone.now())])
    meant = [1, 2, 5, 15, 30, 60, 120, 240] + [360] * 11
    for minutes, (longest, least) in zip(meant, pauses, strict=True):
        assert longest >= 0.9 * minutes, pauses
        assert least <= 1.1 * minutes, pauses

    time_passes()
    [letter] = Letter.objects.claim(1)
    letter.retry_later("ConnectionRefusedError")

    letter.refresh_from_db()
    assert (letter.state, letter.error, letter.tries, letter.due_at) == (
        State.FAILED, "ConnectionRefusedError", MAX_TRIES, None,
    )  # fmt: skip
    assert list(Letter.objects.failed()) == [letter]
    assert caplog.messages == [f"A letter was given up: {letter.pk}, ConnectionRefusedError."]
    time_passes()
    assert Letter.objects.claim(1) == []


def test_a_mail_server_that_is_away_for_a_while_loses_nothing(event, smtp):
    to, write = letters_to(event, ANNA, BO, CARL)
    for _ in range(3):
        assert deliver(Letter.objects.all(), write) == 3
        stand = set(as_they_stand(to).values())
        assert stand <= {(State.WAITING, "ConnectionRefusedError"), (State.WAITING, "")}
        assert deliver(Letter.objects.all(), write) == 0, "not before its pause is over"
        time_passes()

    with serving_mail(smtp.EMAIL_PORT) as (mailbox, _):
        deliver(Letter.objects.all(), write)

    assert {letter["To"] for letter in mailbox.letters} == {ANNA, BO, CARL}
    assert set(as_they_stand(to).values()) == {(State.SENT, "")}


def test_a_refused_address_is_given_up_at_once_and_does_not_hold_up_the_others(event, mailbox):
    to, write = letters_to(event, ANNA, BO, CARL)
    mailbox.answers[BO] = "550 5.1.1 No such mailbox"

    deliver(Letter.objects.all(), write)

    assert as_they_stand(to) == {
        ANNA: (State.SENT, ""),
        BO: (State.FAILED, "SMTPRecipientsRefused 550"),
        CARL: (State.SENT, ""),
    }
    assert {letter["To"] for letter in mailbox.letters} == {ANNA, CARL}


def test_an_address_that_is_refused_for_now_is_tried_again_and_arrives(event, mailbox):
    to, write = letters_to(event, ANNA, BO)
    mailbox.answers[ANNA] = "451 4.7.1 Greylisted, come back later"
    mailbox.answers_to_text[BO] = "452 4.3.1 Insufficient system storage"
    deliver(Letter.objects.all(), write)
    assert as_they_stand(to) == {
        ANNA: (State.WAITING, "SMTPRecipientsRefused 451"),
        BO: (State.WAITING, "SMTPDataError 452"),
    }

    mailbox.answers.clear()
    mailbox.answers_to_text.clear()
    time_passes()
    deliver(Letter.objects.all(), write)

    assert as_they_stand(to) == {ANNA: (State.SENT, ""), BO: (State.SENT, "")}
    assert [len(mailbox.to(address)) for address in (ANNA, BO)] == [1, 1]


def test_a_letter_whose_text_is_refused_for_good_is_given_up(event, mailbox):
    to, write = letters_to(event, ANNA, BO)
    mailbox.answers_to_text[ANNA] = "554 5.7.1 Looks like spam"

    deliver(Letter.objects.all(), write)

    assert as_they_stand(to) == {ANNA: (State.FAILED, "SMTPDataError 554"), BO: (State.SENT, "")}


def test_a_refused_sender_is_our_fault_so_every_letter_is_kept(event, mailbox):
    to, write = letters_to(event, ANNA, BO)
    mailbox.sender_answer = "550 5.7.1 Not from here"

    deliver(Letter.objects.all(), write)

    assert set(as_they_stand(to).values()) == {(State.WAITING, "SMTPSenderRefused 550")}


def test_only_the_first_letter_pays_for_a_mail_server_that_does_not_answer(event, smtp):
    letters_to(event, ANNA, BO, CARL)
    tried = []

    def write(letter):
        tried.append(letter.pk)
        return EmailMessage("Nyt", "Hej.", to=[ANNA])

    deliver(Letter.objects.all(), write)

    assert len(tried) == 1, "fifteen silent seconds are enough for one batch"
    assert dict(Letter.objects.values_list("pk", "tries")) == {
        letter.pk: int(letter.pk in tried) for letter in Letter.objects.all()
    }
    assert all(letter.lease == "" and letter.due_at > timezone.now() for letter in Letter.objects.all())


def test_a_mail_server_that_falls_silent_over_one_letter_holds_up_the_others_for_a_minute_at_most(
    event, mailbox, settings
):
    to, write = letters_to(event, ANNA, BO, CARL)
    mailbox.slow = BO

    began = time.monotonic()
    deliver(Letter.objects.all(), write)
    assert time.monotonic() - began < 3 * settings.EMAIL_TIMEOUT, "one silence, and it is cut short"
    Letter.objects.waiting().filter(error="").update(due_at=timezone.now())  # the minute is over
    deliver(Letter.objects.all(), write)

    assert {address: state for address, (state, _) in as_they_stand(to).items()} == {
        ANNA: State.SENT, BO: State.WAITING, CARL: State.SENT,
    }  # fmt: skip
    assert {letter["To"] for letter in mailbox.letters} == {ANNA, CARL}


def test_a_mail_server_that_takes_the_call_and_says_nothing_is_left_after_the_timeout(event, smtp):
    smtp.EMAIL_TIMEOUT = 0.3
    to, write = letters_to(event, ANNA)
    with socket.create_server(("127.0.0.1", smtp.EMAIL_PORT)):
        deliver(Letter.objects.all(), write)

    assert as_they_stand(to) == {ANNA: (State.WAITING, "SMTPServerDisconnected")}


def test_a_letter_keeps_its_message_id_so_that_a_second_copy_can_be_dropped(event, mailbox, settings):
    settings.SITE_URL = "https://nejtilbander.example.dk:8443"
    _, write = letters_to(event, ANNA)
    [letter] = Letter.objects.all()

    deliver(Letter.objects.all(), write)
    # Its worker died after the mail server said yes, and before it could write that down.
    Letter.objects.update(state=State.WAITING, due_at=timezone.now())
    deliver(Letter.objects.all(), write)

    assert [copy["Message-ID"] for copy in mailbox.to(ANNA)] == [f"<{letter.pk}@nejtilbander.example.dk>"] * 2


def test_a_letter_with_nothing_left_to_say_is_removed(event, mailbox):
    some_letters(event, 1)

    assert deliver(Letter.objects.all(), lambda _: None) == 1
    assert not Letter.objects.exists()
    assert mailbox.letters == []


def test_a_letter_that_cannot_be_written_is_kept_and_the_next_one_leaves(event, mailbox):
    to, write = letters_to(event, ANNA, BO)

    def unreadable(letter):
        if to[letter.pk] == ANNA:
            raise DecryptionError("The sealed box does not open.")
        return write(letter)

    deliver(Letter.objects.all(), unreadable)

    assert as_they_stand(to) == {ANNA: (State.WAITING, "fault DecryptionError"), BO: (State.SENT, "")}


@pytest.mark.parametrize("step", ["answers", "answers_to_text"])
@pytest.mark.parametrize("code", [450, 550])
def test_a_fault_never_repeats_the_address_though_the_mail_server_does(event, mailbox, caplog, step, code):
    caplog.set_level(logging.DEBUG, "nejtilbander")
    _, write = letters_to(event, ANNA)
    getattr(mailbox, step)[ANNA] = f"{code} <{ANNA}> is not known here"

    deliver(Letter.objects.all(), write)

    [row] = Letter.objects.values()
    assert row["error"] in {f"SMTPRecipientsRefused {code}", f"SMTPDataError {code}"}
    assert "anna" not in f"{row}{caplog.text}"


def test_letters_as_files_can_be_read_by_their_owner_alone_and_one_sent_twice_is_one_file(event, settings, tmp_path):
    settings.EMAIL_BACKEND = "nejtilbander.background.mail_backend.FolderEmailBackend"
    settings.EMAIL_FILE_PATH = folder = tmp_path / "data" / "letters"
    to, write = letters_to(event, ANNA, BO)

    for _ in range(2):
        deliver(Letter.objects.all(), write)
        Letter.objects.update(state=State.WAITING, due_at=timezone.now())

    assert {file.name for file in folder.iterdir()} == {f"{pk}.eml" for pk in to}
    assert oct(folder.stat().st_mode)[-3:] == "700"
    assert {oct(file.stat().st_mode)[-3:] for file in folder.iterdir()} == {"600"}
    texts = "".join(Path(file).read_text() for file in folder.iterdir())
    assert texts.count("Message-ID: <") == 2
    assert (f"To: {ANNA}" in texts, f"To: {BO}" in texts) == (True, True)


def test_a_letter_goes_to_the_domain_that_was_meant(event, mailbox):
    """Python's own codec is IDNA 2003, for which straße.example.org is strasse.example.org."""
    _to, write = letters_to(event, "vagt@straße.example.org", "vagt@søren.example.dk")

    deliver(Letter.objects, write)

    assert sorted(letter["To"] for letter in mailbox.letters) == [
        "vagt@xn--sren-gra.example.dk", "vagt@xn--strae-oqa.example.org"
    ]  # fmt: skip
