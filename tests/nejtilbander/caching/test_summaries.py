"""One statement a second tells whether anything has changed that a reader could see."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from events.models import Event, Seats
from nejtilbander.caching import watcher
from nejtilbander.caching.summaries import Summaries
from nejtilbander.publishing import actions
from nejtilbander.publishing.models import Version
from pages.models import Initiative, Page, Partner
from tests.support.factories import a_meeting, a_page, a_working_copy, an_initiative

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def read():
    summaries = Summaries()
    return lambda: summaries.read(one for source in watcher.sources for one in source.summaries())


def swapped():
    """Two that change at once, and whose sum does not."""
    one, other = Seats.objects.order_by("pk")[:2]
    Seats.objects.filter(pk=one.pk).update(taken=one.taken + 1)
    Seats.objects.filter(pk=other.pk).update(taken=other.taken - 1)


def out_of_order():
    """One that was saved earlier than the newest, and is committed after it."""
    newest = max(Initiative.objects.values_list("updated_at", flat=True))
    Initiative.objects.filter(slug="klubhuse").update(updated_at=newest - SECOND)


CHANGES = {
    "a new text": an_initiative,
    "a text that is published": lambda: actions.publish(page := Page.objects.first(), a_working_copy(page)),
    "a text that is withdrawn": lambda: actions.withdraw(Page.objects.get(slug="hvem"), {"da": "Væk."}),
    "a text that is deleted": lambda: Partner.objects.first().delete(),
    "SQL by hand": lambda: Initiative.objects.filter(slug="klubhuse").update(public_until=timezone.now()),
    "one taken back to a draft": lambda: Initiative.objects.filter(slug="klubhuse").update(public_from=None),
    "a save that is committed late": out_of_order,
    "a plan": lambda: Version.objects.filter(object_id=0).update(due_at=timezone.now() + timedelta(days=1)),
    "seats that are taken": lambda: Seats.objects.filter(event__slug="later").update(taken=9),
    "seats that change hands": swapped,
    "a list that is closed": lambda: Seats.objects.filter(event__slug="later").update(is_closed=True),
    "a meeting that is cancelled": lambda: Event.objects.get(slug="later").save(),
}
# Seconds from now at which time alone changes something, on the site below.
MOMENTS = {
    "time that publishes": 100,
    "time that ends": 200,
    "sign-up that opens": 300,
    "sign-up that ends": 400,
    "a meeting that begins": 500,
    "a meeting that ends": 600,
    "a plan that is soon": 640,
    "a plan that is due": 700,
    "a moved meeting that is old news": 800,
    "a cancelled meeting that comes near": 900,
}


@pytest.fixture
def now(monkeypatch):
    """A site on which each of CHANGES has something to change, at a moment of its own."""
    now = timezone.now()
    after = {seconds: now + timedelta(seconds=seconds) for seconds in range(0, 1000, 100)}
    a_page("snart", public_from=after[100])
    a_page("slut", public_until=after[200])
    a_meeting("later", signup_opens_at=after[300], signup_closes_at=after[400])
    a_meeting("begins", starts_at=after[500], ends_at=after[600])
    version = a_working_copy(a_page("plan"))
    Version.objects.filter(pk=version.pk).update(due_at=after[700])
    Version.objects.create(
        kind="pages.page", object_id=0, number=1, title="", content={}, due_at=after[0] + timedelta(9)
    )
    a_meeting("moved", moved_at=after[800] - timedelta(days=14))
    a_meeting("cancelled", starts_at=after[900] + timedelta(days=14), ends_at=after[900] + timedelta(days=14, hours=2))
    monkeypatch.setattr(timezone, "now", lambda: now)
    return now


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_written_changes_the_summary(read, now, change):
    before = read()
    CHANGES[change]()
    assert read() != before


@pytest.mark.parametrize("change", MOMENTS)
def test_what_time_changes_changes_the_summary(read, now, monkeypatch, change):
    before, after = (now + timedelta(seconds=MOMENTS[change] + beside) for beside in (-1, 1))
    monkeypatch.setattr(timezone, "now", lambda: before)
    was = read()
    monkeypatch.setattr(timezone, "now", lambda: after)
    assert read() != was


def test_what_changes_nothing_leaves_it(read, now):
    Event.objects.update(retention_days=9)
    Seats.objects.update(access_count=7)
    first = read()
    assert read() == first
    assert [table for table, *_ in first] == sorted(table for table, *_ in first)


def test_a_beat_without_a_change_is_one_statement_however_much_there_is(server):
    numbers = []
    for _ in range(2):
        for _ in range(3):
            server.run()
        with CaptureQueriesContext(connection) as asked:
            server.run()
        numbers.append(len(asked))
        for number in range(40):
            an_initiative(f"mere-{len(numbers)}-{number}")
    assert numbers == [1, 1]


def test_every_state_that_differs_has_a_summary_that_differs(read, now, monkeypatch):
    """By the second, over the moments of all that is planned here."""
    seen = []
    for seconds in range(0, 1000, 50):
        monkeypatch.setattr(timezone, "now", lambda seconds=seconds: now + timedelta(seconds=seconds + 1))
        seen.append((read(), watcher.current_states()))  # in the watcher's order
    for (summary, states), (next_summary, next_states) in pairwise(seen):
        differing = {key for key in states.keys() | next_states if states.get(key) != next_states.get(key)}
        assert not differing or summary != next_summary
