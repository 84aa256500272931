"""What changed between two versions of a text, for citizens and for staff: words in, words out.

Paragraphs are held against paragraphs first, and words only where those differ: 1 MB takes less than half a second.
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

MAX_PAIRS = 500_000  # of equal words looked at in one comparison, about 0.3 s; above it old and new stand whole
MIN_SHARED_DIVISOR = 3  # two paragraphs correspond when a third of the shorter one's words stand in both

Runs = Iterator[tuple[list[str], list[str]]]


def diff_html(old: str, new: str) -> SafeString:
    """`new` as HTML with what was added inside <ins> and what was taken away inside <del>. Both are plain text."""
    comparison = _Comparison()
    lines = [
        comparison.words(*pair)
        for before, after in comparison.runs(old.split("\n"), new.split("\n"))
        for pair in _align_paragraphs(before, after)
    ]
    html = format_html_join("\n", "{}", ((line,) for line in lines))
    return mark_safe(html.replace(" \n", "\n"))  # noqa: S308 - with nothing new in it


def _align_paragraphs(before: list[str], after: list[str]) -> list[tuple[str, str]]:
    """The paragraphs that may correspond: one by one when they are as many, else all of them together."""
    if len(before) == len(after) and before != after:
        return list(zip(before, after, strict=True))
    return [("\n".join(before), "\n".join(after))]


class _Comparison:
    """One comparison of two texts, and how much patience is left for it."""

    def __init__(self) -> None:
        self.left = MAX_PAIRS

    def words(self, old: str, new: str) -> SafeString | str:
        """The HTML of two paragraphs that may correspond."""
        if old == new:
            return new
        before, after = (re.findall(r"\S+|\n", text) for text in (old, new))
        runs = list(self.runs(before, after))
        if MIN_SHARED_DIVISOR * sum(len(is_in) for was, is_in in runs if was == is_in) < min(len(before), len(after)):
            runs = [(before, after)]  # another text: stray words that stand in both say nothing
        html = format_html_join("", "{}", ((piece,) for run in runs for piece in _mark_up(*run)))
        is_marked = not runs or runs[-1][0] != runs[-1][1]
        return html if is_marked else mark_safe(html.removesuffix(" "))  # noqa: S308 - likewise

    def runs(self, before: list[str], after: list[str]) -> Runs:
        """Both from the beginning to the end: in turn what is the same and what is not."""
        begin = _common_prefix(before, after)
        end = _common_prefix(before[begin:][::-1], after[begin:][::-1])
        last, latest = len(before) - end, len(after) - end
        found = [(i, i) for i in range(begin)]
        found += [(begin + i, begin + k) for i, k in self._common(before[begin:last], after[begin:latest])]
        found += [(last + i, latest + i) for i in range(end)]
        return _alternate(before, after, found)

    def _common(self, before: list[str], after: list[str]) -> list[tuple[int, int]]:
        """The places of the longest row that stands in both, in the same order (Hunt and Szymanski, 1977).

        Nothing when that is more work than is left. difflib's is cubic on words that come again and again.
        """
        counted = Counter(after)
        work = sum(counted[one] for one in before)
        if work > self.left:
            return []
        self.left -= work
        places = defaultdict(list)
        for k, one in enumerate(after):
            places[one].append(k)
        ends: list[int] = []  # ends[n]: where in `after` the best row of n + 1 ends
        rows: list[Any] = []  # rows[n]: that row, as (i, k, the row before)
        for i, one in enumerate(before):
            for k in reversed(places.get(one, [])):
                n = bisect_left(ends, k)
                ends[n : n + 1] = [k]
                rows[n : n + 1] = [(i, k, rows[n - 1] if n else None)]
        return _unroll(rows[-1] if rows else None)


def _common_prefix(before: list[str], after: list[str]) -> int:
    """How many are the same at the beginning."""
    for n, (was, is_now) in enumerate(zip(before, after, strict=False)):
        if was != is_now:
            return n
    return min(len(before), len(after))


def _unroll(row: Any) -> list[tuple[int, int]]:
    found = []
    while row:
        i, k, row = row
        found.append((i, k))
    return found[::-1]


def _alternate(before: list[str], after: list[str], found: list[tuple[int, int]]) -> Runs:
    same: list[str] = []
    i = k = 0
    for to_i, to_k in [*found, (len(before), len(after))]:
        if to_i > i or to_k > k:
            if same:
                yield same, same
            yield before[i:to_i], after[k:to_k]
            same = []
        same += after[to_k : to_k + 1]
        i, k = to_i + 1, to_k + 1
    if same:
        yield same, same


def _mark_up(before: list[str], after: list[str]) -> list[SafeString | str]:
    if before == after:
        return [_join_words(after)]
    gone: list[SafeString | str] = [format_html("<del>{}</del> ", _join_words(before).strip(" "))] if before else []
    return gone + ([format_html("<ins>{}</ins> ", _join_words(after).strip(" "))] if after else [])


def _join_words(words: list[str]) -> str:
    return "".join(word if word == "\n" else f"{word} " for word in words)
