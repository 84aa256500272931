"""The fields for a day and a time."""

from datetime import UTC, date, datetime

import pytest
from django import forms

from nejtilbander.editorial.forms.date_fields import (
    NO_SUCH_TIME,
    TWO_SUCH_TIMES,
    WRONG_DAY,
    WRONG_TIME,
    LocalDateField,
    LocalDateTimeField,
)

pytestmark = pytest.mark.walk


class PlanForm(forms.Form):
    at = LocalDateTimeField(label="Offentlig fra", required=False)
    day = LocalDateField(required=False)


def sent(day="", clock="", **fields):
    form = PlanForm({"at_0": day, "at_1": clock} | fields, initial={"at": None})
    form.is_valid()
    return form


def test_a_day_with_a_time_is_a_moment_in_danish_time():
    assert sent("28. marts 2027", "kl. 17").cleaned_data["at"] == datetime(2027, 3, 28, 15, tzinfo=UTC)
    assert sent("28.11.2027", "17.00").cleaned_data["at"] == datetime(2027, 11, 28, 16, tzinfo=UTC)
    assert sent(day="").cleaned_data == {"at": None, "day": None}


@pytest.mark.parametrize(
    ("day", "clock", "sentences"),
    [
        ("28.3.2027", "", [WRONG_TIME]),
        ("", "17.00", [WRONG_DAY]),
        ("snart", "tidligt", [WRONG_DAY, WRONG_TIME]),
        ("28.3.2027", "2.30", [NO_SUCH_TIME.format("02.30")]),
        ("31.10.2027", "2.30", [TWO_SUCH_TIMES.format("02.30")]),
        ("1.1.1999", "17", ["Vælg et år fra 2000 til 2100."]),
    ],
)
def test_what_is_missing_or_is_no_moment_is_told_and_stays_as_typed(day, clock, sentences):
    form = sent(day, clock)
    assert form.errors == {"at": sentences}
    shown = str(form["at"])
    assert all(f'value="{typed}"' in shown for typed in (day, clock) if typed)


def test_the_hours_around_the_change_of_the_clock_are_times_like_others():
    assert sent("28.3.2027", "1.59").cleaned_data["at"] == datetime(2027, 3, 28, 0, 59, tzinfo=UTC)
    assert sent("28.3.2027", "3.00").cleaned_data["at"] == datetime(2027, 3, 28, 1, tzinfo=UTC)
    assert sent("31.10.2027", "3.00").cleaned_data["at"] == datetime(2027, 10, 31, 2, tzinfo=UTC)


def test_a_moment_is_shown_as_danes_write_it_and_is_unchanged_when_it_comes_back():
    moment = datetime(2027, 3, 28, 15, 0, 5, 123, tzinfo=UTC)
    form = PlanForm(
        {"at_0": "28.3.2027", "at_1": "17.00.05", "day": "1.2.2027"}, initial={"at": moment, "day": date(2027, 2, 1)}
    )
    assert form.changed_data == []
    shown = str(PlanForm(initial={"at": moment, "day": date(2027, 2, 1)}))
    assert all(f'value="{value}"' in shown for value in ("28.3.2027", "17.00.05", "1.2.2027"))
    assert 'aria-label="klokkeslæt"' in shown
