"""What machines that watch are told: whether this process can answer readers, and how it goes."""

import re
import time
from datetime import timedelta

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from events.models import Event, KeptCounts, Letter, Need, Question, Signup
from events.privacy.retention import erase_list
from nejtilbander.background.models import Heartbeat
from nejtilbander.background.worker import run_tasks
from nejtilbander.caching import store
from nejtilbander.caching.models import Count
from nejtilbander.caching.store import CachedPage, page_store, store_state
from nejtilbander.operations import metrics
from nejtilbander.publishing import actions
from nejtilbander.publishing.models import Version
from tests.support.factories import a_guest, a_meeting, a_page, a_signup, a_working_copy

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_at_hand(monkeypatch):
    """No page is kept, and the watcher has found nothing wrong."""
    monkeypatch.setattr(store_state, "is_database_up", True)
    monkeypatch.setattr(store_state, "database_seen_at", time.monotonic())
    page_store.clear()
    yield
    page_store.clear()


@pytest.fixture
def quiet(db):
    """Nobody has signed up, and nothing is written."""
    for model in (Letter, Signup, Need, Question, Heartbeat, Version, Event):
        model.objects.all().delete()


def failing(error):
    """Inside, the database gives `fault` to whatever it is asked."""

    def refuse(*given):
        raise error

    return connection.execute_wrapper(refuse)


AWAY = [OperationalError("gone"), InterfaceError("closed")]
away = pytest.mark.parametrize("error", AWAY, ids=["operational", "interface"])


def readiness(reader):
    answer = reader.get("/readyz")
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status_code, answer.content.decode()


@away
def test_a_process_is_ready_while_the_database_answers(reader, error):
    assert readiness(reader) == (200, "ok\n")
    with failing(error):
        assert readiness(reader) == (503, "database: no answer\n")
    assert readiness(reader) == (200, "ok\n")


def test_a_database_that_takes_more_than_a_second_is_no_use(reader):
    def slowly(execute, *given):
        time.sleep(1.05)
        return execute(*given)

    with connection.execute_wrapper(slowly):
        assert readiness(reader) == (503, "database: slow\n")


def test_with_kept_pages_at_hand_it_is_ready_for_a_day_and_asks_no_database_that_may_hang(reader, monkeypatch):
    page_store["/"] = CachedPage({}, [], "")
    with failing(AWAY[0]):
        assert readiness(reader) == (200, "ok\n"), "the watcher has not noticed yet"
        monkeypatch.setattr(store_state, "is_database_up", False)
        assert readiness(reader) == (200, "database: no answer; kept pages are handed out\n")
        monkeypatch.setattr(store_state, "database_seen_at", time.monotonic() - store.MAX_STALE_AGE - 1)
        assert readiness(reader) == (503, "database: no answer\n")


def numbers(rf):
    """What Prometheus reads: each line's name with its label, and its number."""
    answer = metrics.metrics(rf.get("/metrics"))
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    text = answer.content.decode()
    assert text.endswith("\n")
    found = {}
    for family in re.split(r"^(?=# HELP )", text, flags=re.MULTILINE)[1:]:
        said, kind, *samples = family.splitlines()
        name = said.split()[2]
        assert re.fullmatch(rf"# TYPE {name} (gauge|counter)", kind)
        for sample in samples:
            match = re.fullmatch(r'nejtilbander_((\w+)(?:\{\w+="\w+"\})?) (\+Inf|[-\d.e+]+)', sample)
            assert f"nejtilbander_{match[2]}" == name, sample
            found[match[1]] = float(match[3])
    return found


def test_a_site_where_nothing_happens_says_so(rf, quiet):
    began = time.perf_counter()
    found = numbers(rf)

    assert 0 < found.pop("database_seconds") < time.perf_counter() - began
    assert found.pop("database_up") == 1
    assert found.pop("worker_age_seconds") == float("inf"), "it was never seen"
    assert set(found.values()) == {0}
    assert set(found) == {
        *(f'signups{{state="{state}"}}' for state in Signup.State.values),
        *(f'letters{{state="{state}"}}' for state in Letter.State.values),
        "oldest_letter_seconds", "retention_lag_seconds", "meetings_upcoming",
        *(f'plans{{when="{when}"}}' for when in ("due", "later")),
        *(f'requests_total{{by="{who}"}}' for who in ("kept", "old", "django")),
        *(f'pages_total{{what="{what}"}}' for what in ("made", "rescued")),
    }  # fmt: skip


def test_sign_ups_and_letters_are_rounded_totals_that_name_no_meeting_and_nobody(rf, quiet):
    one, other = a_meeting("et", key=True), a_meeting("andet", key=True)
    KeptCounts.objects.create(event=one, numbers={"held": 10, "confirmed": 20, "letters sent": 30})
    KeptCounts.objects.create(event=other, numbers={"confirmed": 40, "letters waiting": 10})
    a_signup(one, "alma@example.dk", seats=2)
    a_guest(other, "bo@example.dk")
    a_guest(other, "carl@example.dk", seats=4)
    Letter.objects.filter(kind=Letter.Kind.CONFIRMED).update(state=Letter.State.SENT, created_at=None)
    Letter.objects.update(created_at=timezone.now() - timedelta(minutes=5))

    found = numbers(rf)

    assert [found[f'signups{{state="{state}"}}'] for state in ("held", "confirmed", "waiting")] == [10, 60, 0]
    assert [found[f'letters{{state="{state}"}}'] for state in ("waiting", "sent", "failed")] == [10, 30, 0]
    assert found["oldest_letter_seconds"] == pytest.approx(300, abs=10)
    assert found["meetings_upcoming"] == 2


def test_a_worker_that_stands_still_and_a_list_that_lives_too_long_can_be_seen(rf, quiet):
    run_tasks()
    assert numbers(rf)["worker_age_seconds"] == pytest.approx(0, abs=10)
    Heartbeat.objects.update(at=timezone.now() - timedelta(minutes=4))
    for days in (-20, -16):
        meeting = a_meeting(f"forbi{-days}", days=days, ends_at=timezone.now() + timedelta(days=days, hours=2))
        meeting.seats.public_key = b"k" * 32
        meeting.seats.save()

    found = numbers(rf)
    assert found["worker_age_seconds"] == pytest.approx(240, abs=10)
    assert found["retention_lag_seconds"] == pytest.approx(6 * 86_400 - 7200, abs=10)

    erase_list(Event.objects.get(slug="forbi20"))
    assert numbers(rf)["retention_lag_seconds"] == pytest.approx(2 * 86_400 - 7200, abs=10)


def test_plans_are_counted_before_and_after_their_moment(rf, quiet, monkeypatch):
    page = a_page()
    actions.publish(page, a_working_copy(page), timezone.now() + timedelta(hours=1))
    assert [numbers(rf)[f'plans{{when="{when}"}}'] for when in ("due", "later")] == [0, 1]

    now = timezone.now() + timedelta(hours=2)
    monkeypatch.setattr(timezone, "now", lambda: now)
    assert [numbers(rf)[f'plans{{when="{when}"}}'] for when in ("due", "later")] == [1, 0]
    actions.publish_due()
    assert [numbers(rf)[f'plans{{when="{when}"}}'] for when in ("due", "later")] == [0, 0]


def test_what_the_public_processes_counted_is_told_on_the_staffs(rf, quiet):
    Count.objects.bulk_create([Count(name="kept", value=12_345_678_901), Count(name="rescued", value=2)])

    found = numbers(rf)

    assert (found['requests_total{by="kept"}'], found['pages_total{what="rescued"}']) == (12_345_678_901, 2)


@away
def test_when_the_database_is_away_that_is_the_one_number(rf, error):
    with failing(error):
        assert numbers(rf) == {"database_up": 0}


def test_the_numbers_are_the_staffs_alone(reader):
    for address in ("/metrics", "/metrics/", "/en/metrics/"):
        assert reader.get(address).status_code == 404


def test_what_the_site_counts_and_who_was_alive_are_called_by_name():
    assert str(Count(name="kept", value=3)) == "kept: 3"
    assert str(Heartbeat(name="worker")) == "worker"
