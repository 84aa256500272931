"""Starting the site with settings that may be wrong."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "SECRET_KEY": "s" * 40,
    "INDEX_KEY": "i" * 40,
    "KEYRING_SECRET": "k" * 40,
    "ALARM_TO": "drift@example.dk",
    "SIGNING_KEY": "s" * 40,
    "DATABASE_URL": "sqlite://:memory:",
    "PATH": os.environ["PATH"],
}


def start(environment, *command):
    return subprocess.run(
        [sys.executable, "manage.py", *(command or ("check",))],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
