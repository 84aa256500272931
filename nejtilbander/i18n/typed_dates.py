"""Days and times as Danes type them, read leniently: "28.3.2027", "28. marts 2027", "kl. 17", "17.00"."""

import re
from datetime import date, time

from nejtilbander.i18n.dates import DATE_NAMES
from nejtilbander.i18n.languages import SOURCE

_MONTHS = DATE_NAMES[SOURCE]["months"]
_DAY = re.compile(
    r"(?:[a-zæøå]+dag,?\s+)?(?:den\s+|d\.\s*)?"
    r"(?P<day>\d{1,2})\s*(?:[./-]\s*|\s)(?P<month>\d{1,2}|[a-zæøå]{3,9})\s*(?:[./-]\s*|,?\s|\.\s)(?P<year>\d{4}|\d{2})"
)
_TIME = re.compile(r"(?:kl(?:okken|\.)?\s*)?(\d{1,2})(?:[.:](\d{2})(?:[.:](\d{2})(?:\.\d{1,6})?)?)?")


def parse_day(text: str) -> date:
    """The day `text` names, the day before the month; ISO 8601 too. Raises ValueError.

    A year of two digits is in this century. The name of a month may be shortened to three letters; that of a weekday
    is not looked at.
    """
    text = " ".join(text.lower().split())
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return date.fromisoformat(text)
    found = _DAY.fullmatch(text)
    if found is None:
        raise ValueError(text)
    year = int(found["year"])
    return date(year if len(found["year"]) == 4 else 2000 + year, _month(found["month"]), int(found["day"]))


def _month(text: str) -> int:
    if text.isdecimal():
        return int(text)
    return next((number for number, name in enumerate(_MONTHS, 1) if name.startswith(text)), 0)


def parse_time(text: str) -> time:
    """The time of day `text` names, with a full stop or a colon, with or without "kl.". Raises ValueError."""
    found = _TIME.fullmatch(" ".join(text.lower().split()))
    if found is None:
        raise ValueError(text)
    hour, minute, second = (int(part or 0) for part in found.groups())
    return time(hour, minute, second)


def written_day(day: date) -> str:
    """The day in numbers, as Danes write it: "28.3.2027"."""
    return f"{day.day}.{day.month}.{day.year:04}"


def written_time(clock: time) -> str:
    """ "17.00"; with its seconds when it has any, so that nothing is lost when a form sends it back."""
    return clock.strftime("%H.%M.%S" if clock.second else "%H.%M")
