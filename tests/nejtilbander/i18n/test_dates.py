"""Dates and times in words."""

from datetime import UTC, date, datetime

import pytest
from babel import Locale
from django.utils import translation

from nejtilbander.i18n import dates
from nejtilbander.i18n.languages import CODES

pytestmark = pytest.mark.walk


SUMMER = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)  # past midnight in Odense


@pytest.mark.parametrize(
    ("language", "day", "clock"),
    [
        ("da", "torsdag den 2. juli 2026", "00.30"),
        ("en", "Thursday, 2 July 2026", "00:30"),
        ("ar", "الخميس، 2 يوليو 2026", "00:30"),
        ("so", "Khamiis, Luulyo 2, 2026", "00:30"),
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


def test_a_file_for_translators_can_still_say_which_language_it_is_in_once_dates_were_written():
    for language in CODES:
        with translation.override(language):
            dates.format_day(date(2026, 1, 2))
    assert [Locale.parse(code).english_name for code in ("ar", "so", "fa")] == ["Arabic", "Somali", "Persian"]
