"""The page store on disk, for a process that starts while the database is down."""

import base64
import json
import os
import time
from pathlib import Path

from django.conf import settings

from nejtilbander.caching.store import CachedPage, page_store, store_state


def snapshot_file() -> Path:
    return Path(settings.DATA_DIR) / "kept-pages.json"


def save() -> None:
    """Replace the file by the pages in the store, atomically. A disk that cannot be written to is not an error."""
    pages = [
        [path, {name: base64.b64encode(body).decode() for name, body in page.bodies.items()}, page.headers, page.etag,
         sorted(page.queries), sorted(page.objects)]
        for path, page in list(page_store.items())
    ]  # fmt: skip
    file = snapshot_file()
    new = file.with_suffix(f".{os.getpid()}")
    try:
        database_seen_at = time.time() - (time.monotonic() - store_state.database_seen_at)
        new.write_text(json.dumps({"well_at": database_seen_at, "pages": pages}), "utf-8")
        new.replace(file)
    except OSError:
        new.unlink(missing_ok=True)


def load() -> None:
    """Add the pages that a process has saved to the store, as stale ones. A missing or broken file adds none."""
    try:
        snapshot = json.loads(snapshot_file().read_text("utf-8"))
        pages = {
            path: CachedPage(
                {name: base64.b64decode(body) for name, body in bodies.items()}, [tuple(header) for header in headers],
                etag, frozenset(queries), frozenset((kind, pk) for kind, pk in objects), is_stale=True,
            )
            for path, bodies, headers, etag, queries, objects in snapshot["pages"]
        }  # fmt: skip
        database_seen_at = float(snapshot["well_at"])
    except (OSError, ValueError, KeyError, TypeError):
        return
    store_state.database_seen_at = min(
        store_state.database_seen_at, time.monotonic() - (time.time() - database_seen_at)
    )
    for path, page in pages.items():
        page_store.setdefault(path, page)
