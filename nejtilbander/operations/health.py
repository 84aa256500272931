"""Probes for a platform: whether this process can answer readers, and whether the worker is behind."""

import time

from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse

from nejtilbander.background.worker import overdue
from nejtilbander.caching.store import page_store, store_state
from nejtilbander.web.decorators import NO_STORE, public_view
from nejtilbander.web.rendering import plain_text

TIMEOUT = 1.0  # seconds; a database that takes longer is no use to a reader


@public_view(NO_STORE)
def readiness(request: HttpRequest) -> HttpResponse:
    """503 when this process cannot answer readers now, so that others are asked instead.

    Kept pages are looked for first: a node that is cut off from the database goes on, and no probe waits for it.
    """
    if page_store and store_state.may_serve_stale:
        return plain_text("ok" if store_state.is_database_up else "database: no answer; kept pages are handed out")
    try:
        took = answering_time()
    except (DatabaseError, InterfaceError):
        return plain_text("database: no answer", 503)
    return plain_text("ok") if took <= TIMEOUT else plain_text("database: slow", 503)


def answering_time() -> float:
    """Seconds until the database has answered the smallest question. Raises DatabaseError or InterfaceError."""
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return time.perf_counter() - began


@public_view(NO_STORE)
def health(request: HttpRequest) -> HttpResponse:
    """Plain text for a platform's probe: 503 when the database does not answer.

    A worker that is behind is told of, and does not make this 503: the pages can still be read.
    """
    try:
        late = overdue()
    except DatabaseError:
        return plain_text("database: no answer", status=503)
    return plain_text("\n".join(late) or "ok")


@public_view(NO_STORE)
def worker_health(request: HttpRequest) -> HttpResponse:
    """503 when letters, offers or erasing are behind: what somebody should be woken for."""
    try:
        late = overdue()
    except DatabaseError:
        return plain_text("database: no answer", status=503)
    return plain_text("\n".join(late) or "ok", status=503 if late else 200)
