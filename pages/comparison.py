"""What changed between two published statements, for citizens."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Any

from django.utils.safestring import SafeString

from nejtilbander.i18n.languages import SOURCE
from nejtilbander.i18n.models import Translated
from nejtilbander.text.diff import diff_html
from nejtilbander.text.prose import to_plain_text

MAX_CACHED = 32  # comparisons that readers may ask for, in each process
_cache: OrderedDict[Hashable, tuple[SafeString, str]] = OrderedDict()


def compare(before: Any, after: Any, language: str) -> tuple[SafeString, str]:
    """What changed in the body between two published versions, and the language it is shown in.

    Never across languages: Danish unless both versions have the reader's. Worked out once, not for every reader.
    """
    key = (type(after), before.pk, before.updated_at, after.pk, after.updated_at, language)
    if key not in _cache:
        _cache[key] = _compare(before, after, language)
        while len(_cache) > MAX_CACHED:
            _cache.popitem(last=False)
    return _cache[key]


def _compare(before: Translated, after: Translated, language: str) -> tuple[SafeString, str]:
    texts = [version.texts(language)["body"] for version in (before, after)]
    if not all(texts):
        language, texts = SOURCE, [version.texts(SOURCE)["body"] for version in (before, after)]
    return diff_html(to_plain_text(texts[0]), to_plain_text(texts[1])), language
