"""The page store on disk, for a process that starts while the database is away."""

import base64
import json
import os
import time
from pathlib import Path

from django.conf import settings

from nejtilbander.caching.store import Finished, clock, shelf


def _file() -> Path:
    return Path(settings.DATA_DIR) / "kept-pages.json"


def save() -> None:
    """Write what is kept to the disk, whole or not at all. A disk that cannot be written to is no fault."""
    pages = [
        [path, {name: base64.b64encode(body).decode() for name, body in page.bodies.items()}, page.headers, page.etag,
         sorted(page.questions), sorted(page.things)]
        for path, page in list(shelf.items())
    ]  # fmt: skip
    if not pages:
        return
    file = _file()
    new = file.with_suffix(f".{os.getpid()}")
    try:
        well_at = time.time() - (time.monotonic() - clock.well_at)
        new.write_text(json.dumps({"well_at": well_at, "pages": pages}), "utf-8")
        new.replace(file)
    except OSError:
        new.unlink(missing_ok=True)


def load() -> None:
    """Take what another process has kept, for the time when no page can be made."""
    try:
        whole = json.loads(_file().read_text("utf-8"))
        found = {
            path: Finished(
                {name: base64.b64decode(body) for name, body in bodies.items()}, [tuple(one) for one in headers], etag,
                frozenset(questions), frozenset((kind, number) for kind, number in things), is_stale=True,
            )
            for path, bodies, headers, etag, questions, things in whole["pages"]
        }  # fmt: skip
        well_at = float(whole["well_at"])
    except (OSError, ValueError, KeyError, TypeError):
        return
    clock.well_at = min(clock.well_at, time.monotonic() - (time.time() - well_at))
    for path, page in found.items():
        shelf.setdefault(path, page)
