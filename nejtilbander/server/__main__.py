"""`python -m nejtilbander.server -b ADDRESS:PORT`: starts the web server that WEB_SERVER names.

gunicorn is the default: written in Python, and widely known. granian, written in Rust, serves cached pages with a tenth
of the work (docs/performance.md), and has requirements of its own (requirements-granian.txt).
"""

import os
import sys
from importlib.util import find_spec

from nejtilbander.environment import choice, refuse

COMMANDS = {
    "gunicorn": ["gunicorn", "nejtilbander.wsgi", "-c", "python:nejtilbander.server.gunicorn"],
    "granian": ["nejtilbander.server.granian"],
}


def main(options: list[str]) -> None:
    """Replace this process with the web server, which gets all `options`."""
    name = choice("WEB_SERVER", set(COMMANDS), "gunicorn")
    if find_spec(name) is None:
        refuse(f"WEB_SERVER is {name}, which is not installed. See requirements-{name}.txt.")
    os.environ.setdefault("MALLOC_TRIM_THRESHOLD_", "131072")  # bytes; memory is returned after a page: 2 MB a process
    os.execv(sys.executable, [sys.executable, "-m", *COMMANDS[name], *options])  # noqa: S606 - our own words


if __name__ == "__main__":
    main(sys.argv[1:])
