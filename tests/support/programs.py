"""A program of ours in a process of its own, to kill and start again."""

import signal
import subprocess
import sys
from pathlib import Path

from tests.support.live_server import ROOT, listening
from tests.support.waiting import stop, wait_until


class Program:
    """One of ours, in a process of its own. It can be killed, stopped in good order, and started again."""

    def __init__(self, settings: dict[str, str], log: Path, *command: str, port: int = 0) -> None:
        self.settings, self.log, self.command, self.port = settings, log, command, port
        self.start()

    def start(self) -> None:
        # Processes of one that was killed answer until they notice, and would be taken for the new one.
        wait_until(lambda: not (self.port and listening(self.port)), "the old one is gone", log=self.log)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self.command], cwd=ROOT, env=self.settings, stdout=log, stderr=log
            )
        wait_until(lambda: not self.port or listening(self.port), "it answers", self.process, self.log)

    def stop(self, how: int = signal.SIGTERM) -> None:
        stop(self.process, how)
