"""Starts granian with gunicorn's number of processes, each with one request at a time."""

from argparse import ArgumentParser

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

import nejtilbander.wsgi  # noqa: F401 - before the fork: see there
from nejtilbander.server import gunicorn

HEADER_TIMEOUT = 5_000  # milliseconds for a client to send its headers
MAX_HEADERS = 16_384  # bytes, with the request line
LOGS = gunicorn.logconfig_dict | {
    "version": 1,
    "disable_existing_loggers": False,
    "loggers": {"_granian": {"handlers": ["console"], "propagate": False}},
}


def main() -> None:
    parser = ArgumentParser("nejtilbander.server")
    parser.add_argument("-b", "--bind", default="127.0.0.1:8000", metavar="ADDRESS:PORT")
    host, _, port = parser.parse_args().bind.rpartition(":")
    Granian(
        "nejtilbander.wsgi:application", host, int(port), interface=Interfaces.WSGI, http=HTTPModes.http1,
        websockets=False, workers=gunicorn.workers, blocking_threads=1, respawn_failed_workers=True,
        respawn_interval=0.5, log_level=LogLevels.warning, log_dictconfig=LOGS,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_TIMEOUT, max_buffer_size=MAX_HEADERS),
    ).serve()  # fmt: skip


if __name__ == "__main__":
    main()
