"""Records which published rows are read from the database while a page is made."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

ObjectRef = tuple[str, int]  # model label, as in "pages.page", and primary key
_reads: ContextVar[set[ObjectRef] | None] = ContextVar("reads", default=None)


@contextmanager
def record_reads() -> Iterator[set[ObjectRef]]:
    """Yields a set that fills with every ContentModel row loaded inside."""
    objects: set[ObjectRef] = set()
    token = _reads.set(objects)
    try:
        yield objects
    finally:
        _reads.reset(token)


def record(label: str, pk: int) -> None:
    objects = _reads.get()
    if objects is not None:
        objects.add((label, pk))
