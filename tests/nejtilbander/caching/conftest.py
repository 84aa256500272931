"""A server with the page cache in front."""

from contextlib import ExitStack

import pytest
from django.db import DatabaseError, connection

from nejtilbander.caching.store import page_store, store_state
from tests.nejtilbander.caching.driver import HOST, Server


@pytest.fixture
def server(settings, monkeypatch, tmp_path, lasting_connection):
    settings.SITE_URL, settings.ALLOWED_HOSTS, settings.DATA_DIR = f"https://{HOST}", [HOST], tmp_path
    settings.HTTPS = settings.SECURE_SSL_REDIRECT = True
    monkeypatch.setattr(store_state, "is_enabled", False)
    monkeypatch.setattr(store_state, "is_database_up", True)
    page_store.clear()
    server = Server()
    server.run()
    server.run()
    yield server
    page_store.clear()


@pytest.fixture
def is_away():
    """Call it, and the database does not answer any more; call it with False, and it does."""
    with ExitStack() as stack:

        def refuse(*given, **more):
            raise DatabaseError("no answer")

        def leave(is_away=True):
            return stack.enter_context(connection.execute_wrapper(refuse)) if is_away else stack.close()

        yield leave
