"""A PostgreSQL server of our own, to crash."""

import os
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from tests.support.live_server import free_port
from tests.support.machine_tools import INITDB
from tests.support.waiting import MAX_WAIT, patience

WAIT = ["-w", "-t", str(MAX_WAIT)]  # for PostgreSQL to have done it


class Cluster:
    """A PostgreSQL server of our own, with one database per drill."""

    def __init__(self) -> None:
        self.folder, self.port = Path(tempfile.mkdtemp(prefix="drill-")), free_port()
        self.programs = Path(INITDB).parent  # type: ignore[arg-type] # tests marked cluster alone come here
        self.user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []  # it refuses to run as root
        if self.user:
            shutil.chown(self.folder, "postgres")
        self.run("initdb", "-D", f"{self.folder}/data", "-A", "trust", "-U", "postgres", "--no-sync")
        self.start()

    def run(self, program: str, *words: str) -> None:
        subprocess.run(
            [*self.user, str(self.programs / program), *words], check=True, capture_output=True, cwd="/",
            timeout=patience(10),
        )  # fmt: skip

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        self.run("pg_ctl", "-D", f"{self.folder}/data", "-o", options, "-l", f"{self.folder}/log", *WAIT, "start")

    def stop(self, mode: str = "immediate") -> None:
        """`immediate` is what a crash is: nothing is tidied up, and the next start has to recover."""
        self.run("pg_ctl", "-D", f"{self.folder}/data", "-m", mode, *WAIT, "stop")

    def database(self, name: str) -> str:
        self.run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", name)
        return f"postgres://postgres@127.0.0.1:{self.port}/{name}"

    def remove(self) -> None:
        with suppress(subprocess.CalledProcessError):
            self.stop()
        shutil.rmtree(self.folder)
