"""Prints the names and patterns of dates from CLDR, as Babel ships it; how to use it: nejtilbander/i18n/dates.py."""

import json

from babel import Locale
from babel.dates import parse_pattern

LOCALES = {"da": "da", "en": "en_GB", "ar": "ar", "so": "so", "tr": "tr", "fa": "fa"}  # British: the day first
# CLDR's Somali is American, the month first: that is a misread date in Denmark.
DAY_FIRST = {"so": {"full": "EEEE, d MMMM y", "long": "d MMMM y"}}
FIELDS = {"EEEE": "{weekday}", "d": "{day}", "MMMM": "{month}", "y": "{year}"}


def pattern_of(code: str, style: str) -> str:
    return DAY_FIRST.get(code, {}).get(style) or Locale.parse(LOCALES[code]).date_formats[style].pattern


def from_cldr() -> dict[str, dict[str, str | list[str]]]:
    names: dict[str, dict[str, str | list[str]]] = {}
    for code, locale in LOCALES.items():
        data = Locale.parse(locale)
        names[code] = {style: parse_pattern(pattern_of(code, style)).format % FIELDS for style in ("full", "long")}
        names[code]["weekdays"] = [data.days["format"]["wide"][number] for number in range(7)]
        names[code]["months"] = [data.months["format"]["wide"][number] for number in range(1, 13)]
        names[code]["short_months"] = [
            data.months["stand-alone"]["abbreviated"][number].strip(".") for number in range(1, 13)
        ]
    return names


if __name__ == "__main__":
    print(json.dumps(from_cldr(), ensure_ascii=False, indent=2))
