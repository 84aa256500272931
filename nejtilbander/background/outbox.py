"""Letters that must leave: a row in the same transaction as what it tells of, sent by the worker afterwards.

At least once, never lost: a letter is claimed with a lease, sent outside any transaction, and acknowledged. A worker
that dies leaves a lease that runs out. Every letter keeps one Message-ID, so receivers can drop a second copy.
A row holds no address and no words: `write` makes those in memory when the letter leaves.
"""

import logging
import random
import uuid
from collections.abc import Callable
from datetime import timedelta
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPResponseException, SMTPSenderRefused
from typing import Any, Self

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import models
from django.utils import timezone

LEASE = timedelta(minutes=5)  # longer than one letter can take; renewed before each
BATCH_SIZE = 10
RETRY_MINUTES = [1, 2, 5, 15, 30, 60, 120, 240]  # minutes before each new try; then every six hours
MAX_RETRY_MINUTES = 360
# SMTP's faults are OSErrors too; these speak of one letter, the others of the server.
MESSAGE_ERRORS = (SMTPRecipientsRefused, SMTPDataError, SMTPSenderRefused)
MAX_TRIES = 20  # about three days; then staff see it as failed

logger = logging.getLogger(__name__)


class OutgoingMailQuerySet(models.QuerySet[Any]):
    def waiting(self) -> Self:
        return self.filter(state=OutgoingMail.State.WAITING)

    def failed(self) -> Self:
        return self.filter(state=OutgoingMail.State.FAILED)

    def retry_failed(self) -> int:
        """Try again what was given up, from the beginning."""
        now = timezone.now()
        return self.failed().update(state=OutgoingMail.State.WAITING, due_at=now, created_at=now, tries=0, error="")

    def claim(self, number: int) -> list[Any]:
        """At most `number` letters that are due, leased to the caller alone: one conditional UPDATE decides."""
        now, lease = timezone.now(), uuid.uuid4().hex
        due = self.waiting().filter(due_at__lte=now)
        keys = list(due.order_by("-is_urgent", "due_at").values_list("pk", flat=True)[:number])
        if not keys or not due.filter(pk__in=keys).update(lease=lease, due_at=now + LEASE, tries=models.F("tries") + 1):
            return []
        return list(self.filter(lease=lease).order_by("pk"))


class OutgoingMail(models.Model):
    """One letter. `due_at` is when it may next be tried, which is also when a lease runs out."""

    class State(models.TextChoices):
        WAITING = "waiting", "venter"
        SENT = "sent", "sendt"
        FAILED = "failed", "opgivet"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField("tilstand", max_length=7, choices=State, default=State.WAITING)
    due_at = models.DateTimeField("tidligst", null=True, default=timezone.now)
    created_at = models.DateTimeField("skrevet", null=True, default=timezone.now)
    is_urgent = models.BooleanField("haster", default=True)  # somebody waits for it; not one of many
    lease = models.CharField(max_length=32, blank=True)
    tries = models.PositiveSmallIntegerField("forsøg", default=0)
    error = models.CharField("fejl", max_length=60, blank=True)  # the kind of fault, never the server's words

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.pk)

    def message_id(self) -> str:
        """Fixed for the letter's life (RFC 5322, section 3.6.4), and it tells nothing of whom it is for."""
        return f"<{self.pk}@{settings.SITE_URL.partition('://')[2].partition(':')[0]}>"

    def renew_lease(self) -> bool:
        """Whether the letter is still this worker's to send."""
        return self._leased().update(due_at=timezone.now() + LEASE) == 1

    def mark_sent(self) -> None:
        """Done. When it left is forgotten; that it left is kept, so that it never leaves again."""
        self._leased().update(state=self.State.SENT, due_at=None, created_at=None, lease="", error="")

    def retry_later(self, error: str) -> None:
        """Put back for later, or given up for staff to see."""
        if self.tries >= MAX_TRIES:
            return self.give_up(error)
        minutes = RETRY_MINUTES[self.tries - 1] if self.tries <= len(RETRY_MINUTES) else MAX_RETRY_MINUTES
        pause = timedelta(minutes=minutes * random.uniform(0.9, 1.1))  # noqa: S311 - spreads the tries, guards nothing
        self._leased().update(due_at=timezone.now() + pause, lease="", error=error)
        return None

    def give_up(self, error: str) -> None:
        self._leased().update(state=self.State.FAILED, due_at=None, lease="", error=error)
        logger.error("A letter was given up: %s, %s.", self.pk, error)

    def release(self) -> None:
        """Not tried after all: the mail server does not answer anyone."""
        later = timezone.now() + timedelta(minutes=RETRY_MINUTES[0])
        self._leased().update(due_at=later, lease="", tries=models.F("tries") - 1)

    def _leased(self) -> Any:
        return type(self)._default_manager.filter(pk=self.pk, lease=self.lease)


def deliver(queue: OutgoingMailQuerySet, write: Callable[[Any], EmailMessage | None], number: int = BATCH_SIZE) -> int:
    """Send at most `number` due letters. Returns how many were taken in hand.

    `write` gives the message, or None for a letter that no longer has anything to say: that one is removed.
    """
    letters = queue.claim(number)
    connection = get_connection() if letters else None
    answers = True
    for letter in letters:
        if not answers:  # 15 silent seconds are enough: the worker has more to do than wait
            letter.release()
        elif letter.renew_lease():
            answers = _send(letter, write, connection)
    if connection:
        connection.close()
    return len(letters)


def _send(letter: Any, write: Callable[[Any], EmailMessage | None], connection: Any) -> bool:
    """Whether the mail server still answers."""
    try:
        message = write(letter)
        if message is None:
            letter._leased().delete()
            return True
        message.extra_headers["Message-ID"] = letter.message_id()
        connection.open()  # kept open from letter to letter
        connection.send_messages([message])
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one letter must not lose it or hold up the rest
        connection.close()
        name = error_name(error)
        if is_permanent(error):
            letter.give_up(name)
        else:
            letter.retry_later(name)
        return not isinstance(error, OSError) or isinstance(error, MESSAGE_ERRORS)
    letter.mark_sent()
    return True


def is_permanent(error: Exception) -> bool:
    """Whether the address or message was refused for good (RFC 5321, section 4.2.1: 5yz), or cannot be written down."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, UnicodeError) or (isinstance(error, SMTPDataError) and error.smtp_code >= 500)


def error_name(error: Exception) -> str:
    """The kind of fault and its code. A mail server's own words may repeat the address."""
    code = ""
    if isinstance(error, SMTPRecipientsRefused):
        code = str(next(iter(error.recipients.values()))[0])
    elif isinstance(error, SMTPResponseException):
        code = str(error.smtp_code)
    kind = type(error).__name__ if isinstance(error, SMTPException | OSError) else f"fault {type(error).__name__}"
    return f"{kind} {code}".strip()[:60]
