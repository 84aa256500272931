"""Which languages, what is complete in them, and how a borrowed Danish text is marked.

A text is Danish first. For every other language an object remembers, in `translations`, which Danish text
its translation was made from (a hash) and whether a speaker has read it. Nothing else is stored: whether a
translation is missing or older than the Danish is worked out when asked, so it can never be out of step.
"""

from collections.abc import Iterable

from django.conf import settings
from django.db import models

SOURCE = "da"
CODES = [code for code, _ in settings.LANGUAGES]


class TranslationState(models.TextChoices):
    """How a text stands in one language. The order is from worst to best."""

    MISSING = "missing", "mangler"
    OUTDATED = "outdated", "ældre end den danske"
    UNREAD = "unread", "ikke læst af en sprogkyndig"
    REVIEWED = "reviewed", "læst af en sprogkyndig"


def worst_state(states: Iterable[TranslationState]) -> TranslationState:
    return min(states, key=list(TranslationState).index, default=TranslationState.REVIEWED)


def path_in_language(path: str, language: str) -> str:
    """The same page's address in another language: slugs are Danish everywhere, only the prefix differs."""
    first, _, rest = path.lstrip("/").partition("/")
    # No slash may remain in front: "//example.org" would lead off the site.
    bare = rest.lstrip("/") if first in CODES and first != SOURCE else path.lstrip("/")
    return f"/{bare}" if language == SOURCE else f"/{language}/{bare}"


def direction(language: str) -> str:
    return "rtl" if language in settings.LANGUAGES_BIDI else "ltr"


def catalogue_state(language: str) -> TranslationState:
    """How the words of the code (menu, guide) stand in `language`; an operator says when a speaker has read them."""
    return TranslationState.REVIEWED if language in settings.CATALOGUES_READ else TranslationState.UNREAD
