"""Dates and times in words."""

from datetime import UTC, date, datetime, timedelta

import pytest
from babel.dates import format_date
from django.utils import translation

from nejtilbander.i18n import dates
from nejtilbander.i18n.languages import CODES
from tests.date_names import LOCALES, from_cldr, pattern_of

pytestmark = pytest.mark.walk


SUMMER = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)  # past midnight in Odense


@pytest.mark.parametrize(
    ("language", "day", "clock"),
    [
        ("da", "torsdag den 2. juli 2026", "00.30"),
        ("en", "Thursday, 2 July 2026", "00:30"),
        ("ar", "الخميس، 2 يوليو 2026", "00:30"),
        ("so", "Khamiis, 2 Luulyo 2026", "00:30"),
        ("tr", "2 Temmuz 2026 Perşembe", "00:30"),
        ("fa", "پنجشنبه 2 ژوئیهٔ 2026", "00:30"),
    ],
)
def test_days_and_times_are_danish_local_time_in_the_readers_words(language, day, clock):
    with translation.override(language):
        assert dates.format_day(SUMMER) == day
        assert dates.format_time(SUMMER) == clock


def test_a_plain_date_needs_no_clock():
    with translation.override("da"):
        assert dates.format_short_day(date(2017, 3, 24)) == "24. marts 2017"
        assert dates.format_short_day(SUMMER) == "2. juli 2026"


@pytest.mark.parametrize(
    ("language", "block"),
    [("da", "2 jul"), ("en", "2 Jul"), ("ar", "2 يوليو"), ("so", "2 Lul"), ("tr", "2 Tem"), ("fa", "2 ژوئیه")],
)
def test_a_calendar_block_has_the_danish_day_and_the_short_month(language, block):
    with translation.override(language):
        assert f"{dates.day_number(SUMMER)} {dates.format_short_month(SUMMER)}" == block


@pytest.mark.parametrize("language", CODES)
def test_every_day_is_written_as_cldr_does_but_with_the_day_before_the_month(language):
    first, last = date(2023, 1, 1), date(2028, 12, 31)
    days = [first + timedelta(number) for number in range((last - first).days + 1)]
    with translation.override(language):
        shown = [(dates.format_day(day), dates.format_short_day(day)) for day in days]
    locale = LOCALES[language]
    full, long = pattern_of(language, "full"), pattern_of(language, "long")
    assert long.index("d") < long.index("M")
    assert shown == [(format_date(day, full, locale), format_date(day, long, locale)) for day in days]


def test_the_file_of_names_is_what_cldr_gives():
    assert from_cldr() == dates.DATE_NAMES, "see nejtilbander/i18n/dates.py for the command that makes it"
