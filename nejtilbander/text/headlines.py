"""Headlines on paper: the largest size in which a text fits its box."""

SIZES = (200, 170, 140, 120, 104, 90, 76, 64, 54, 44, 36, 30)  # points; poster.css has a class for each
WIDTH = 515  # points: a sheet of A4 without its margins, and a little less, for no two fonts are alike
# Em, of the capitals and letters of Arial Bold, and of Arabic letters as most fonts draw them.
_WIDTHS = dict.fromkeys("iıjlI.,:;!|' ", 0.28) | dict.fromkeys("ftr-()", 0.36) | dict.fromkeys("mwMW", 0.9)
_CAPITAL, _LETTER, _ARABIC = 0.72, 0.59, 0.68
_LINE_HEIGHT, _ARABIC_LINE_HEIGHT = 1.05, 1.2  # as in poster.css


def headline_size(text: str, height: float) -> int:
    """The size in points, one of SIZES, in which `text` in bold fits WIDTH x `height` points. The smallest fits all."""
    return next((size for size in SIZES if _height(text, size) <= height), SIZES[-1])


def _height(text: str, size: int) -> float:
    """The height of `text` in points, broken into lines between its words; infinite when a word is too wide."""
    room, lines, used = WIDTH / size, 1, 0.0
    for word in text.split():
        width = sum(map(_width, word))
        if width > room:
            return float("inf")
        if used and used + _width(" ") + width > room:
            lines, used = lines + 1, 0.0
        used += width + (_width(" ") if used else 0)
    return lines * size * (_ARABIC_LINE_HEIGHT if any(map(_is_arabic, text)) else _LINE_HEIGHT)


def _width(letter: str) -> float:
    if _is_arabic(letter):
        return _ARABIC
    return _WIDTHS.get(letter, _CAPITAL if letter.isupper() else _LETTER)


def _is_arabic(letter: str) -> bool:
    return "\u0600" <= letter <= "\u06ff"
