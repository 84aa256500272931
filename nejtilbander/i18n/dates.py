"""Dates and times in words, in every language. Babel, because Django has no Somali months."""

from datetime import date, datetime
from functools import cache

from babel import Locale, localedata
from babel.dates import format_date
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

YEARS = (2000, 2100)  # the first and the last that staff can mean; far from them there is no reckoning in time zones
_OF_DATES = {"date_formats", "days", "months"}
_OF_FILES = {"en": {"languages"}}  # a PO file says in English which language it is in (exchange.py)
_LOCALES = {"en": "en_GB"}  # the rest of Europe writes the day first


@cache
def _locale(language: str) -> Locale:
    """Of all that Babel knows of a language, what dates in words need: the rest weighs 6 MB in every process."""
    found = Locale.parse(_LOCALES.get(language, language))
    for name in ("root", "en", "en_001", str(found)):  # each is made from those before it
        data = localedata.load(name)  # the very dictionary that Babel keeps
        for part in data.keys() - _OF_DATES - _OF_FILES.get(name, set()):
            del data[part]
    return found


def _active() -> Locale:
    return _locale(translation.get_language() or "da")


def format_day(moment: date | datetime) -> str:
    """The day in words with its weekday, in the active language and Danish local time."""
    local = timezone.localdate(moment) if isinstance(moment, datetime) else moment
    return format_date(local, "full", locale=_active())


def format_short_day(moment: date | datetime) -> str:
    """The day without weekday."""
    local = timezone.localdate(moment) if isinstance(moment, datetime) else moment
    return format_date(local, "long", locale=_active())


def format_time(moment: datetime) -> str:
    """Hours and minutes, 24-hour, in Danish local time; Danes write a full stop, others a colon."""
    return timezone.localtime(moment).strftime("%H.%M" if _active().language == "da" else "%H:%M")


def validate_year(moment: date | datetime) -> None:
    """Raises ValidationError. For every field that staff write a day or a moment in."""
    if not YEARS[0] <= moment.year <= YEARS[1]:
        raise ValidationError(f"Vælg et år fra {YEARS[0]} til {YEARS[1]}.", code="far_away")
