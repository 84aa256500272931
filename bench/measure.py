"""CPU time and memory of the servers under test, from /proc."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def processes(port: int) -> list[int]:
    """The ids of the processes that serve `port`: started with that address, and their children."""
    parents = [
        int(process.name)
        for process in Path("/proc").glob("[0-9]*")
        if f"127.0.0.1:{port}".encode() in _read(process / "cmdline")
    ]
    children = [int(child) for pid in parents for child in _read(Path(f"/proc/{pid}/task/{pid}/children")).split()]
    return sorted({*parents, *children})


def cpu_seconds(port: int) -> float:
    """CPU time of the processes that serve `port`, including children that have ended."""
    total = 0.0
    for pid in processes(port):
        fields = _read(Path(f"/proc/{pid}/stat")).rpartition(b") ")[2].split()
        total += sum(int(ticks) for ticks in fields[11:15]) / TICKS
    return total


def worker_memory(port: int) -> float:
    """Megabytes resident in the one worker that serves `port`: the child of the process with that address."""
    status = _read(Path(f"/proc/{processes(port)[-1]}/status")).decode()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""
