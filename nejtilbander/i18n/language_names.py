"""The names of the six languages in Danish, for staff; settings.LANGUAGES has each in its own language."""

from django.conf import settings

DANISH_NAMES = {
    "da": "dansk", "en": "engelsk", "ar": "arabisk", "so": "somali", "tr": "tyrkisk", "fa": "persisk",
}  # fmt: skip


def full_name(code: str) -> str:
    """As in "Arabisk (العربية)"; "Dansk" alone."""
    name, own = DANISH_NAMES[code].capitalize(), str(dict(settings.LANGUAGES)[code])
    return name if name == own else f"{name} ({own})"


def listed(codes: list[str]) -> str:
    """The names in a sentence: "arabisk, somali og tyrkisk"."""
    *first, last = (DANISH_NAMES[code] for code in codes)
    return f"{', '.join(first)} og {last}" if first else last
