"""What changed between two versions, for citizens."""

import pytest

from nejtilbander.changes import difference


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("en to tre", "en to tre", "en to tre"),
        ("en to tre", "en tre", "en <del>to</del> tre"),
        ("en tre", "en to tre", "en <ins>to</ins> tre"),
        ("en to", "en fire", "en <del>to</del> <ins>fire</ins> "),
        ("", "ny", "<ins>ny</ins> "),
        ("<b>", "<i>", "<del>&lt;b&gt;</del> <ins>&lt;i&gt;</ins> "),
    ],
    ids=["same", "taken out", "put in", "changed", "new", "escaped"],
)
def test_words_that_came_in_and_went_out_are_marked(old, new, shown):
    assert difference(old, new) == shown
