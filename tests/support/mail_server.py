"""A real mail server on this machine alone, that keeps what it is given."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from tests.support.live_server import free_port
from tests.support.waiting import wait_until


class Mailbox:
    """`letters` in the order they came. `answers` says what is answered to an address, or after its letter's text."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.refused = 0  # how often a sender was refused
        self.answers: dict[str, str] = {}
        self.answers_to_text: dict[str, str] = {}
        self.slow = ""  # an address that is not answered for a minute
        self.sender_answer = "250 OK"

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        envelope.mail_from = address
        self.refused += not self.sender_answer.startswith("2")
        return self.sender_answer

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address == self.slow:
            await asyncio.sleep(60)
        envelope.rcpt_tos.append(address)
        return self.answers.get(address, "250 OK")

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        answer = self.answers_to_text.get(envelope.rcpt_tos[0], "250 OK")
        if answer.startswith("2"):
            self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return answer

    def to(self, address: str) -> list[EmailMessage]:
        return [letter for letter in self.letters if letter["To"] == address]

    def wait_for(self, address: str, number: int = 1) -> EmailMessage:
        """The `number`th letter to `address`, once it has come."""
        enough = f"letter {number} to {address}"
        wait_until(lambda: len(self.to(address)) >= number, enough, progress=lambda: len(self.letters))
        return self.to(address)[number - 1]


@contextmanager
def serving_mail(port: int = 0) -> Iterator[tuple[Mailbox, int]]:
    """The mailbox and its port, until the block ends."""
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port or free_port())
    controller.start()
    try:
        yield mailbox, controller.port
    finally:
        controller.stop()
