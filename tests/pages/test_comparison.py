"""The comparison of two statements that readers see."""

import pytest

from pages import comparison
from pages.comparison import compare
from tests.support.factories import a_statement


@pytest.mark.django_db
def test_readers_of_two_versions_wait_for_their_comparison_once_until_one_of_them_is_published_anew():
    old, new = a_statement(71, body_da="<p>en to</p>"), a_statement(72, body_da="<p>en tre</p>", body_en="<p>one</p>")

    first = compare(old, new, "da")
    assert first == ("en <del>to</del> <ins>tre</ins> ", "da")
    assert compare(old, new, "da")[0] is first[0]
    assert compare(old, new, "en") == first, "Danish until both have the language"

    old.body_en = "<p>one two</p>"
    old.save()
    assert compare(old, new, "en") == ("one <del>two</del> ", "en")
    assert compare(old, new, "da") == first


@pytest.mark.django_db
def test_only_the_newest_comparisons_are_kept():
    old, new = a_statement(71, body_da="<p>en to</p>"), a_statement(72, body_da="<p>en tre</p>")
    for number in range(comparison.MAX_CACHED + 5):
        old.body_da = f"<p>en {number}</p>"
        compare(old, new, "da")
    assert comparison._diff.cache_info().currsize == comparison.MAX_CACHED
