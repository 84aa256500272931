"""Transactional outbox: a letter is a row written in the transaction it reports on, and sent later by the worker.

Delivery is at least once: a letter is claimed with a lease, sent outside any transaction, and acknowledged. A worker
that dies leaves a lease that runs out. A letter keeps its Message-ID, so receivers can drop a second copy.
A row holds no address and no text: `write` composes the message in memory when it is sent.
"""

import logging
import random
import uuid
from collections.abc import Callable
from datetime import timedelta
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPResponseException, SMTPSenderRefused
from typing import Any, Self, TypeVar

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import models
from django.utils import timezone

from nejtilbander.text import mail_addresses

LEASE = timedelta(minutes=5)  # longer than one letter takes; renewed before each
BATCH_SIZE = 10
RETRY_MINUTES = [1, 2, 5, 15, 30, 60, 120, 240]  # before each new attempt; then MAX_RETRY_MINUTES
MAX_RETRY_MINUTES = 360
# SMTP errors are OSErrors too; these concern one letter, the others the server.
MESSAGE_ERRORS = (SMTPRecipientsRefused, SMTPDataError, SMTPSenderRefused)
MAX_TRIES = 20  # about three days; then staff see it as failed

logger = logging.getLogger(__name__)
Mail = TypeVar("Mail", bound="OutgoingMail")


class LetterRefused(Exception):
    """`write` raises it for a letter that must never leave: it is given up at once, where staff see it."""


class OutgoingMailQuerySet(models.QuerySet[Any]):  # generic, it crashes mypy 1.19
    def waiting(self) -> Self:
        return self.filter(state=OutgoingMail.State.WAITING)

    def failed(self) -> Self:
        return self.filter(state=OutgoingMail.State.FAILED)

    def retry_failed(self) -> int:
        """Queues what was given up again, with no attempts made. Returns how many."""
        now = timezone.now()
        return self.failed().update(state=OutgoingMail.State.WAITING, due_at=now, created_at=now, tries=0, error="")

    def claim(self, number: int) -> list[Any]:
        """At most `number` due letters, leased to the caller alone: one conditional UPDATE decides."""
        now, lease = timezone.now(), uuid.uuid4().hex
        due = self.waiting().filter(due_at__lte=now)
        keys = list(due.order_by("-is_urgent", "due_at").values_list("pk", flat=True)[:number])
        if not keys or not due.filter(pk__in=keys).update(lease=lease, due_at=now + LEASE, tries=models.F("tries") + 1):
            return []
        return list(self.filter(lease=lease).order_by("pk"))


class OutgoingMail(models.Model):
    """A letter. `due_at` is the time of the next attempt, which is also when a lease runs out."""

    class State(models.TextChoices):
        WAITING = "waiting", "venter"
        SENT = "sent", "sendt"
        FAILED = "failed", "kunne ikke sendes"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField("tilstand", max_length=7, choices=State, default=State.WAITING)
    due_at = models.DateTimeField("tidligst", null=True, default=timezone.now)
    created_at = models.DateTimeField("skrevet", null=True, default=timezone.now)
    is_urgent = models.BooleanField("haster", default=True)  # somebody waits for it: it is not one of many
    lease = models.CharField(max_length=32, blank=True)
    tries = models.PositiveSmallIntegerField("forsøg", default=0)
    error = models.CharField("fejl", max_length=60, blank=True)  # from `error_name`: never the server's words

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.pk)

    def message_id(self) -> str:
        """The same for every attempt (RFC 5322, section 3.6.4); reveals nothing of the recipient."""
        return format_message_id(self.pk)

    def renew_lease(self) -> bool:
        """Returns False when the lease has run out and another worker has taken the letter."""
        return self._leased().update(due_at=timezone.now() + LEASE) == 1

    def mark_sent(self) -> None:
        """Keeps that it was sent, so that it is never sent again, and deletes when."""
        self._leased().update(state=self.State.SENT, due_at=None, created_at=None, lease="", error="")

    def retry_later(self, error: str) -> None:
        """Schedules the next attempt; after MAX_TRIES gives up, which staff see."""
        if self.tries >= MAX_TRIES:
            self.give_up(error)
            return
        minutes = RETRY_MINUTES[self.tries - 1] if self.tries <= len(RETRY_MINUTES) else MAX_RETRY_MINUTES
        pause = timedelta(minutes=minutes * random.uniform(0.9, 1.1))  # noqa: S311 - spreads the attempts, guards nothing
        self._leased().update(due_at=timezone.now() + pause, lease="", error=error)

    def give_up(self, error: str) -> None:
        self._leased().update(state=self.State.FAILED, due_at=None, lease="", error=error)
        logger.error("A letter was given up: %s, %s.", self.pk, error)

    def release(self) -> None:
        """Returns an unsent letter to the queue without counting the attempt: the mail server does not answer."""
        later = timezone.now() + timedelta(minutes=RETRY_MINUTES[0])
        self._leased().update(due_at=later, lease="", tries=models.F("tries") - 1)

    def discard(self) -> None:
        """Deletes a letter that no longer has anything to say."""
        self._leased().delete()

    def _leased(self) -> models.QuerySet[Self]:
        return type(self)._default_manager.filter(pk=self.pk, lease=self.lease)


def deliver(queue: OutgoingMailQuerySet, write: Callable[[Mail], EmailMessage | None], number: int = BATCH_SIZE) -> int:
    """Sends at most `number` due letters. Returns how many were claimed.

    `write` composes the message of a letter; None discards the letter, LetterRefused gives it up.
    """
    letters = queue.claim(number)
    if not letters:
        return 0
    connection = get_connection()
    is_up = True
    for letter in letters:
        if not is_up:  # 15 silent seconds are enough: the worker has more to do than wait
            letter.release()
        elif letter.renew_lease():
            is_up = _send(letter, write, connection)
    connection.close()
    return len(letters)


def _send(letter: Mail, write: Callable[[Mail], EmailMessage | None], connection: BaseEmailBackend) -> bool:
    """Sends one letter, or schedules its next attempt. Returns False when the mail server does not answer."""
    try:
        message = write(letter)
        connection.open()  # kept open from letter to letter
        if message is None:  # only now: while no mail goes out, nobody can tell it from the others that wait
            letter.discard()
            return True
        message.extra_headers["Message-ID"] = letter.message_id()
        message.to = [mail_addresses.as_header(address) for address in message.to]
        connection.send_messages([message])
    except Exception as error:  # noqa: BLE001 - no error in one letter may lose it or hold up the rest
        connection.close()
        name = error_name(error)
        if is_permanent(error):
            letter.give_up(name)
        else:
            letter.retry_later(name)
        return not isinstance(error, OSError) or isinstance(error, MESSAGE_ERRORS)
    letter.mark_sent()
    return True


def format_message_id(name: uuid.UUID) -> str:
    """A Message-ID on the host of SITE_URL."""
    return f"<{name}@{settings.SITE_URL.partition('://')[2].partition(':')[0]}>"


def is_permanent(error: Exception) -> bool:
    """True when it is refused for good: by `write`, by every recipient or as a message (RFC 5321, 4.2.1: 5yz).

    Or when it cannot be encoded.
    """
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, LetterRefused | UnicodeError) or (
        isinstance(error, SMTPDataError) and error.smtp_code >= 500
    )


def error_name(error: Exception) -> str:
    """The class of the error and its SMTP code, without the server's words: those may repeat the address."""
    code = ""
    if isinstance(error, SMTPRecipientsRefused):
        code = str(next(iter(error.recipients.values()))[0])
    elif isinstance(error, SMTPResponseException):
        code = str(error.smtp_code)
    kind = type(error).__name__ if isinstance(error, SMTPException | OSError) else f"fault {type(error).__name__}"
    return f"{kind} {code}".strip()[:60]
