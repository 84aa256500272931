"""The environment the tests run in, set before Django reads its settings (loaded with -p in pyproject.toml)."""

import os
import tempfile

os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 40)
os.environ.setdefault("DATABASE_URL", "sqlite://:memory:")
os.environ.setdefault("STATIC_ROOT", tempfile.mkdtemp(prefix="nejtilbander-static-"))
os.environ.setdefault("ALLOWED_HOSTS", "testserver 127.0.0.1 localhost")
