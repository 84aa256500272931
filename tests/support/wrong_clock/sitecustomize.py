"""Python imports this in every process that finds it first: the clock on the wall is as wrong as DRILL_CLOCK says.

The file holds seconds, and may change at any time. What counts how long something takes is not touched, as it is not
when the clock of a machine is set.
"""

import os
import threading
import time
from pathlib import Path

import time_machine

FILE = Path(os.environ["DRILL_CLOCK"])
EVERY = 0.05  # seconds
_sleep = time.sleep


def follow() -> None:
    told, wrong = "0", None
    while True:
        now = FILE.read_text() or told
        if now != told:
            if wrong is not None:
                wrong.stop()
            wrong = None if now == "0" else time_machine.travel(time.time() + int(now), tick=True)
            if wrong is not None:
                wrong.start()
            told = now
        _sleep(EVERY)


def begin() -> None:
    threading.Thread(target=follow, daemon=True).start()


begin()
os.register_at_fork(after_in_child=begin)  # no thread comes along
