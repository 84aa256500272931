"""Social cards (Open Graph images): the picture beside a shared link, drawn per page and language."""

import textwrap
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import resvg_py
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from PIL import ImageFont

from nejtilbander.i18n.languages import direction
from nejtilbander.text.invisible import JOINERS, strip_invisible

# Latin, Turkish, Arabic and Persian in one.
FONT = Path(settings.BASE_DIR) / "nejtilbander" / "fonts" / "Vazirmatn-Bold.ttf"
LINE_LENGTH, MAX_LINES = 26, 3  # characters, lines: as much as fits beside the drawn houses


def break_title(title: str) -> list[str]:
    """`title` broken to fit the card in lines of about the same length, cut with an ellipsis where it is too long."""
    full = textwrap.wrap(title, LINE_LENGTH, max_lines=MAX_LINES, placeholder=" …")
    if not full or full[-1].endswith("…"):
        return full
    narrower = (textwrap.wrap(title, width, break_long_words=False) for width in range(8, LINE_LENGTH))
    return next((lines for lines in narrower if len(lines) == len(full)), full)


@lru_cache(maxsize=1)
def _font() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT)


def without_undrawable(title: str) -> str:
    """`title` without the symbols that FONT lacks, as emoji: each would be a hole in the line."""
    shown = (
        char for char in title if not unicodedata.category(char).startswith("S") or _font().getmask(char).getbbox()
    )
    words = (word.strip(JOINERS) for word in strip_invisible("".join(shown), keep_joiners=True).split())
    return " ".join(filter(None, words))


def line_above(context: Mapping[str, object]) -> str:
    """What stands over the title on the card of the page with `context`: the campaign, or else who sends it.

    The front page's title is the campaign's name already, and a discreet page does not say it (docs/decisions/0004).
    """
    is_silent = context.get("is_front") or context.get("is_discreet")
    return "Odense Kommune" if is_silent else _("Odense siger NEJ TIL BANDER")


@lru_cache(maxsize=128)
def card_png(title: str, above: str, language: str) -> bytes:
    """A PNG of 1200 x 630 pixels, the size Open Graph readers expect. `above` stands over the title."""
    svg = card_svg(title, above, language)
    return resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True, font_files=[str(FONT)])


def card_svg(title: str, above: str, language: str) -> str:
    """The drawing that the PNG is made of."""
    lines = break_title(without_undrawable(title))
    # About 0.68 em a letter at most, in 1,040 pixels.
    size = min(72, int(1040 / 0.68 / max(map(len, lines), default=1)))
    context = {"lines": lines, "size": size, "above": above, "is_rtl": direction(language) == "rtl"}
    return render_to_string("site/card.svg", context)
