"""The WSGI door. gunicorn loads `application` from here."""

import os
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nejtilbander.settings")
application: Any = get_wsgi_application()
# Everything is imported before the server forks: its workers then share throttle.py's counters, and most memory.
assert get_resolver().url_patterns  # noqa: S101 - asking is what imports

if settings.SITE_ROLE in {"public", "all"} and not settings.DEBUG:
    from nejtilbander.caching.watcher import change_watcher
    from nejtilbander.caching.wsgi import PageCacheApplication

    application = PageCacheApplication(application, change_watcher.ensure_running)
