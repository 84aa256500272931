"""How gunicorn serves the site. Given as `-c python:nejtilbander.gunicorn`; the command line adds the address."""

from nejtilbander.environment import choice

workers = 2
worker_class = "sync"  # one request a process: waiting threads cost SQLite a p99 of 361 ms against 49 (research)
preload_app = True  # a wrong setting stops the start with one sentence, instead of restarting workers for ever
accesslog = None  # who reads what is nobody's business
errorlog = "-"
# gunicorn would write the address of whoever sends a broken request.
logconfig_dict = {
    "formatters": {
        "plain": {"()": "nejtilbander.logs.Scrubbed", "format": "%(asctime)s %(levelname)s %(message)s"},
        "json": {"()": "nejtilbander.logs.Json"},
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
max_requests, max_requests_jitter = 10_000, 1_000
control_socket_disable = True  # it would write outside the data directory
proc_name = "nejtilbander"
