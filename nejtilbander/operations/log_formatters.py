"""Log formatters that remove tokens and addresses: the log says what went wrong, not who was there."""

import json
import logging
import re
from datetime import UTC, datetime

_PERSONAL = [
    (re.compile(r"(min-tilmelding/|kladde/|konto/adgangskode/)[\w-]{20,}"), r"\1..."),  # the address is a credential
    # Begins where a word does, or each letter of a long word would be the beginning of another try.
    (re.compile(r"(?<![^\s@<>\"'=()])[^\s@<>\"'=()]++@[^\s@<>\"')]++"), "...@..."),
    (re.compile(r"\b(ip=|from )[\da-fA-F.:]+\b"), r"\1..."),  # gunicorn logs the client of a malformed request
]


def scrub(text: str) -> str:
    """`text` without tokens, e-mail addresses and network addresses."""
    for pattern, replacement in _PERSONAL:
        text = pattern.sub(replacement, text)
    return text


class ScrubbingFormatter(logging.Formatter):
    """Scrubs the whole entry, including its traceback."""

    def format(self, record: logging.LogRecord) -> str:
        return scrub(super().format(record))


class JsonFormatter(ScrubbingFormatter):
    """One JSON object a line, for log collectors. A traceback is part of the message."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": super().format(record),
        }
        return json.dumps(entry, ensure_ascii=False)
