"""`python -m nejtilbander.server.supervisor [options of the web server]`: it and the worker, side by side.

When one of them dies it is started again; when this one is told to stop, both are stopped.
"""

import ctypes
import signal
import subprocess
import sys
import time
from types import FrameType

RESTART_AFTER = 1.0  # seconds before something that died is started again
STOP_TIMEOUT = 20.0  # seconds for a clean end
_PR_SET_PDEATHSIG = 1  # prctl(2)


def main(options: list[str]) -> int:
    """Runs until SIGTERM or SIGINT. 1 if the web server never came up: then its own sentence says why."""
    commands = {
        "web": [sys.executable, "-m", "nejtilbander.server", *options],
        "worker": [sys.executable, "manage.py", "worker"],
    }
    stopping: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.append(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    running: dict[str, subprocess.Popen[bytes]] = {}
    began = time.monotonic()
    while not stopping:
        for name, command in commands.items():
            if name not in running:
                # A group of its own: Ctrl-C reaches this process alone, which then ends the others in order.
                running[name] = subprocess.Popen(command, start_new_session=True, preexec_fn=_end_with_parent)  # noqa: S603, PLW1509 - our own words, and no threads
            elif running[name].poll() is not None:
                if name == "web" and time.monotonic() - began < RESTART_AFTER * 5:
                    stopping.append(0)
                del running[name]
        time.sleep(RESTART_AFTER / 4 if len(running) == len(commands) else RESTART_AFTER)
    for process in running.values():
        process.terminate()
    for process in running.values():
        process.wait(timeout=STOP_TIMEOUT)
    return 0 if stopping[0] else 1


def _end_with_parent() -> None:
    """Linux tells the child to stop when this process is killed: nobody else would, and the address stays taken."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
