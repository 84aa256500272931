"""Health endpoints: the readiness of this process, and late work of the worker."""

import time

from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse

from nejtilbander.background.worker import overdue
from nejtilbander.caching.store import page_store, store_state
from nejtilbander.web.decorators import NO_STORE, public_view
from nejtilbander.web.rendering import plain_text

TIMEOUT = 1.0  # seconds; a slower database is no use to a reader


@public_view(NO_STORE)
def readiness(request: HttpRequest) -> HttpResponse:
    """Readiness probe: 503 when this process cannot answer readers now, so that others get the requests.

    Cached pages come first: a node that is cut off from the database goes on, and the probe does not wait for it.
    """
    if page_store and store_state.may_serve_stale:
        return plain_text("ok" if store_state.is_database_up else "database: no answer; kept pages are handed out")
    try:
        took = answering_time()
    except (DatabaseError, InterfaceError):
        return plain_text("database: no answer", 503)
    return plain_text("ok") if took <= TIMEOUT else plain_text("database: slow", 503)


def answering_time() -> float:
    """Seconds that SELECT 1 takes. Raises DatabaseError or InterfaceError."""
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return time.perf_counter() - began


@public_view(NO_STORE)
def health(request: HttpRequest) -> HttpResponse:
    """503 when the database does not answer. Late work is listed with status 200: the pages can still be read."""
    return _late_work(status=200)


@public_view(NO_STORE)
def worker_health(request: HttpRequest) -> HttpResponse:
    """503 when letters, offers or erasures are late, too: somebody should be woken."""
    return _late_work(status=503)


def _late_work(*, status: int) -> HttpResponse:
    """The late work, one sentence a line, with `status`; "ok" when there is none."""
    try:
        late = overdue()
    except DatabaseError:
        return plain_text("database: no answer", status=503)
    return plain_text("\n".join(late), status) if late else plain_text("ok")
