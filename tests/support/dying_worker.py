"""A worker that is killed at each step of sending a letter, each time in a process of its own."""

import json
import os
import signal
import smtplib
import sys
from collections.abc import Callable
from typing import Any

from django.core.mail.backends.smtp import EmailBackend
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from events.letters.rendering import render_letter
from events.models import Letter
from nejtilbander.background.outbox import deliver
from tests.support.factories import a_meeting, a_signup

# Step -> whose function, its name, and whether the worker dies before or after it was called.
STEPS: list[tuple[str, Any, str, str]] = [
    ("claimed", Letter, "renew_lease", "before"),
    ("leased", Letter, "renew_lease", "after"),
    ("connected", EmailBackend, "open", "after"),
    ("greeted", smtplib.SMTP, "rcpt", "after"),
    ("half sent", smtplib.SMTP, "data", "half"),
    ("sent", Letter, "mark_sent", "before"),
    ("written down", Letter, "mark_sent", "after"),
]


def main() -> None:
    """Two letters for each step: the one the worker dies over, and one more that it had claimed."""
    call_command("migrate", verbosity=0)
    event = a_meeting(key=True)
    ends = {}
    for step, *how in STEPS:
        for which in ("first", "second"):
            a_signup(event, f"{step.replace(' ', '-')}.{which}@example.dk")
        connections.close_all()
        child = os.fork()
        if not child:
            die_at(*how)
            send()
            os._exit(0)
        _, status = os.waitpid(child, 0)
        waiting = Letter.objects.waiting()
        early = send()  # by another worker: what is leased is not touched
        ends[step] = [os.WTERMSIG(status) == signal.SIGKILL, waiting.exclude(lease="").count(), early]
        waiting.update(due_at=timezone.now())  # five minutes later
        send()
    unsent = Letter.objects.exclude(state=Letter.State.SENT).count()
    ids = {letter.message_id() for letter in Letter.objects.all()}
    json.dump({"ends": ends, "unsent": unsent, "ids": sorted(ids)}, sys.stdout)


def send() -> int:
    return deliver(
        Letter.objects.order_by("due_at").select_related("event__seats", "signup__event", "staff"), render_letter
    )


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_at(owner: Any, name: str, when: str) -> None:
    function: Callable[..., Any] = getattr(owner, name)

    def fatal(self: Any, *words: Any, **more: Any) -> Any:
        if when == "before":
            die()
        if when == "half":
            self.putcmd("data")
            self.getreply()
            self.send(words[0][: len(words[0]) // 2])
            die()
        done = function(self, *words, **more)
        die()
        return done

    setattr(owner, name, fatal)
