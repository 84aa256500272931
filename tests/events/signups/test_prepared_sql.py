"""Statements that are made once say what Django's would."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from events.models import Signup
from events.signups import prepared_sql
from tests.support.factories import a_meeting

pytestmark = pytest.mark.django_db


def a_row(event, position):
    return Signup(
        event=event, position=position, state="held", seats=2, language="ar", sealed=b"\x00\xff",
        has_address=True, token_hash=f"token {position}", day=date(2026, 11, 29), until=timezone.now(),
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


def test_a_row_that_breaks_a_rule_is_refused():
    event = a_meeting()
    prepared_sql.insert(a_row(event, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        prepared_sql.insert(a_row(event, 1))
