"""What some tests need from the machine, and the sentence to say when it is not there."""

import shutil
from pathlib import Path

BROWSER_TOOLS = Path(__file__).parent / "browser" / "node_modules"
CHROMIUM = shutil.which("chromium")


def missing() -> dict[str, str]:
    """Marker -> sentence, for each marker whose tests this machine cannot run."""
    needs = {
        "chromium": {
            "Chromium": CHROMIUM,
            "npm's checkers (make test installs them where npm is)": (BROWSER_TOOLS / "axe-core").exists(),
            "Java": shutil.which("java"),
        },
    }
    return {
        marker: f"Left out: tests marked {marker}, because this machine lacks {', '.join(absent)}."
        for marker, tools in needs.items()
        if (absent := [name for name, there in tools.items() if not there])
    }
