"""What some tests need from the machine, and the sentence to say when it is not there."""

import os
import shutil
from pathlib import Path

from tests.support import postgres

BROWSER_TOOLS = Path(__file__).parents[1] / "browser" / "node_modules"
CHROMIUM = shutil.which("chromium")
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
# Debian keeps it where no PATH leads. The newest sorts last.
INITDB = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))[-1:]), None) or shutil.which("initdb")


def missing() -> dict[str, str]:
    """Marker -> sentence, for each marker whose tests this machine cannot run."""
    needs = {
        "chromium": {
            "Chromium": CHROMIUM,
            "npm's checkers (make test installs them where npm is)": (BROWSER_TOOLS / "axe-core").exists(),
            "Java": shutil.which("java"),
        },
        "node": {"node": shutil.which("node"), "npm's ical.js": (BROWSER_TOOLS / "ical.js").exists()},
        "postgres": {"a PostgreSQL that answers (POSTGRES_URL)": postgres.address()},
        "cluster": {"PostgreSQL's initdb": INITDB},
        "nginx": {"nginx": NGINX, "openssl": shutil.which("openssl")},
        "strace": {"strace": shutil.which("strace"), "pgrep": shutil.which("pgrep")},
        "root": {"the rights of root, who alone can make a disk": os.geteuid() == 0},
    }
    return {
        marker: f"Left out: tests marked {marker}, because this machine lacks {', '.join(absent)}."
        for marker, tools in needs.items()
        if (absent := [name for name, there in tools.items() if not there])
    }
