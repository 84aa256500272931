"""The public diff of two published versions of a text."""

from functools import lru_cache

from django.utils.safestring import SafeString

from nejtilbander.i18n.languages import SOURCE
from nejtilbander.i18n.models import Translated
from nejtilbander.text.diff import diff_html
from nejtilbander.text.prose import to_plain_text

MAX_CACHED = 32  # diffs in each process


def compare(previous: Translated, current: Translated, language: str) -> tuple[SafeString, str]:
    """The diff of the field "body" as HTML, and the language it is in.

    Never across languages: Danish unless both versions have the body in `language`.
    """
    texts = [version.texts(language)["body"] for version in (previous, current)]
    if not all(texts):
        language, texts = SOURCE, [version.texts(SOURCE)["body"] for version in (previous, current)]
    return _diff(*texts), language


@lru_cache(maxsize=MAX_CACHED)
def _diff(old: str, new: str) -> SafeString:
    """Made once for all readers."""
    return diff_html(to_plain_text(old), to_plain_text(new))
