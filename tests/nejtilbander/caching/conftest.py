"""A server with the page cache in front of Django, for the tests of this package."""

import gzip
import io
from contextlib import ExitStack

import brotli
import pytest
from django.core import signals
from django.core.handlers.wsgi import WSGIHandler
from django.db import DatabaseError, close_old_connections, connection

from nejtilbander.caching import watcher
from nejtilbander.caching.store import page_store, store_state
from nejtilbander.caching.wsgi import PageCacheApplication

HOST = "nej.example.dk"


class Server:
    """Requests as a server passes them on; `woken` counts those that reached Django."""

    def __init__(self):
        self.woken = 0
        self.handler = WSGIHandler()
        self.application = PageCacheApplication(self.django, self.ensure_running)
        self.watcher = watcher.ChangeWatcher()

    def ensure_running(self):
        pass

    def django(self, environ, start_response):
        self.woken += 1
        return self.handler(environ, start_response)

    def get(self, path, method="GET", host=HOST, scheme="https", **headers):
        path, _, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": host, "SERVER_NAME": host,
            "SERVER_PORT": "443", "wsgi.url_scheme": scheme, "wsgi.input": io.BytesIO(), "REMOTE_ADDR": "127.0.0.1",
            "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.errors": io.StringIO(),
        } | headers  # fmt: skip
        began = []
        answer = self.application(environ, lambda status, headers, *_: began.append((int(status[:3]), dict(headers))))
        body = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        return Answer(*began[0], body)

    def is_kept(self, path):
        """True when the page comes without reaching Django."""
        before = self.woken
        self.get(path)
        return self.woken == before

    def poll(self):
        """A second passes."""
        self.watcher.poll()


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self):
        unpack = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}
        return unpack[self.headers.get("Content-Encoding", "")](self.body).decode()


@pytest.fixture
def server(settings, monkeypatch, tmp_path):
    settings.SITE_URL, settings.ALLOWED_HOSTS, settings.DATA_DIR = f"https://{HOST}", [HOST], tmp_path
    settings.HTTPS = settings.SECURE_SSL_REDIRECT = True
    monkeypatch.setattr(store_state, "is_enabled", False)
    monkeypatch.setattr(store_state, "is_database_up", True)
    page_store.clear()
    ends = (signals.request_started, signals.request_finished)
    for end in ends:
        end.disconnect(close_old_connections)  # the test's own transaction lives in the connection
    server = Server()
    server.poll()
    server.poll()
    yield server
    page_store.clear()
    for end in ends:
        end.connect(close_old_connections)


@pytest.fixture
def is_away():
    """Call it, and the database does not answer any more; call it with False, and it does."""
    with ExitStack() as stack:

        def refuse(*given, **more):
            raise DatabaseError("no answer")

        def leave(is_away=True):
            return stack.enter_context(connection.execute_wrapper(refuse)) if is_away else stack.close()

        yield leave
