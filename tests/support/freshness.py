"""How late readers are given what staff publish."""

import time

from tests.support.waiting import wait_until

NEW = "Helt nye ord her"
PUBLISH = f"""
from nejtilbander.publishing import actions, serialization, versions
from pages.models import Initiative
thing = Initiative.objects.get(slug="klubhuse")
versions.ensure_first_version(thing)
content = serialization.serialize(thing)
content["fields"]["title_da"] = "{NEW}"
actions.publish(thing, versions.save_version(thing, content, None))
"""
PATH = "/indsatser/klubhuse/"


def lateness(is_new, make, steady):
    """Seconds from now until a reader was last given the old, and seconds that `make` takes meanwhile.

    It was the last when for `steady` seconds, and to 30 readers at least, nothing but the new was given. `make` asks
    for a page that is kept nowhere: on a slow machine that takes longer, as the site's own work does.
    """
    began = time.monotonic()
    seen = {"old at": began, "slowest": 0.0}

    def is_everywhere():
        asked = time.monotonic()
        make()
        seen["slowest"] = max(seen["slowest"], time.monotonic() - asked)
        for _ in range(30):
            asked = time.monotonic()
            if not is_new():
                seen["old at"] = asked
                return False
        return time.monotonic() - seen["old at"] > steady

    wait_until(is_everywhere, "the news everywhere")
    return seen["old at"] - began, seen["slowest"]
