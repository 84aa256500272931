"""What changed between two published statements, for citizens."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Any

from django.utils.safestring import SafeString

from nejtilbander.i18n.languages import SOURCE
from nejtilbander.i18n.models import Translated
from nejtilbander.text.diff import difference
from nejtilbander.text.prose import plain

MOST_KEPT = 32  # comparisons that readers may ask for, in each process
_kept: OrderedDict[Hashable, tuple[SafeString, str]] = OrderedDict()


def compared(before: Any, after: Any, language: str) -> tuple[SafeString, str]:
    """What changed in the body between two published versions, and the language it is shown in.

    Never across languages: Danish unless both versions have the reader's. Worked out once, not for every reader.
    """
    key = (type(after), before.pk, before.updated_at, after.pk, after.updated_at, language)
    if key not in _kept:
        _kept[key] = _compared(before, after, language)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return _kept[key]


def _compared(before: Translated, after: Translated, language: str) -> tuple[SafeString, str]:
    texts = [version.texts(language)["body"] for version in (before, after)]
    if not all(texts):
        language, texts = SOURCE, [version.texts(SOURCE)["body"] for version in (before, after)]
    return difference(plain(texts[0]), plain(texts[1])), language
