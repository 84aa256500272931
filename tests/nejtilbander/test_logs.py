"""The logs tell what went wrong, and nothing about who was there."""

import logging

import pytest

from nejtilbander.logs import Scrubbed, scrubbed

pytestmark = pytest.mark.walk


TOKEN = "jyfHQxqVUNnROHjSFKhy3rnuDkcQ9itkvUutPn_SpoE"


@pytest.mark.parametrize(
    ("said", "written"),
    [
        (f"Internal Server Error: /ar/min-tilmelding/{TOKEN}/", "Internal Server Error: /ar/min-tilmelding/.../"),
        ("550 <amina@example.dk>: unknown", "550 <...@...>: unknown"),
        ("Invalid request from ip=10.1.2.3: x", "Invalid request from ip=...: x"),
        ("Invalid request from ip=2001:db8::7: x", "Invalid request from ip=...: x"),
        ("Not Found: /min-tilmelding/slettet/", "Not Found: /min-tilmelding/slettet/"),
        ("worker exiting (pid: 7)", "worker exiting (pid: 7)"),
    ],
    ids=["token", "mail", "ip", "ipv6", "no token", "nobody"],
)
def test_tokens_and_addresses_are_taken_out(said, written):
    assert scrubbed(said) == written


def test_a_traceback_is_scrubbed_too():
    try:
        int(f"min-tilmelding/{TOKEN} of amina@example.dk")
    except ValueError as fault:
        record = logging.LogRecord("x", logging.ERROR, "", 1, "broke", (), (type(fault), fault, fault.__traceback__))
    text = Scrubbed("%(message)s").format(record)

    assert text.startswith("broke\nTraceback")
    assert text.endswith("'min-tilmelding/... of ...@...'")
