"""A meeting that has begun is moved, and its list is erased as if it had not been: the first end counts."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from events.models import Event, Seats, Signup
from events.privacy.retention import erase_expired, overdue_lists
from events.tasks import TASKS
from nejtilbander.publishing import actions, serialization, versions
from nejtilbander.publishing.models import Version
from nejtilbander.transfer import json_files
from tests.support.factories import a_guest, a_meeting

pytestmark = pytest.mark.django_db
LATER = timedelta(days=25)


@pytest.fixture
def started_meeting():
    """A meeting with a list, which began an hour ago and ends in one."""
    return began(a_meeting(key=True, retention_days=3))


def began(event, hours=1):
    a_guest(event, "anna@example.dk")
    starts_at = timezone.now() - timedelta(hours=hours)
    Event.objects.filter(pk=event.pk).update(starts_at=starts_at, ends_at=starts_at + timedelta(hours=2))
    return reloaded(event)


def reloaded(event):
    return Event.objects.with_seats().get(pk=event.pk)


def new_version(event, moved_by=LATER):
    versions.ensure_first_version(event)
    content = serialization.serialize(event)
    content["fields"] |= {
        "starts_at": (event.starts_at + moved_by).isoformat(),
        "ends_at": (event.ends_at + moved_by).isoformat(),
    }
    return versions.save_version(event, content, None)


def saved(event):
    event.starts_at, event.ends_at = event.starts_at + LATER, event.ends_at + LATER
    event.save()


def published(event):
    actions.publish(event, new_version(event))


def planned(event):
    actions.publish(event, new_version(event), at=timezone.now() + timedelta(hours=1))
    Version.objects.filter(published_at=None).update(due_at=timezone.now())
    assert actions.publish_due() == 1


def restored(event):
    """An old version, from when the meeting was to be later."""
    old = new_version(event)
    versions.save_version(event, serialization.serialize(event), None)
    actions.publish(event, old)


def imported(event):
    entries = json.loads(json_files.export_json([event]))
    text = json.dumps(entries)
    for column in ("starts_at", "ends_at"):
        stored = serialization.serialize(event)["fields"][column]
        assert text.count(f'"{stored}"') == 1
        text = text.replace(stored, (getattr(event, column) + LATER).isoformat())
    assert json_files.import_json(text) == [event]
    actions.publish(event, versions.versions_of(event).latest("number"))


def changed_by_sql_once_the_worker_came(event):
    for task in TASKS:
        task()
    Event.objects.filter(pk=event.pk).update(starts_at=event.starts_at + LATER, ends_at=event.ends_at + LATER)


MOVES = [saved, published, planned, restored, imported, changed_by_sql_once_the_worker_came]


@pytest.mark.parametrize("move", MOVES)
def test_moving_a_meeting_that_has_begun_does_not_lengthen_what_is_kept(started_meeting, move):
    before = started_meeting.erased_at

    move(started_meeting)

    moved = reloaded(started_meeting)
    assert moved.ends_at > timezone.now() + timedelta(days=20)
    assert (moved.erased_at, moved.erased_on) == (before, timezone.localdate(before))
    Seats.objects.filter(pk=started_meeting.pk).update(first_end=timezone.now() - timedelta(days=3, minutes=1))
    assert moved.seats in overdue_lists()
    assert erase_expired() >= 1
    assert not Signup.objects.filter(event=started_meeting).exists()


def test_moving_it_twice_or_back_counts_the_first_end_still_and_an_earlier_one_more(started_meeting):
    first = started_meeting.erased_at
    for shift in (LATER, -LATER, LATER):
        event = reloaded(started_meeting)
        event.starts_at, event.ends_at = event.starts_at + shift, event.ends_at + shift
        event.save()
        assert reloaded(started_meeting).erased_at == first
    event = reloaded(started_meeting)
    event.starts_at, event.ends_at = started_meeting.starts_at, started_meeting.ends_at - timedelta(minutes=30)
    event.save()
    assert reloaded(started_meeting).erased_at == first - timedelta(minutes=30)


def test_a_meeting_moved_before_it_begins_keeps_its_list_for_the_new_date():
    event = a_meeting(key=True)
    a_guest(event, "anna@example.dk")
    before = event.erased_at

    published(event)

    assert reloaded(event).erased_at == before + LATER
    assert Seats.objects.get(event=event).first_end is None


def test_a_date_typed_wrong_before_anybody_signed_up_can_be_mended():
    event = a_meeting(key=True, days=-300)

    for task in TASKS:
        task()
    event = reloaded(event)
    event.starts_at, event.ends_at = event.starts_at + timedelta(days=310), event.ends_at + timedelta(days=310)
    event.save()

    assert reloaded(event).erased_at == event.ends_at + timedelta(days=14)


def test_staff_are_told_where_they_choose_the_days():
    assert str(Event._meta.get_field("retention_days").help_text).endswith(
        "Flyttes mødet, efter at det er begyndt, regnes dagene fra den første slutning."
    )
