"""`python -m nejtilbander.server.supervisor [options of the web server]`: runs the web server and the worker.

A process that dies is started again; SIGTERM or SIGINT to the supervisor stops both.
"""

import ctypes
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from types import FrameType

RESTART_DELAY = 1.0  # seconds before a process that died is started again
STOP_TIMEOUT = 45.0  # seconds for all processes to end: gunicorn gives a request 30 of them (graceful_timeout)
_PR_SET_PDEATHSIG = 1  # prctl(2)
Process = subprocess.Popen[bytes]


def main(options: list[str]) -> int:
    """Runs until SIGTERM or SIGINT. Returns 1 if the web server never came up; it has printed why."""
    commands = {
        "web": [sys.executable, "-m", "nejtilbander.server", *options],
        "worker": [sys.executable, "manage.py", "worker"],
    }
    stopping: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.append(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    running: dict[str, Process] = {}
    began = time.monotonic()
    while not stopping:
        for name, command in commands.items():
            if name not in running:
                # A session of its own: Ctrl-C reaches this process alone, which then stops the others in order.
                running[name] = subprocess.Popen(command, start_new_session=True, preexec_fn=_end_with_parent)  # noqa: S603, PLW1509 - our own words, and no threads
            elif running[name].poll() is not None:
                if name == "web" and time.monotonic() - began < RESTART_DELAY * 5:
                    stopping.append(0)
                del running[name]
        time.sleep(RESTART_DELAY / 4 if len(running) == len(commands) else RESTART_DELAY)
    stop_all(running.values())
    return 0 if stopping[0] else 1


def stop_all(processes: Iterable[Process]) -> None:
    """Stop all at once with SIGTERM, and kill those that have not ended after STOP_TIMEOUT."""
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + STOP_TIMEOUT
    for process in processes:
        try:
            process.wait(timeout=max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _end_with_parent() -> None:
    """Have Linux stop the child when this process is killed: nothing else would, and the address would stay taken."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
