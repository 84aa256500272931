"""A citizen's browser, which asks the whole site in this process."""

from typing import Any

from django.core.signals import setting_changed
from django.dispatch import receiver
from django.test import Client
from django.test.client import ClientHandler


class Reader(Client):
    """A citizen's browser, over https as every reader's is.

    All of them ask one and the same site, as in life: for each to set up its own, with a look through all static files,
    took a third of the tests' time.
    """

    over_https = True
    site = ClientHandler(enforce_csrf_checks=False)

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.handler = self.site

    def generic(self, *args: Any, **kwargs: Any) -> Any:
        return super().generic(*args, **kwargs | {"secure": self.over_https})


@receiver(setting_changed)
def set_up_again(**change: Any) -> None:
    """Before the next question, with the settings as they are then."""
    Reader.site._middleware_chain = None
