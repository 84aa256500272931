"""Asks the page cache as a browser would, and tells whether Django woke."""

import gzip
import io

import brotli
from django.core.handlers.wsgi import WSGIHandler

from nejtilbander.caching import watcher
from nejtilbander.caching.store import page_store
from nejtilbander.caching.wsgi import PageCacheApplication
from nejtilbander.publishing import actions
from tests.support.factories import a_working_copy

HOST = "nej.example.dk"
PLAIN, PACKED = "", "br, gzip"


class Server:
    """A server with the door in front: asks as a browser would, and tells whether Django woke."""

    def __init__(self):
        self.woken = 0
        self.handler = WSGIHandler()
        self.door = PageCacheApplication(self.django, self.before_request)
        self.heart = watcher.ChangeWatcher()

    def before_request(self):
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
        answer = self.door(environ, lambda status, headers, *_: began.append((int(status[:3]), dict(headers))))
        body = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        return Answer(*began[0], body)

    def is_kept(self, path):
        """Whether the page comes without waking Django."""
        before = self.woken
        self.get(path)
        return self.woken == before

    def run(self):
        """A second passes."""
        self.heart.poll()


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self):
        unpack = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}
        return unpack[self.headers.get("Content-Encoding", "")](self.body).decode()


KEPT = [
    "/", "/hvem/", "/hjaelp/", "/udtalelse/", "/indsatser/", "/indsatser/klubhuse/", "/indsatser/al-capone-modellen/",
    "/stormoeder/", "/stormoeder/naboskab/", "/stormoeder/frivillige/", "/ar/indsatser/klubhuse/", "/aktuelt.atom",
]  # fmt: skip


def forgotten(server, change):
    """Which of the kept pages are made again after `change` and a second."""
    for path in KEPT:
        server.get(path)
    change()
    server.run()
    found = {path for path in KEPT if page_store[path].is_stale}
    server.run()
    return found


def publish(obj, title):
    return lambda: actions.publish(obj, a_working_copy(obj, title))
