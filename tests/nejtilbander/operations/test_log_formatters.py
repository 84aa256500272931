"""The logs tell what went wrong, and nothing about who was there."""

import json
import logging

import pytest

from nejtilbander.operations.log_formatters import JsonFormatter, ScrubbingFormatter, scrub
from tests.support.live_server import answers, environment, serving
from tests.support.settings_check import GOOD, start

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
    assert scrub(said) == written


def a_broken_request():
    """What is logged when something breaks on the page of somebody's sign-up."""
    try:
        int(f"min-tilmelding/{TOKEN} of amina@example.dk")
    except ValueError as error:
        seen = (type(error), error, error.__traceback__)
        return logging.LogRecord("django.request", logging.ERROR, "", 1, "%s", ("broke",), seen)


def test_a_traceback_is_scrubbed_too():
    text = ScrubbingFormatter("%(message)s").format(a_broken_request())

    assert text.startswith("broke\nTraceback")
    assert text.endswith("'min-tilmelding/... of ...@...'")


def test_as_json_an_entry_is_one_object_on_one_line_and_as_scrubbed():
    record = a_broken_request()
    record.created = 1_800_000_000.5
    line = JsonFormatter().format(record)

    entry = json.loads(line)
    assert list(entry) == ["time", "level", "logger", "message"]
    assert entry == {
        "time": "2027-01-15T08:00:00.500+00:00", "level": "ERROR", "logger": "django.request",
        "message": ScrubbingFormatter("%(message)s").format(a_broken_request()),
    }  # fmt: skip
    assert "\n" not in line
    assert "'min-tilmelding/... of ...@...'" in line
    assert not any(secret in line for secret in (TOKEN, "amina"))


SAY = """
import logging
logging.getLogger("events.tasks").warning("Æblet %s", "amina@example.dk")
logging.getLogger("nejtilbander.changes").info('{"who": 7}')
"""


@pytest.mark.process
def test_an_operator_chooses_plain_lines_or_json():
    ended = start(GOOD | {"LOG_FORMAT": "json"}, "shell", "-v", "0", "-c", SAY)
    entries = [json.loads(line) for line in ended.stderr.splitlines()]
    assert [(entry["level"], entry["logger"], entry["message"]) for entry in entries] == [
        ("WARNING", "events.tasks", "Æblet ...@..."),
        ("INFO", "nejtilbander.changes", '{"who": 7}'),
    ]

    plain = start(GOOD, "shell", "-v", "0", "-c", SAY).stderr.splitlines()
    assert [plain[0].split(" ", 2)[2], *plain[1:]] == ["WARNING events.tasks: Æblet ...@...", '{"who": 7}']


@pytest.mark.process
def test_the_web_servers_own_log_is_in_the_same_form(tmp_path):
    log = tmp_path / "log"
    settings = environment(tmp_path, LOG_FORMAT="json")
    with log.open("wb") as file, serving(settings, "--log-level", "info", log=file) as site:
        assert answers(f"{site}/robots.txt") == 200

    entries = [json.loads(line) for line in log.read_text().splitlines()]
    assert {tuple(entry) for entry in entries} == {("time", "level", "logger", "message")}
    booted = [entry["logger"] for entry in entries if entry["message"].startswith("Booting worker")]
    assert booted == ["gunicorn.error", "gunicorn.error"]
