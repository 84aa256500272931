"""Words made comparable, so that search finds them however they were typed."""

import re
import unicodedata

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

MAX_QUERY = 100  # characters; longer questions are cut, never refused
_SAME = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ی", "ي": "ی", "ك": "ک", "ة": "ه", "ı": "i", "ـ": None})


def fold(text: str) -> str:
    """Lower case, without accents and vowel marks, Arabic letter variants made one, single spaces.

    Danish å, ø and æ keep their own letter (å is composed again): they are not accents.
    """
    kept = unicodedata.normalize("NFC", text.casefold()).replace("å", "\ue000")
    bare = "".join(char for char in unicodedata.normalize("NFKD", kept) if not unicodedata.combining(char))
    return re.sub(r"\s+", " ", bare.translate(_SAME).replace("\ue000", "å")).strip()


def words_of(query: str) -> list[str]:
    """The folded words of a question, at most eight."""
    return [word for word in re.split(r"[\W_]+", fold(query.replace("\0", " ")[:MAX_QUERY])) if word][:8]


def excerpt(text: str, words: list[str], width: int = 160) -> SafeString:
    """About `width` characters of `text` around the first hit, escaped, each hit inside <mark>."""
    flat = " ".join(text.split())
    first = min((at for at in (_find(flat, word) for word in words) if at >= 0), default=0)
    start = max(0, flat.rfind(" ", 0, max(0, first - width // 3)) + 1)
    piece = flat[start : start + width]
    if start + width < len(flat):
        piece = piece.rsplit(" ", 1)[0]
    marked = format_html_join(" ", "{}", ((_marked(token, words),) for token in piece.split(" ")))
    return format_html("{}{}{}", "… " if start else "", marked, " …" if start + width < len(flat) else "")


def _find(text: str, word: str) -> int:
    """Where the first token of `text` that holds `word` begins; -1 when none does."""
    return next((m.start() for m in re.finditer(r"\S+", text) if word in fold(m[0])), -1)


def _marked(token: str, words: list[str]) -> SafeString | str:
    return format_html("<mark>{}</mark>", token) if any(word in fold(token) for word in words) else token
