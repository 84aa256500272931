"""Days and times as Danes type them."""

from datetime import date, time

import pytest

from nejtilbander.i18n.typed_dates import parse_day, parse_time, written_day, written_time


@pytest.mark.parametrize("text", [
    "28.3.2027", "28-03-2027", "28/3-2027", "28/3 2027", "28.03.27", "28 3 2027", "28. marts 2027", "28. MARTS 2027",
    "28. mar. 2027", "28 mar 27", "den 28. marts 2027", "d. 28. marts, 2027", "søndag den 28. marts 2027",
    "søndag, 28.3.2027", " 28.  marts  2027 ", "28.marts 2027", "2027-03-28",
])  # fmt: skip
def test_a_day_is_read_as_danes_write_it(text):
    assert parse_day(text) == date(2027, 3, 28)


@pytest.mark.parametrize(
    "text",
    ["", "28.3", "i morgen", "31.2.2027", "3/28/2027", "28. march 2027", "28. xyz 2027", "2027-13-01", "28.3.20270"],
)
def test_what_is_no_day_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - it is what date and time raise
        parse_day(text)


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("17.00", time(17)), ("17:00", time(17)), ("17", time(17)), ("kl. 17", time(17)), ("kl 17.00", time(17)),
        ("Klokken 17", time(17)), ("kl.17:30", time(17, 30)), ("9.05", time(9, 5)), ("09:05:07", time(9, 5, 7)),
        ("17:00:00.123456", time(17)),
    ],
)  # fmt: skip
def test_a_time_is_read_as_danes_write_it(text, clock):
    assert parse_time(text) == clock


@pytest.mark.parametrize("text", ["", "17.60", "25.00", "5 pm", "1700", "middag", "17.5"])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - it is what date and time raise
        parse_time(text)


def test_what_is_shown_is_what_danes_write_and_is_read_again():
    assert (written_day(date(2027, 3, 28)), written_time(time(17))) == ("28.3.2027", "17.00")
    assert written_time(time(17, 0, 5)) == "17.00.05"
    assert parse_day(written_day(date(1, 2, 3))) == date(1, 2, 3)
