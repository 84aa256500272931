"""The weekly reminder to owners of content that is due for review."""

from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.db import OperationalError, connection
from django.utils import timezone, translation

from events.models import Event
from nejtilbander.audit import chain
from nejtilbander.audit.models import AuditLine
from nejtilbander.background.models import Heartbeat
from nejtilbander.background.outbox import LEASE
from nejtilbander.background.worker import run_tasks
from nejtilbander.publishing.review_reminders import HEARTBEAT, RETRY_AFTER, next_monday, send_reminders
from pages.models import Initiative, Page, Partner, Statement
from tests.support.factories import a_meeting, a_page, an_initiative
from tests.support.live_server import free_port
from tests.support.mail_server import serving_mail

pytestmark = pytest.mark.django_db
ANNA, BO, OFFICE = "anna@example.dk", "bo@example.dk", "redaktion@example.org"
LOCAL = ZoneInfo("Europe/Copenhagen")
MONDAY = datetime(2026, 11, 30, 7, tzinfo=LOCAL)
TODAY = MONDAY.date()


@pytest.fixture
def now(monkeypatch, settings):
    """A clock that can be set, at Monday 07:00. The worker started the Thursday before; nothing was due then."""
    settings.ALARM_TO, settings.SITE_URL, settings.STAFF_URL = [], "https://example.dk", "https://desk.example.dk"
    for model in (Page, Initiative, Partner, Statement, Event):
        model.objects.update(review_by=None)
    clock = Clock(MONDAY - timedelta(days=4))
    monkeypatch.setattr(timezone, "now", lambda: clock.time)
    assert send_reminders() == 0
    clock.time = MONDAY
    return clock


class Clock:
    def __init__(self, time):
        self.time = time


@pytest.fixture
def mailbox(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", free_port(), 0.3
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    with serving_mail(settings.EMAIL_PORT) as (mailbox, _):
        yield mailbox


def a_colleague(name="anna", email=ANNA, **fields):
    return User.objects.create_user(name, email, is_staff=True, **fields)


def received(mailbox):
    return sorted(letter["To"] for letter in mailbox.letters)


def words_of(letter):
    return letter.get_content().replace("\r\n", "\n")


def test_a_colleague_gets_one_letter_about_all_that_is_theirs_and_due_soonest_first(now, mailbox):
    anna = a_colleague()
    page = a_page("om-os", title_da="Om os", owner=anna, review_by=TODAY + timedelta(days=7))
    meeting = a_meeting(title_da="Stormøde", owner=anna, review_by=TODAY)
    late = an_initiative(title_da="Klub & værksted", owner=anna, review_by=TODAY - timedelta(days=1))
    a_page("senere", owner=anna, review_by=TODAY + timedelta(days=8))
    a_page("uden-dag", owner=anna)

    with translation.override("ar"):
        assert send_reminders() == 1

    [letter] = mailbox.letters
    assert (letter["To"], letter["Subject"]) == (ANNA, "Tekster, der skal læses igennem")
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"].endswith("@example.dk>")
    assert words_of(letter) == (
        "Hej\n\n"
        "Du passer på de her tekster. De skal læses igennem senest den dag, der står ved dem.\n\n"
        "Indsats: Klub & værksted\n"
        "Senest søndag den 29. november 2026 (den dag er gået)\n"
        f"https://desk.example.dk/admin/pages/initiative/{late.pk}/change/\n\n"
        "Stormøde: Stormøde\n"
        "Senest mandag den 30. november 2026\n"
        f"https://desk.example.dk/admin/events/event/{meeting.pk}/change/\n\n"
        "Side: Om os\n"
        "Senest mandag den 7. december 2026\n"
        f"https://desk.example.dk/admin/pages/page/{page.pk}/change/\n\n"
        "Passer teksten stadig? Ellers ret den, og udgiv den. "
        "Dagen vælger du under „Ansvarlig og gennemgang“ dér.\n\n"
        f"Til driften, gem mailen: Revisionsloggens sidste linje er nr. 1, {chain.last_line().hash}\n\n"
        "Venlig hilsen\nOdense Kommune\n"
    )


def test_the_addresses_in_the_letter_are_those_of_the_admin(now, mailbox, staff, settings):
    settings.ALARM_TO = [OFFICE]
    a_page("om-os", review_by=TODAY)
    a_meeting(review_by=TODAY)
    send_reminders()

    addresses = [line for line in words_of(mailbox.letters[0]).splitlines() if line.startswith("https://")]
    assert len(addresses) == 2
    for address in addresses:
        assert staff.get(address.removeprefix("https://desk.example.dk")).status_code == 200


def test_what_nobody_can_be_told_of_goes_to_the_office(now, mailbox, settings):
    settings.ALARM_TO = [OFFICE]
    a_page("ingen", title_da="Ingens", review_by=TODAY)
    a_page("uden-mail", title_da="En uden mail", owner=a_colleague("uden", ""), review_by=TODAY)
    a_page("holdt-op", title_da="En der er holdt op", owner=a_colleague("vaek", BO, is_active=False), review_by=TODAY)
    a_page("annas", title_da="Annas", owner=a_colleague(), review_by=TODAY)

    assert send_reminders() == 2

    [office] = mailbox.to(OFFICE)
    assert received(mailbox) == [ANNA, OFFICE]
    assert "Ingen passer på de her tekster, eller også har den, der gør, ingen mail." in words_of(office)
    assert all(title in words_of(office) for title in ("Ingens", "En uden mail", "En der er holdt op"))
    assert "Annas" not in words_of(office)


def test_without_an_office_a_line_in_the_log_says_so_once_a_week_and_the_others_get_theirs(now, mailbox, caplog):
    a_page("ingen", title_da="Ingens", review_by=TODAY)
    a_page("annas", owner=a_colleague(), review_by=TODAY)

    assert (send_reminders(), send_reminders()) == (1, 0)

    assert received(mailbox) == [ANNA]
    assert caplog.messages == ["Texts are due to be looked through, and there is nobody to tell: ALARM_TO is empty."]


def test_the_office_is_told_the_last_line_of_the_audit_trail_each_week_whether_texts_are_due_or_not(
    now, mailbox, settings
):
    settings.ALARM_TO = [OFFICE]
    first = chain.append(AuditLine.Kind.LOGIN)
    assert (send_reminders(), send_reminders()) == (1, 0)
    now.time += timedelta(days=7)
    second = chain.append(AuditLine.Kind.LOGOUT)
    a_page("annas", owner=a_colleague(), review_by=now.time.date())
    third = chain.last_line()
    assert send_reminders() == 2

    quiet, busy = mailbox.to(OFFICE)
    assert quiet["Subject"] == "Ugens linje fra revisionsloggen"
    assert words_of(quiet) == (
        f"Hej\n\nTil driften, gem mailen: Revisionsloggens sidste linje er nr. 1, {first.hash}\n\n"
        "Venlig hilsen\nOdense Kommune\n"
    )
    assert f" nr. 3, {third.hash}\n" in words_of(busy)
    assert second.number == 2
    [annas] = mailbox.to(ANNA)
    assert third.hash in words_of(annas)


def test_before_anything_was_done_there_is_no_line_to_keep(now, mailbox):
    a_page("forfalden", owner=a_colleague(), review_by=TODAY)
    AuditLine.objects.all()._raw_delete("default")  # of the colleague's login
    send_reminders()

    assert "Revisionslog" not in words_of(*mailbox.to(ANNA))


def test_when_nothing_is_due_nobody_is_written_to(now, mailbox):
    assert send_reminders() == 0
    a_page("for-sent", review_by=TODAY)
    assert send_reminders() == 0, "it is named next Monday"
    assert mailbox.letters == []


@pytest.mark.parametrize(
    ("now_is", "next_is"),
    [
        (datetime(2026, 11, 26, 12, tzinfo=LOCAL), datetime(2026, 11, 30, 7, tzinfo=LOCAL)),
        (datetime(2026, 11, 30, 6, 59, tzinfo=LOCAL), datetime(2026, 11, 30, 7, tzinfo=LOCAL)),
        (datetime(2026, 11, 30, 7, tzinfo=LOCAL), datetime(2026, 12, 7, 7, tzinfo=LOCAL)),
        (datetime(2026, 11, 29, 23, 59, tzinfo=LOCAL), datetime(2026, 11, 30, 7, tzinfo=LOCAL)),
        (
            datetime(2026, 3, 23, 8, tzinfo=LOCAL),
            datetime(2026, 3, 30, 7, tzinfo=LOCAL),
        ),  # summer time begins between the two
        (datetime(2026, 10, 19, 8, tzinfo=LOCAL), datetime(2026, 10, 26, 7, tzinfo=LOCAL)),
    ],
)
def test_letters_are_due_on_mondays_at_seven_on_the_clock_on_the_wall(now_is, next_is):
    assert next_monday(now_is) == next_is


def test_the_worker_writes_once_a_week_and_not_before_monday(now, mailbox):
    a_page("annas", owner=a_colleague(), review_by=date(2026, 11, 1))
    sent = []
    for hours in (-1, 0, 1, 50, 167, 168, 169):
        now.time = MONDAY + timedelta(hours=hours)
        run_tasks()
        sent.append(len(mailbox.letters))

    assert sent == [0, 1, 1, 1, 1, 2, 2]
    first, second = mailbox.letters
    assert first["Message-ID"] != second["Message-ID"]


def test_a_worker_that_slept_on_monday_writes_when_it_wakes_and_again_the_monday_after(now, mailbox):
    a_page("annas", owner=a_colleague(), review_by=TODAY)
    sent = []
    for days in (3, 4, 7):
        now.time = MONDAY + timedelta(days=days)
        sent.append(send_reminders())

    assert sent == [1, 0, 1]


def test_of_two_workers_at_the_same_moment_one_writes(now, mailbox):
    a_page("annas", owner=a_colleague(), review_by=TODAY)
    other = []

    def another_is_quicker(execute, sql, params, many, context):
        if sql.startswith("UPDATE") and not other:
            other.append(None)
            other[:] = [send_reminders()]
        return execute(sql, params, many, context)

    with connection.execute_wrapper(another_is_quicker):
        assert send_reminders() == 0

    assert other == [1]
    assert received(mailbox) == [ANNA]


class AnotherWorker:
    """A second worker that starts `delay` after this one has sent its first letter."""

    def __init__(self, now, mailbox, delay):
        self.now, self.mailbox, self.delay = now, mailbox, delay
        self.sent = None

    def __call__(self, execute, sql, params, many, context):
        if self.mailbox.letters and self.sent is None:
            self.sent = "begun"
            self.now.time += self.delay
            self.sent = send_reminders()
        return execute(sql, params, many, context)


def test_while_one_worker_writes_another_does_not_begin(now, mailbox):
    for name, email in (("anna", ANNA), ("bo", BO)):
        a_page(name, owner=a_colleague(name, email), review_by=TODAY)
    other = AnotherWorker(now, mailbox, LEASE - timedelta(seconds=1))

    with connection.execute_wrapper(other):
        assert send_reminders() == 2

    assert other.sent == 0
    assert received(mailbox) == [ANNA, BO]


def test_a_worker_that_was_so_slow_that_another_took_over_writes_no_more(now, mailbox):
    for name, email in (("anna", ANNA), ("bo", BO)):
        a_page(name, owner=a_colleague(name, email), review_by=TODAY)
    other = AnotherWorker(now, mailbox, LEASE + timedelta(seconds=1))

    with connection.execute_wrapper(other):
        assert send_reminders() == 1, "the one it had in hand: the other's is a second copy, with the same name"

    assert other.sent == 2
    assert received(mailbox) == [ANNA, ANNA, BO]
    assert len({letter["Message-ID"] for letter in mailbox.to(ANNA)}) == 1
    assert send_reminders() == 0


def test_a_mail_server_that_is_away_is_asked_again_later_and_no_address_is_logged(now, settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", free_port(), 0.3
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    for name, email in (("anna", ANNA), ("bo", BO)):
        a_page(name, owner=a_colleague(name, email), review_by=TODAY)

    assert send_reminders() == 0
    assert caplog.messages == [
        "A letter about texts to look through did not leave: ConnectionRefusedError. It is tried again."
    ], "the second is not even tried"
    with serving_mail(settings.EMAIL_PORT) as (mailbox, _):
        assert send_reminders() == 0
        now.time += RETRY_AFTER
        assert send_reminders() == 2
        assert received(mailbox) == [ANNA, BO]
        now.time += RETRY_AFTER
        assert send_reminders() == 0
    assert not Heartbeat.objects.filter(name__startswith=f"{HEARTBEAT} ").exists()


def test_only_those_who_have_not_had_their_letter_get_it_in_the_next_try(now, mailbox, caplog):
    for name, email in (("anna", ANNA), ("bo", BO)):
        a_page(name, owner=a_colleague(name, email), review_by=TODAY)
    mailbox.answers = {ANNA: "450 try again later"}

    assert send_reminders() == 1
    now.time += RETRY_AFTER
    assert send_reminders() == 0
    mailbox.answers = {}
    now.time += RETRY_AFTER
    assert send_reminders() == 1

    assert received(mailbox) == [ANNA, BO]
    tried_again = "A letter about texts to look through did not leave: SMTPRecipientsRefused 450. It is tried again."
    assert caplog.messages == [tried_again] * 2


def test_an_address_that_is_refused_for_good_or_cannot_be_written_waits_a_week(now, mailbox, caplog):
    for name, email in (("anna", ANNA), ("bo", BO), ("carl", "carl\n@example.dk")):
        a_page(name, owner=a_colleague(name, email), review_by=TODAY)
    mailbox.answers = {ANNA: "550 no such person"}

    assert send_reminders() == 1
    now.time += RETRY_AFTER
    assert send_reminders() == 0

    assert received(mailbox) == [BO]
    assert [message.partition(": ")[2] for message in caplog.messages] == [
        "SMTPRecipientsRefused 550. It is given up until next week.",
        "fault ValueError. It is given up until next week.",
    ]
    mailbox.answers = {}
    now.time = MONDAY + timedelta(days=7)
    assert send_reminders() == 2


def test_a_worker_that_died_with_the_letters_in_its_hands_is_followed_by_another(now, mailbox):
    a_page("annas", owner=a_colleague(), review_by=TODAY)

    def gone(execute, sql, params, many, context):
        if "pages_page" in sql:
            raise OperationalError
        return execute(sql, params, many, context)

    with connection.execute_wrapper(gone), pytest.raises(OperationalError):
        send_reminders()

    assert send_reminders() == 0, "the lease of the dead one"
    now.time += LEASE
    assert send_reminders() == 1
    assert received(mailbox) == [ANNA]


def test_without_a_mail_server_the_letter_is_a_file(now, settings, tmp_path):
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = (
        "nejtilbander.background.mail_backend.FolderEmailBackend",
        tmp_path,
    )
    a_page("annas", title_da="Årets gang", owner=a_colleague(), review_by=TODAY)

    assert send_reminders() == 1

    [file] = Path(tmp_path).glob("*.eml")
    letter = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert letter["To"] == ANNA
    assert "Side: Årets gang" in letter.get_content()
    assert mail.outbox == []
