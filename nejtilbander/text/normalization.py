"""Normalisation of text for search: what looks or sounds the same, however it was typed, is the same.

Both sides are folded by the same rules: the index with `index_text`, a query with `query_words`.
"""

import re
import unicodedata

from nejtilbander.text.invisible import JOINERS, strip_invisible

MAX_QUERY = 100  # characters; a longer query is cut, never refused
MAX_WORDS = 8
_SAME = str.maketrans({
    "æ": "ae", "ø": "oe", "ı": "i", "ـ": None,  # a keyboard without Danish letters; the Arabic stretching sign
    "ى": "ی", "ي": "ی", "ے": "ی", "ك": "ک", "ڪ": "ک", "ة": "ه", "ہ": "ه", "ھ": "ه", "ە": "ه", "ٱ": "ا",
    **dict.fromkeys("'’‘`´ʻʼʾʿ′＇", None),  # the Somali glottal stop, the Turkish suffix
})  # fmt: skip
# Each begins at the beginning of a word and never looks back: a long text takes no longer than its length.
_SPACED_DIGITS = re.compile(r"(?<![^\W_])\d++(?:[ \u2010-\u2014-]\d++)++")
_HYPHENATED = re.compile(r"(?<![^\W_])[^\W\d_]++(?:[\u2010\u2011-][^\W\d_]++)++")
# Persian writes these apart, together, or with a joiner between.
_PERSIAN_APART = re.compile(r"(?<![^\W_])(?:ن?می [^\W_]++|[^\W_]++ (?:های|ها|ترین|تر)(?![^\W_]))")
# A joiner between two long parts: they may be written apart, and the index has each of them in any case.
_JOINED = re.compile(f"(?<=[^\\W_][^\\W_][^\\W_])[{JOINERS}](?=[^\\W_]{{3}})")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DENMARK = re.compile(r"^(?:00)?45(?=\d{8}$)")  # before a telephone number, which the texts write without


def fold(text: str) -> str:
    """Lower case, without accents, vowel marks and invisible signs; digits 0 to 9; å, æ, ø as aa, ae, oe.

    Arabic and Persian letter variants are one letter, apostrophes are left out, spaces are single.
    """
    flat = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", strip_invisible(text)).casefold())
    bare = "".join(char for char in flat.replace("a\u030a", "aa") if not unicodedata.combining(char))
    return " ".join(ascii_digits(bare.translate(_SAME)).split())


def ascii_digits(text: str) -> str:
    """`text` with the decimal digits of every script as 0 to 9."""
    if text.isascii():
        return text
    return "".join(char if (digit := unicodedata.decimal(char, None)) is None else str(digit) for char in text)


def index_text(text: str) -> str:
    """What search looks in: the folded words of `text`, each between two spaces.

    At the end comes what may be typed in one word: "70101212", "email", a Persian verb with its prefix.
    """
    folded = fold(text)
    apart = [
        *re.findall(_SPACED_DIGITS, folded), *re.findall(_HYPHENATED, folded), *re.findall(_PERSIAN_APART, folded)
    ]  # fmt: skip
    words = [*_words(folded), *dict.fromkeys("".join(_words(found)) for found in apart)]
    return f" {' '.join(words)} "


def query_words(query: str) -> list[str]:
    """The folded words of a search query, at most MAX_WORDS. Digits in groups are one number, unless all are years."""
    folded = fold(_JOINED.sub(" ", query[:MAX_QUERY].replace("\0", " ")))
    words: list[str] = []
    group: list[str] = []
    for word in [*_words(_PERSIAN_APART.sub(lambda found: found[0].replace(" ", ""), folded)), ""]:
        if word.isdigit():
            group.append(word)
            continue
        words += group if all(_YEAR.fullmatch(number) for number in group) else [_DENMARK.sub("", "".join(group))]
        words += [word] if word else []
        group = []
    return words[:MAX_WORDS]


def _words(folded: str) -> list[str]:
    return [word for word in re.split(r"[\W_]+", folded) if word]
