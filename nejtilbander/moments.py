"""Dates and times in words, in every language. Babel, because Django has no Somali months."""

from datetime import date, datetime

from babel.dates import format_date
from django.utils import timezone, translation

_LOCALES = {"en": "en_GB"}  # the rest of Europe writes the day first


def _locale() -> str:
    language = translation.get_language() or "da"
    return _LOCALES.get(language, language)


def day(moment: date | datetime) -> str:
    """The day in words with its weekday, in the active language and Danish local time."""
    local = timezone.localdate(moment) if isinstance(moment, datetime) else moment
    return format_date(local, "full", locale=_locale())


def short_day(moment: date | datetime) -> str:
    """The day without weekday."""
    local = timezone.localdate(moment) if isinstance(moment, datetime) else moment
    return format_date(local, "long", locale=_locale())


def clock(moment: datetime) -> str:
    """Hours and minutes, 24-hour, in Danish local time; Danes write a full stop, others a colon."""
    return timezone.localtime(moment).strftime("%H.%M" if _locale() == "da" else "%H:%M")
