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
BATCH = 10
PAUSES = [1, 2, 5, 15, 30, 60, 120, 240]  # minutes before each new try; then every six hours
LONGEST_PAUSE = 360
# SMTP's faults are OSErrors too; these speak of one letter, the others of the server.
ABOUT_ONE_LETTER = (SMTPRecipientsRefused, SMTPDataError, SMTPSenderRefused)
TRIES = 20  # about three days; then staff see it as failed

logger = logging.getLogger(__name__)


class OutgoingQuerySet(models.QuerySet[Any]):
    def waiting(self) -> Self:
        return self.filter(state=Outgoing.State.WAITING)

    def failed(self) -> Self:
        return self.filter(state=Outgoing.State.FAILED)

    def send_given_up(self) -> int:
        """Try again what was given up, from the beginning."""
        now = timezone.now()
        return self.failed().update(state=Outgoing.State.WAITING, due_at=now, written_at=now, tries=0, fault="")

    def claim(self, number: int) -> list[Any]:
        """At most `number` letters that are due, leased to the caller alone: one conditional UPDATE decides."""
        now, lease = timezone.now(), uuid.uuid4().hex
        due = self.waiting().filter(due_at__lte=now)
        keys = list(due.order_by("-is_urgent", "due_at").values_list("pk", flat=True)[:number])
        if not keys or not due.filter(pk__in=keys).update(lease=lease, due_at=now + LEASE, tries=models.F("tries") + 1):
            return []
        return list(self.filter(lease=lease).order_by("pk"))


class Outgoing(models.Model):
    """One letter. `due_at` is when it may next be tried, which is also when a lease runs out."""

    class State(models.TextChoices):
        WAITING = "waiting", "venter"
        SENT = "sent", "sendt"
        FAILED = "failed", "opgivet"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField("tilstand", max_length=7, choices=State, default=State.WAITING)
    due_at = models.DateTimeField("tidligst", null=True, default=timezone.now)
    written_at = models.DateTimeField("skrevet", null=True, default=timezone.now)
    is_urgent = models.BooleanField("haster", default=True)  # somebody waits for it; not one of many
    lease = models.CharField(max_length=32, blank=True)
    tries = models.PositiveSmallIntegerField("forsøg", default=0)
    fault = models.CharField("fejl", max_length=60, blank=True)  # the kind of fault, never the server's words

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.pk)

    def message_id(self) -> str:
        """Fixed for the letter's life (RFC 5322, section 3.6.4), and it tells nothing of whom it is for."""
        return f"<{self.pk}@{settings.SITE_URL.partition('://')[2].partition(':')[0]}>"

    def renew(self) -> bool:
        """Whether the letter is still this worker's to send."""
        return self._mine().update(due_at=timezone.now() + LEASE) == 1

    def is_sent(self) -> None:
        """Done. When it left is forgotten; that it left is kept, so that it never leaves again."""
        self._mine().update(state=self.State.SENT, due_at=None, written_at=None, lease="", fault="")

    def try_again(self, fault: str) -> None:
        """Put back for later, or given up for staff to see."""
        if self.tries >= TRIES:
            return self.give_up(fault)
        minutes = PAUSES[self.tries - 1] if self.tries <= len(PAUSES) else LONGEST_PAUSE
        pause = timedelta(minutes=minutes * random.uniform(0.9, 1.1))  # noqa: S311 - spreads the tries, guards nothing
        self._mine().update(due_at=timezone.now() + pause, lease="", fault=fault)
        return None

    def give_up(self, fault: str) -> None:
        self._mine().update(state=self.State.FAILED, due_at=None, lease="", fault=fault)
        logger.error("A letter was given up: %s, %s.", self.pk, fault)

    def put_back(self) -> None:
        """Not tried after all: the mail server does not answer anyone."""
        later = timezone.now() + timedelta(minutes=PAUSES[0])
        self._mine().update(due_at=later, lease="", tries=models.F("tries") - 1)

    def _mine(self) -> Any:
        return type(self)._default_manager.filter(pk=self.pk, lease=self.lease)


def deliver(queue: OutgoingQuerySet, write: Callable[[Any], EmailMessage | None], number: int = BATCH) -> int:
    """Send at most `number` due letters. Returns how many were taken in hand.

    `write` gives the message, or None for a letter that no longer has anything to say: that one is removed.
    """
    letters = queue.claim(number)
    connection = get_connection() if letters else None
    answers = True
    for letter in letters:
        if not answers:  # 15 silent seconds are enough: the worker has more to do than wait
            letter.put_back()
        elif letter.renew():
            answers = _send(letter, write, connection)
    if connection:
        connection.close()
    return len(letters)


def _send(letter: Any, write: Callable[[Any], EmailMessage | None], connection: Any) -> bool:
    """Whether the mail server still answers."""
    try:
        message = write(letter)
        if message is None:
            letter._mine().delete()
            return True
        message.extra_headers["Message-ID"] = letter.message_id()
        connection.open()  # kept open from letter to letter
        connection.send_messages([message])
    except Exception as fault:  # noqa: BLE001 - whatever is wrong with one letter must not lose it or hold up the rest
        connection.close()
        name = name_of(fault)
        if is_final(fault):
            letter.give_up(name)
        else:
            letter.try_again(name)
        return not isinstance(fault, OSError) or isinstance(fault, ABOUT_ONE_LETTER)
    letter.is_sent()
    return True


def is_final(fault: Exception) -> bool:
    """Whether the address or message was refused for good (RFC 5321, section 4.2.1: 5yz), or cannot be written down."""
    if isinstance(fault, SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in fault.recipients.values())
    return isinstance(fault, UnicodeError) or (isinstance(fault, SMTPDataError) and fault.smtp_code >= 500)


def name_of(fault: Exception) -> str:
    """The kind of fault and its code. A mail server's own words may repeat the address."""
    code = ""
    if isinstance(fault, SMTPRecipientsRefused):
        code = str(next(iter(fault.recipients.values()))[0])
    elif isinstance(fault, SMTPResponseException):
        code = str(fault.smtp_code)
    kind = type(fault).__name__ if isinstance(fault, SMTPException | OSError) else f"fault {type(fault).__name__}"
    return f"{kind} {code}".strip()[:60]
