"""What the logs may say: what went wrong, and nothing about who was there."""

import json
import logging
import re
from datetime import UTC, datetime

_PEOPLE = [
    (re.compile(r"(min-tilmelding/|kladde/)[\w-]{20,}"), r"\1..."),  # the address is the key to it
    (re.compile(r"[^\s@<>\"'=(]+@[^\s@<>\"')]+"), "...@..."),
    (re.compile(r"\b(ip=|from )[\da-fA-F.:]+\b"), r"\1..."),  # gunicorn names who sent a broken request
]


def scrub(text: str) -> str:
    """`text` without tokens, e-mail addresses and network addresses."""
    for pattern, instead in _PEOPLE:
        text = pattern.sub(instead, text)
    return text


class ScrubbingFormatter(logging.Formatter):
    """Scrubs the whole entry, its traceback too."""

    def format(self, record: logging.LogRecord) -> str:
        return scrub(super().format(record))


class JsonFormatter(ScrubbingFormatter):
    """One JSON object a line, for systems that collect logs. A traceback stands in the message."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": super().format(record),
        }
        return json.dumps(entry, ensure_ascii=False)
