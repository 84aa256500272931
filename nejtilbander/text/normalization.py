"""Normalisation of text for search: the same word in another case, accent or letter variant is the same."""

import re
import unicodedata

MAX_QUERY = 100  # characters; a longer query is cut, never refused
_SAME = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ی", "ي": "ی", "ك": "ک", "ة": "ه", "ı": "i", "ـ": None})


def fold(text: str) -> str:
    """Lower case, without accents and vowel marks, Arabic letter variants made one, single spaces.

    Danish å, ø and æ keep their own letter (å is composed again): they are not accents.
    """
    kept = unicodedata.normalize("NFC", text.casefold()).replace("å", "\ue000")
    bare = "".join(char for char in unicodedata.normalize("NFKD", kept) if not unicodedata.combining(char))
    return re.sub(r"\s+", " ", bare.translate(_SAME).replace("\ue000", "å")).strip()


def query_words(query: str) -> list[str]:
    """The folded words of a search query, at most eight."""
    return [word for word in re.split(r"[\W_]+", fold(query.replace("\0", " ")[:MAX_QUERY])) if word][:8]
