"""Headlines on posters: as large as their box allows."""

import pytest
from django.conf import settings

from nejtilbander.text.headlines import SIZES, headline_size


@pytest.mark.parametrize(
    ("text", "height", "size"),
    [
        ("NEJ", 240, 200),
        ("Her siger vi", 190, 90),
        ("Her siger vi", 80, 76),  # one line of 90 points is higher than the box
        ("Du er ikke alene.", 216, 90),  # two lines
        ("Du er ikke alene.", 100, 54),  # one line
        ("لست وحدك.", 216, 90),
        ("Boligorganisationernes", 500, 44),  # a word is never broken
        ("Ord " * 200, 200, 30),
        ("", 210, 200),
    ],
)
def test_a_headline_is_as_large_as_fits_the_box_in_whole_words(text, height, size):
    assert headline_size(text, height) == size


def test_every_size_has_its_class_in_the_stylesheet():
    css = (settings.BASE_DIR / "static" / "css" / "poster.css").read_text()
    unit = 2.1 / 25.4 * 72  # points in a hundredth of the width of A4

    for size in SIZES:
        written = float(css.partition(f".pt{size} {{ font-size: calc(")[2].partition(" *")[0])
        assert written * unit == pytest.approx(size, rel=0.01)
