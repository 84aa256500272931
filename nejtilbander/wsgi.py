"""The WSGI door. gunicorn loads `application` from here."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nejtilbander.settings")
application = get_wsgi_application()
# Everything is imported before the server forks: its workers then share throttle.py's counters, and most memory.
assert get_resolver().url_patterns  # noqa: S101 - asking is what imports
