"""`python -m bench.growth TIMES`: the cost of uncached pages with TIMES as much of all content.

Fills the database, then reads standard input. For each line it requests every page, in process, and prints a line of
JSON: {page: [milliseconds of CPU, queries, bytes]}. So several sizes can be measured in turn, on a machine whose speed
varies.
"""

import copy
import json
import os
import secrets
import statistics
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import TypeVar

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nejtilbander.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from events.models import Event, Seats, Signup  # noqa: E402
from events.privacy.keys import create_key  # noqa: E402
from nejtilbander.caching.memory import clear  # noqa: E402
from nejtilbander.i18n.languages import CODES, path_in_language  # noqa: E402
from nejtilbander.publishing import search_index  # noqa: E402
from pages.models import Initiative  # noqa: E402

# At 100 times: 1,000 initiatives, 600 meetings, 10,000 sign-ups on one list, a million in the counters of the past.
INITIATIVES, COMING, PAST, SIGNED_UP, EVER = 10, 1, 5, 100, 10_000
TIMES_EACH = 3
PAGES = ["/", "/udtalelse/", "/hvem/", "/stormoeder/maaling/tilmelding/"]
LISTS = ["/indsatser/", "/stormoeder/", "/soeg/?q=kommune", "/sitemap.xml"]


Content = TypeVar("Content", Initiative, Event)


def copies(obj: Content, number: int, **changes: object) -> Iterator[Content]:
    for count in range(number):
        new = copy.copy(obj)
        new.pk, new.slug, new.order = None, f"{obj.slug[:40]}-{count}-{secrets.token_hex(3)}", count
        for name, value in changes.items():
            setattr(new, name, value)
        yield new


def fill(times: int) -> None:
    """The first copy is the launch's own, so `times` = 1 adds next to nothing."""
    model = Initiative.objects.all()[0]
    Initiative.objects.bulk_create(copies(model, INITIATIVES * times - Initiative.objects.count()))
    now = timezone.now()
    event = Event(
        slug="maaling", title_da="Prøvemøde", summary_da="Et møde.", place_da="Rådhuset", address="Flakhaven 2",
        starts_at=now + timedelta(days=10), ends_at=now + timedelta(days=10, hours=2),
        signup_opens_at=now - timedelta(days=1), public_from=now - timedelta(days=1),
    )  # fmt: skip
    event.save()
    coming = Event.objects.bulk_create(copies(event, COMING * times - 1))
    then = now - timedelta(days=100)
    past = Event.objects.bulk_create(copies(event, PAST * times, starts_at=then, ends_at=then + timedelta(hours=2)))
    for meeting in (event, *coming):
        Seats.objects.update_or_create(event=meeting, defaults={"capacity": 20_000, "unverified_cap": 20_000})
    Seats.objects.bulk_create(
        [Seats(event=meeting, capacity=2_000, taken=EVER // PAST, is_closed=True, erased_at=then) for meeting in past],
        update_conflicts=True, unique_fields=["event"], update_fields=["capacity", "taken", "is_closed", "erased_at"],
    )  # fmt: skip
    create_key(event.seats)
    Signup.objects.bulk_create(
        Signup(event=event, position=position, state="confirmed", seats=1, language="da", day=now.date(),
               sealed=secrets.token_bytes(300), has_address=True, is_new=False, token_hash=secrets.token_hex(20))
        for position in range(SIGNED_UP * times)
    )  # fmt: skip
    Seats.objects.filter(event=event).update(taken=SIGNED_UP * times, last_position=SIGNED_UP * times)
    search_index.catch_up()


def cost(browser: Client, address: str) -> list[float]:
    """[CPU milliseconds, the median of TIMES_EACH; queries; bytes] of the uncached page. Only the queries are warm."""
    spent = []
    for _ in range(TIMES_EACH):
        clear()
        began = time.process_time()
        response = browser.get(address)
        spent.append((time.process_time() - began) * 1000)
        if response.status_code != 200:
            sys.exit(f"{address} answered {response.status_code}")
    with CaptureQueriesContext(connection) as queries:  # warm: rows of the last second are remembered
        body = browser.get(address).content
    return [statistics.median(spent), len(queries), len(body)]


def main(times: int) -> None:
    fill(times)
    settings.ALLOWED_HOSTS = ["*"]
    browser = Client(headers={"accept-encoding": ""})
    step = max(1, Initiative.objects.count() // 5)
    objects = [*Initiative.objects.all()[::step], *Event.objects.filter(slug__startswith="maaling-")[:5]]
    paths = [*PAGES, *(obj.get_absolute_url() for obj in objects)]
    addresses = [path_in_language(path, code) for path in paths for code in CODES] + LISTS
    for address in addresses:
        browser.get(address)  # templates and caches warm
    for _ in sys.stdin:
        print(json.dumps({address: cost(browser, address) for address in addresses}), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
