"""Waiting for what other processes do: for progress, never for the clock.

Seconds handed to this module are what a quiet machine needs. Bounds made from them grow with the load of the machine,
and only say when to give up. A claim about speed is a ratio instead, to work measured in the same run: see `effort`.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

PATIENCE_FACTOR = 10  # so many times longer than needed is waited before giving up, besides the slowness of the machine
STALL_SECONDS = 90.0  # seconds without any progress, on a quiet machine, after which nothing more is expected
MAX_WAIT = 900  # seconds; no single wait is longer, on any machine
UNIT = 0.01  # seconds of processor time that `unit` takes on the machine these numbers were chosen on
MIN_PROGRESS = 2.0  # seconds of processor time; an idle server uses less than this in STALL_SECONDS seconds
Found = TypeVar("Found")


def unit() -> float:
    """Seconds of processor time that a fixed piece of work takes now."""
    began = time.thread_time()
    sorted(str(number * number % 9973) for number in range(30_000))
    return time.thread_time() - began


@cache
def _processor() -> float:
    """How many times longer than UNIT this machine's processor takes, measured once."""
    return min(unit() for _ in range(3)) / UNIT


def machine_slowness() -> float:
    """How many times longer than on a quiet machine work takes now: at least 1."""
    crowd = os.getloadavg()[0] / (os.cpu_count() or 1)
    return max(1.0, _processor()) * max(1.0, crowd)


def patience(seconds: float) -> float:
    """Seconds after which to give up what takes a quiet machine `seconds`: for calls that need a number."""
    return min(MAX_WAIT, PATIENCE_FACTOR * seconds * machine_slowness())


def effort(work: Callable[[], Found]) -> tuple[Found, float]:
    """What `work` returns, and the processor time this thread spent on it as a multiple of `unit`, measured around it.

    Time that other processes were given is not in it.
    """
    before, began = unit(), time.thread_time()
    found = work()
    spent = time.thread_time() - began
    return found, spent / max(before, unit())


def wait_until(
    condition: Callable[[], Found],
    what: str,
    process: subprocess.Popen[Any] | None = None,
    log: Path | None = None,
    progress: Callable[[], object] = lambda: None,
) -> Found:
    """What `condition` returns, as soon as that is true.

    Raises AssertionError, with `what` and the end of `log`, when `process` has ended, when nothing has progressed for
    STALL_SECONDS (more on a slow machine), or after MAX_WAIT. Progress is processor time spent by `process` and its
    descendants, growth of `log`, and any change of `progress()`.
    """
    began = moved = time.monotonic()
    seen: object = None
    while not (found := condition()):
        now, pid = time.monotonic(), process.pid if process else 0
        state = work_done(pid), log and log.stat().st_size, progress()
        if state != seen:
            seen, moved = state, now
        why = ""
        if process and process.poll() is not None:
            why = f"the process ended with {process.returncode}"
        elif now - moved > STALL_SECONDS * machine_slowness():
            why = f"nothing has moved for {now - moved:.0f} s"
        elif now - began > MAX_WAIT:
            why = f"not within {MAX_WAIT:.0f} s"
        assert not why, f"Waited for this: {what}. But {why}.\n{log.read_text(errors='replace')[-3000:] if log else ''}"
        time.sleep(0.05)
    return found


def work_done(*pids: int) -> int:
    """Processor time spent by `pids` and all their descendants, in steps of MIN_PROGRESS."""
    ticks, left = 0, [pid for pid in pids if pid]
    while left:
        pid = left.pop()
        left += children(pid)
        with suppress(OSError):
            ticks += sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:15]))
    return int(ticks / os.sysconf("SC_CLK_TCK") / MIN_PROGRESS)


def children(pid: int) -> list[int]:
    """The processes that `pid` has started and not yet buried."""
    with suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def stop(process: subprocess.Popen[Any], how: int = signal.SIGTERM) -> None:
    """End `process` with the signal `how`. Raises TimeoutExpired, after killing it, when it does not obey."""
    process.send_signal(how)
    try:
        process.wait(patience(6))
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
