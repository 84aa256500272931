"""The site, remembering no rows from one page to the next: each reader asks the database."""

from nejtilbander.caching import memory
from nejtilbander.wsgi import application

memory.ROW_LIFETIME = 0.0
__all__ = ["application"]
