"""Which rows a page is made of: every published thing that is read from the database while it is made."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

ObjectRefs = set[tuple[str, Any]]  # kind, as in "pages.page", and number
_reads: ContextVar[ObjectRefs | None] = ContextVar("things", default=None)


@contextmanager
def record_reads() -> Iterator[ObjectRefs]:
    """Inside, the set that is given fills with what is read."""
    objects: ObjectRefs = set()
    token = _reads.set(objects)
    try:
        yield objects
    finally:
        _reads.reset(token)


def record(kind: str, number: Any) -> None:
    objects = _reads.get()
    if objects is not None:
        objects.add((kind, number))
