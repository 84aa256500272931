"""The gunicorn configuration: `-c python:nejtilbander.server.gunicorn`; the command line adds the address."""

import gc

from nejtilbander.environment import choice
from nejtilbander.server import direct_answers

workers = 2
worker_class = "sync"  # one request a process: waiting threads cost SQLite a p99 of 361 ms against 49 (research)
preload_app = True  # a wrong setting ends the start with one sentence, instead of restarting workers for ever
accesslog = None  # privacy: no record of who reads what
errorlog = "-"
# The formatters scrub client addresses, which gunicorn logs with a malformed request.
logconfig_dict = {
    "formatters": {
        "plain": {
            "()": "nejtilbander.operations.log_formatters.ScrubbingFormatter",
            "format": "%(asctime)s %(levelname)s %(message)s",
        },
        "json": {"()": "nejtilbander.operations.log_formatters.JsonFormatter"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": choice("LOG_FORMAT", {"plain", "json"}, "plain"),
        }
    },
    "loggers": {"gunicorn.error": {"handlers": ["console"], "propagate": False}},
}
loglevel = "warning"
limit_request_line = 4094
limit_request_fields = 50
forwarder_headers = ""  # no header of a client's becomes SCRIPT_NAME or PATH_INFO, whoever passes it on
timeout = 30
graceful_timeout = 30  # seconds to finish requests after SIGTERM; supervisor.py, compose.yaml and deploy/ wait longer
# A new process has no cached pages. Its memory does not grow (bench/weight.py), so it is seldom replaced: at 10,000
# requests that would be every other second on a busy day.
max_requests, max_requests_jitter = 1_000_000, 100_000
control_socket_disable = True  # the socket would be outside the data directory
proc_name = "nejtilbander"


def on_starting(server: object) -> None:
    """What gunicorn answers by itself carries the site's headers."""
    direct_answers.install()


def when_ready(server: object) -> None:
    """Freeze the loaded objects, so that the forked workers share their memory and the garbage collector skips them.

    That saves a tenth of the time of an uncached page.
    """
    gc.collect()
    gc.freeze()
