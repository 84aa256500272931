"""What the logs may say: what went wrong, and nothing about who was there."""

import logging
import re

_PEOPLE = [
    (re.compile(r"(min-tilmelding/)[\w-]{20,}"), r"\1..."),  # the address of a sign-up is the key to it
    (re.compile(r"[^\s@<>\"'=(]+@[^\s@<>\"')]+"), "...@..."),
    (re.compile(r"\b(ip=|from )[\da-fA-F.:]+\b"), r"\1..."),  # gunicorn names who sent a broken request
]


def scrubbed(text: str) -> str:
    """`text` without tokens, e-mail addresses and network addresses."""
    for pattern, instead in _PEOPLE:
        text = pattern.sub(instead, text)
    return text


class Scrubbed(logging.Formatter):
    """Scrubs the whole entry, its traceback too."""

    def format(self, record: logging.LogRecord) -> str:
        return scrubbed(super().format(record))
