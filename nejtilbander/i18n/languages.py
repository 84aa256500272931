"""The six languages: codes, addresses, text direction, and the states of a translation.

A text is Danish first. For every other language an object stores, in `translations`, the hash of the Danish text its
translation was made from, and whether a speaker has read it. Nothing else is stored: a translation that is missing or
older than the Danish is found by comparison when asked, so a state can never be out of date.
"""

from collections.abc import Iterable

from django.conf import settings
from django.db import models

SOURCE = "da"
CODES = [code for code, _ in settings.LANGUAGES]
DANISH_NAMES = {  # for staff; settings.LANGUAGES has what readers call their own
    "da": "dansk", "en": "engelsk", "ar": "arabisk", "so": "somalisk", "tr": "tyrkisk", "fa": "persisk",
}  # fmt: skip


class TranslationState(models.TextChoices):
    """The state of a text in one language, from worst to best. The labels are for staff: see `state_label`."""

    MISSING = "missing", "Mangler"
    OUTDATED = "outdated", "Skal opdateres"
    UNREAD = "unread", "Ikke læst"
    REVIEWED = "reviewed", "Læst"


def state_label(state: TranslationState, *, is_machine_translated: bool) -> str:
    """The words that staff see for a translation's state, the same on every page."""
    is_machine = is_machine_translated and state == TranslationState.UNREAD
    return "Maskinoversat, ikke læst" if is_machine else state.label


def full_name(code: str) -> str:
    """For staff, as in "Arabisk (العربية)"; "Dansk" alone."""
    name, own = DANISH_NAMES[code].capitalize(), str(dict(settings.LANGUAGES)[code])
    return name if name == own else f"{name} ({own})"


def listed_languages(codes: list[str]) -> str:
    """The Danish names in a sentence: "arabisk, somalisk og tyrkisk"."""
    *first, last = (DANISH_NAMES[code] for code in codes)
    return f"{', '.join(first)} og {last}" if first else last


def worst_state(states: Iterable[TranslationState]) -> TranslationState:
    return min(states, key=list(TranslationState).index, default=TranslationState.REVIEWED)


def path_in_language(path: str, language: str) -> str:
    """The path of the same page in `language`: slugs are Danish everywhere, only the prefix differs."""
    first, _, rest = path.lstrip("/").partition("/")
    # No slash may remain in front: "//example.org" is an address on another site.
    bare = rest.lstrip("/") if first in CODES and first != SOURCE else path.lstrip("/")
    return f"/{bare}" if language == SOURCE else f"/{language}/{bare}"


def direction(language: str) -> str:
    return "rtl" if language in settings.LANGUAGES_BIDI else "ltr"


def catalogue_state(language: str) -> TranslationState:
    """The state of the message catalogue (menu, guide): reviewed once an operator lists it in CATALOGUES_READ."""
    return TranslationState.REVIEWED if language in settings.CATALOGUES_READ else TranslationState.UNREAD
