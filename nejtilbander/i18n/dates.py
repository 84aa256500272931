"""Dates and times in words, in the six languages.

Django has no Somali month names, and Babel keeps 11 MB of locale data in every process. So date_names.json holds the
weekdays, the months and two patterns of each language. It is made from CLDR, as Babel ships it, with the day before the
month in every language, by `python -m tests.date_names > nejtilbander/i18n/date_names.json`.
"""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Literal, TypedDict

from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from nejtilbander.i18n.languages import SOURCE

YEARS = (2000, 2100)  # the first and the last that staff can mean; time zone arithmetic fails far outside them


class DateNames(TypedDict):
    """`weekdays` begin with Monday. `full` and `long` are patterns for str.format, with and without the weekday."""

    weekdays: list[str]
    months: list[str]
    short_months: list[str]
    full: str
    long: str


DATE_NAMES: dict[str, DateNames] = json.loads(Path(__file__).with_name("date_names.json").read_text("utf-8"))


def format_day(moment: date | datetime) -> str:
    """The day in words with its weekday, in the active language and Danish local time."""
    return _format(moment, "full")


def format_short_day(moment: date | datetime) -> str:
    """The day without weekday."""
    return _format(moment, "long")


def day_number(moment: date | datetime) -> int:
    """The day of the month, for a calendar block."""
    return _local_day(moment).day


def format_short_month(moment: date | datetime) -> str:
    """The month without year, as short as the language writes it, for a calendar block."""
    return DATE_NAMES[_language()]["short_months"][_local_day(moment).month - 1]


def _local_day(moment: date | datetime) -> date:
    return timezone.localdate(moment) if isinstance(moment, datetime) else moment


def _format(moment: date | datetime, style: Literal["full", "long"]) -> str:
    day = _local_day(moment)
    names = DATE_NAMES[_language()]
    weekday, month = names["weekdays"][day.weekday()], names["months"][day.month - 1]
    return names[style].format(weekday=weekday, day=day.day, month=month, year=day.year)


def _language() -> str:
    return translation.get_language() or SOURCE


def format_time(moment: datetime) -> str:
    """Hours and minutes, 24-hour, in Danish local time; Danes write a full stop, others a colon."""
    return timezone.localtime(moment).strftime("%H.%M" if _language() == SOURCE else "%H:%M")


def validate_year(moment: date | datetime) -> None:
    """Raises ValidationError outside YEARS. For every field that staff write a date or a time in."""
    if not YEARS[0] <= moment.year <= YEARS[1]:
        raise ValidationError(f"Vælg et år fra {YEARS[0]} til {YEARS[1]}.", code="far_away")
