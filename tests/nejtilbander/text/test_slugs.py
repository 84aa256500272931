"""Addresses made of titles."""

import pytest

from nejtilbander.text.slugs import numbered_slug, slug_of


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Åbent møde på Rådhuset", "aabent-moede-paa-raadhuset"),
        ("  Ærø, Ø & Å! ", "aeroe-oe-aa"),
        ("Café Müller: 2. del", "cafe-muller-2-del"),
        ("من المتصفح", ""),
        ("", ""),
    ],
)
def test_a_title_becomes_an_address_of_a_to_z(title, slug):
    assert slug_of(title) == slug


def test_a_long_title_is_cut_after_a_whole_word_and_one_long_word_anywhere():
    assert slug_of("en meget lang overskrift", 12) == "en-meget"
    assert slug_of("en meget", 8) == "en-meget"
    assert slug_of("politikommissariatet", 8) == "politiko"


def test_a_number_is_put_behind_an_address_and_fits():
    assert [numbered_slug("aften", number) for number in (1, 2, 10)] == ["aften", "aften-2", "aften-10"]
    assert numbered_slug("en-meget", 2, 8) == "en-meg-2"
    assert numbered_slug("aaben-aften", 2, 8) == "aaben-2"
