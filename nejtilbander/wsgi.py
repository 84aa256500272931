"""The WSGI application that the server loads."""

import os
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from nejtilbander.background.staff_tasks import StaffTaskApplication
from nejtilbander.caching.wsgi import PageCacheApplication

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nejtilbander.settings")
application: Any = get_wsgi_application()
# Everything is imported before the server forks: its workers then share the rate limits' counters, and most memory.
assert get_resolver().url_patterns  # noqa: S101 - reading it imports every view

if settings.SITE_ROLE in {"public", "all"} and not settings.DEBUG:
    from nejtilbander.caching.watcher import change_watcher

    application = PageCacheApplication(application, change_watcher.ensure_running)
elif settings.SITE_ROLE == "staff":
    application = StaffTaskApplication(application)
