"""`python -m nejtilbander.server -b ADDRESS:PORT`: the web server, as WEB_SERVER names it.

gunicorn is the default: written in Python, and understood by most. granian, written in Rust, hands out kept pages with
a tenth of the work (docs/performance.md), and is installed apart from the rest (requirements-granian.txt).
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
    """This process becomes the web server. What else stands in `options` is the web server's own."""
    name = choice("WEB_SERVER", set(COMMANDS), "gunicorn")
    if find_spec(name) is None:
        refuse(f"WEB_SERVER is {name}, which is not installed. See requirements-{name}.txt.")
    os.environ.setdefault("MALLOC_TRIM_THRESHOLD_", "131072")  # bytes; what a page took is given back: 2 MB a process
    os.execv(sys.executable, [sys.executable, "-m", *COMMANDS[name], *options])  # noqa: S606 - our own words


if __name__ == "__main__":
    main(sys.argv[1:])
