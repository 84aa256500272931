"""Another site, and none of the links of launch day."""

import threading
from http.server import ThreadingHTTPServer

import pytest

from pages.models import Initiative, Partner, Statement
from tests.support.other_site import Stranger


@pytest.fixture
def stranger():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Stranger)
    server.asked, server.over = [], threading.Event()
    server.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.over.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def only_ours(db):
    """Launch day without its links to the real world."""
    Initiative.objects.update(source_url="")
    Statement.objects.update(source_url="")
    Partner.objects.update(url="")
