"""Which rows a page is made of: every published thing that is read from the database while it is made."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

Things = set[tuple[str, Any]]  # kind, as in "pages.page", and number
_things: ContextVar[Things | None] = ContextVar("things", default=None)


@contextmanager
def noting() -> Iterator[Things]:
    """Inside, the set that is given fills with what is read."""
    things: Things = set()
    token = _things.set(things)
    try:
        yield things
    finally:
        _things.reset(token)


def note(kind: str, number: Any) -> None:
    things = _things.get()
    if things is not None:
        things.add((kind, number))
