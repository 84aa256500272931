"""Prints the names and patterns of dates from CLDR, as Babel ships it; how to use it: nejtilbander/i18n/dates.py."""

import json

from babel import Locale

LOCALES = {"da": "da", "en": "en_GB", "ar": "ar", "so": "so", "tr": "tr", "fa": "fa"}  # British: the day first
FIELDS = {"EEEE": "{weekday}", "d": "{day}", "MMMM": "{month}", "y": "{year}"}


def from_cldr() -> dict[str, dict[str, str | list[str]]]:
    names: dict[str, dict[str, str | list[str]]] = {}
    for code, locale in LOCALES.items():
        data = Locale.parse(locale)
        names[code] = {style: data.date_formats[style].format % FIELDS for style in ("full", "long")}
        names[code]["weekdays"] = [data.days["format"]["wide"][number] for number in range(7)]
        names[code]["months"] = [data.months["format"]["wide"][number] for number in range(1, 13)]
        names[code]["short_months"] = [
            data.months["stand-alone"]["abbreviated"][number].strip(".") for number in range(1, 13)
        ]
    return names


if __name__ == "__main__":
    print(json.dumps(from_cldr(), ensure_ascii=False, indent=2))
