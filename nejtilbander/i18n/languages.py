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
DANISH_NAMES = {  # for staff, in the middle of a sentence
    "da": "dansk", "en": "engelsk", "ar": "arabisk", "so": "somalisk", "tr": "tyrkisk", "fa": "persisk",
}  # fmt: skip


class TranslationState(models.TextChoices):
    """The state of a text in one language, from worst to best."""

    MISSING = "missing", "mangler"
    OUTDATED = "outdated", "ældre end den danske"
    UNREAD = "unread", "ikke læst af en sprogkyndig"
    REVIEWED = "reviewed", "læst af en sprogkyndig"


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
