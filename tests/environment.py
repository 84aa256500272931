"""The environment the tests run in, set before Django reads its settings (loaded with -p in pyproject.toml)."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "TESTS_FOLDER" not in os.environ:
    os.environ["TESTS_FOLDER"] = tempfile.mkdtemp(prefix="nejtilbander-tests-")
    atexit.register(shutil.rmtree, os.environ["TESTS_FOLDER"], ignore_errors=True)
_shared = Path(os.environ["TESTS_FOLDER"])
(_shared / "static").mkdir(exist_ok=True)
os.environ["STATIC_ROOT"] = str(_shared / "static")  # collected by the first who asks (tests/support/live_server.py)
# Each process holds its own keyring.
os.environ["DATA_DIR"] = str(_shared / f"process-{os.getpid()}")

os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 40)
os.environ.setdefault("DATABASE_URL", "sqlite://:memory:")
os.environ.setdefault("INDEX_KEY", "only-for-tests-" + "i" * 40)
os.environ.setdefault("KEYRING_SECRET", "only-for-tests-" + "k" * 40)
os.environ.setdefault("ALARM_TO", "drift@example.dk")
os.environ.setdefault("SIGNING_KEY", "only-for-tests-" + "s" * 40)
os.environ.setdefault("STAFF_SECOND_FACTOR", "optional")  # tests that are about it say "required"
os.environ.setdefault("SIGNUP_MIN_SECONDS", "0")
# The people of the tests have these two domains; those of what one place may have come from others.
os.environ.setdefault("SIGNUP_UNCAPPED", "example.dk example.org")
os.environ.setdefault("ALLOWED_HOSTS", "testserver 127.0.0.1 localhost")
