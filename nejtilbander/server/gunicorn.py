"""How gunicorn serves the site: `-c python:nejtilbander.server.gunicorn`; the command line adds the address."""

import gc

from nejtilbander.environment import choice

workers = 2
worker_class = "sync"  # one request a process: waiting threads cost SQLite a p99 of 361 ms against 49 (research)
preload_app = True  # a wrong setting stops the start with one sentence, instead of restarting workers for ever
accesslog = None  # who reads what is nobody's business
errorlog = "-"
# gunicorn would write the address of whoever sends a broken request.
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
timeout = 30
# A process that begins has no kept pages. Its memory does not grow (bench/weight.py), so it begins again seldom: at
# 10,000 requests it would, on a busy day, every other second.
max_requests, max_requests_jitter = 1_000_000, 100_000
control_socket_disable = True  # it would write outside the data directory
proc_name = "nejtilbander"


def when_ready(server: object) -> None:
    """What is loaded by now stays: not looking through it for garbage spares a page made anew a tenth of its time, and
    the processes that are forked from here share its memory."""
    gc.collect()
    gc.freeze()
