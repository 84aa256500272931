"""LIX, the Danish measure of how hard a text is to read (C.-H. Björnsson 1968)."""

import re

_SENTENCE_END = re.compile(r"[.!?:](?=\s|$)|\n")
_WORD = re.compile(r"[^\W\d_][\w'’-]*")


def lix(text: str) -> float:
    """Words per sentence plus the share of words of seven letters or more, in per cent.

    A line end closes a sentence, so headings and list items count as sentences of their own.
    0.0 for a text without words. Bands: 25-34 easy, 35-44 medium, 45-54 hard.
    """
    words = _WORD.findall(text)
    if not words:
        return 0.0
    sentences = [part for part in _SENTENCE_END.split(text) if _WORD.search(part)]
    return len(words) / len(sentences) + 100 * sum(len(word) > 6 for word in words) / len(words)
