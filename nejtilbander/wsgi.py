"""The WSGI application that the server loads."""

import os
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from nejtilbander.caching.wsgi import PageCacheApplication

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nejtilbander.settings")
application: Any = get_wsgi_application()

from nejtilbander.background import prompt_tasks  # noqa: E402 - these need the models
from nejtilbander.caching.watcher import change_watcher  # noqa: E402
from nejtilbander.operations import database_login  # noqa: E402
from nejtilbander.web.content_type import ContentTypeApplication  # noqa: E402

# Everything is imported before the server forks: its workers then share the rate limits' counters, and most memory.
assert get_resolver().url_patterns  # noqa: S101 - reading it imports every view

database_login.guard()

application = ContentTypeApplication(application)
if settings.SITE_ROLE in {"public", "all"} and not settings.DEBUG:
    application = PageCacheApplication(application, change_watcher.before_request)
elif settings.SITE_ROLE == "staff":
    application = prompt_tasks.WithPromptTasks(application)
