"""Statements that are made once say what Django's would."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from events.models import Letter, Signup
from events.signups import prepared_sql
from tests.support.factories import a_meeting

pytestmark = pytest.mark.django_db


def a_row(event, position):
    return Signup(
        event=event, position=position, state="held", seats=2, language="ar", sealed=b"\x00\xff",
        address_index=f"index {position}", token_hash=f"token {position}", day=date(2026, 11, 29), until=timezone.now(),
    )  # fmt: skip


def values(row):
    found = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return {name: bytes(value) if isinstance(value, memoryview) else value for name, value in found.items()}


def test_a_row_is_written_whole_in_one_statement():
    row = a_row(a_meeting(), 1)
    with CaptureQueriesContext(connection) as queries:
        prepared_sql.insert(row)
    assert len(queries) == 1
    assert values(Signup.objects.get(pk=row.pk)) == values(row)


def test_a_row_that_breaks_a_rule_is_refused_or_left_out():
    event = a_meeting()
    row = a_row(event, 1)
    prepared_sql.insert(row)
    letter = {"kind": "confirm", "event": event, "signup": row, "language": "ar"}
    for _ in range(2):
        prepared_sql.insert(Letter(**letter), ignore_conflicts=True)
    assert Letter.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        prepared_sql.insert(a_row(event, 1))


def test_one_row_is_changed_and_no_other():
    event = a_meeting()
    first, second = a_row(event, 1), a_row(event, 2)
    for row in (first, second):
        prepared_sql.insert(row)
    prepared_sql.update(Signup, first.pk, state="lapsed", **Signup.ANONYMISED)
    prepared_sql.update(Signup, 0, state="lapsed")
    changed = {"state": "lapsed", **Signup.ANONYMISED}
    assert values(Signup.objects.get(pk=first.pk)) == values(first) | changed
    assert values(Signup.objects.get(pk=second.pk)) == values(second)


def test_the_columns_of_one_row_are_found_or_nothing():
    event = a_meeting()
    prepared_sql.insert(a_row(event, 1))
    assert prepared_sql.fetch_one(Signup, "state", "seats", event_id=event.pk, address_index="index 1") == ("held", 2)
    assert prepared_sql.fetch_one(Signup, "state", event_id=event.pk, address_index="index 2") is None
