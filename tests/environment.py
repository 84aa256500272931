"""The environment the tests run in, set before Django reads its settings (loaded with -p in pyproject.toml)."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 40)
os.environ.setdefault("DATABASE_URL", "sqlite://:memory:")
os.environ.setdefault("STATIC_ROOT", tempfile.mkdtemp(prefix="nejtilbander-static-"))
if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    os.environ["STATIC_ROOT"] += f"/{worker}"  # each collects for itself
Path(os.environ["STATIC_ROOT"]).mkdir(parents=True, exist_ok=True)
os.environ.setdefault("ALLOWED_HOSTS", "testserver 127.0.0.1 localhost")
