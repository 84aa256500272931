"""Sentences kept ready in six languages, for a notice that must be up within a minute (phrases.toml)."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from nejtilbander.notices.models import Notice


@dataclass(frozen=True)
class Phrase:
    """`title` and `body` have a text for every language; staff choose it by the Danish ones.

    A machine wrote the translations; `read` lists the languages in which a speaker has read them since.
    """

    key: str
    level: Notice.Level
    title: dict[str, str]
    body: dict[str, str]
    read: tuple[str, ...]


def load_phrases() -> dict[str, Phrase]:
    """The phrases by key, in the order staff see them."""
    file = tomllib.loads(Path(__file__).with_name("phrases.toml").read_text("utf-8"))
    return {
        key: Phrase(
            key, Notice.Level(one["level"]), one["title"], one["body"], tuple(one["read"]),
        )
        for key, one in file["phrase"].items()
    }  # fmt: skip


PHRASES = load_phrases()
