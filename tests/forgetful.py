"""The site, remembering no rows from one page to the next: each reader asks the database."""

from nejtilbander import keeping
from nejtilbander.wsgi import application

keeping.SECOND = 0.0
__all__ = ["application"]
