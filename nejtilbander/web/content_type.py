"""The Content-Type of requests, without what could decide how the address and the form are decoded.

Both are UTF-8: forms have no charset (HTML, "URL-encoded form data"; RFC 7578, section 5.1.2). Django would decode them
with the codec that a client names, before any middleware runs, and some of Python's codecs raise.
"""

import re
from collections.abc import Iterable

from nejtilbander.caching.store import Environ, StartResponse
from nejtilbander.caching.wsgi import Application

_BOUNDARY = re.compile(r';\s*(boundary=(?:"[^"]{1,200}"|[^\s;"]{1,200}))', re.IGNORECASE)
MAX_TYPE = 200  # characters; RFC 6838 allows 127 on each side of the slash, and the longest in use has 73


def without_charset(content_type: str) -> str:
    """`content_type` with the one parameter a form may have, its boundary."""
    media_type, _, _ = content_type.partition(";")
    boundary = _BOUNDARY.search(content_type)
    return media_type.strip()[:MAX_TYPE] + (f"; {boundary[1]}" if boundary else "")


class ContentTypeApplication:
    """A WSGI application that hands `application` each request with its Content-Type `without_charset`."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        environ["CONTENT_TYPE"] = without_charset(environ.get("CONTENT_TYPE", ""))
        return self.application(environ, start_response)
