"""The word that was meant: the one most like what was typed, by the trigrams they share (as PostgreSQL's pg_trgm)."""

from collections.abc import Iterable

from nejtilbander.text.normalization import fold

MIN_SIMILARITY = 0.3  # pg_trgm's own default


def trigrams(folded: str) -> set[str]:
    """The runs of three characters of a word, with two spaces before it and one after."""
    padded = f"  {folded} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)}


def similarity(one: set[str], other: set[str]) -> float:
    """The shared part of two sets of trigrams, from 0 to 1."""
    return len(one & other) / len(one | other)


def closest(word: str, known: Iterable[str]) -> str:
    """The most alike of the words `known`, in lower case, to the folded `word`; "" when none is much alike."""
    wanted = trigrams(word)
    folded = {fold(one): one.lower() for one in known}
    rated = [(similarity(wanted, trigrams(one)), one) for one in sorted(folded)]
    best, found = max(rated, default=(0.0, ""))
    return folded[found] if best >= MIN_SIMILARITY else ""
