"""What nobody sees makes no difference."""

import sys
import unicodedata

import pytest

from nejtilbander.text.invisible import JOINERS, strip_invisible


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("\u200eanna@example.dk\u200f", "anna@example.dk"),
        ("\ufeffanna", "anna"),
        ("an\u00adna\u200b\u2060", "anna"),
        ("\u202aanna\u202c \u2066bo\u2069", "anna bo"),
        ("an\u00a0na\u2009na\u3000na", "an na na na"),
        ("to\nlinjer\t", "to\nlinjer\t"),
        ("علی\u200cرضا", "علیرضا"),
    ],
)
def test_invisible_signs_are_taken_out_and_wide_spaces_are_spaces(pasted, kept):
    assert strip_invisible(pasted) == kept


def test_the_joiners_of_persian_names_can_be_kept():
    assert strip_invisible("\u200eعلی\u200cرضا\u200d", keep_joiners=True) == "علی\u200cرضا\u200d"
    assert strip_invisible(JOINERS) == ""


def test_every_format_character_without_a_shape_goes_and_every_letter_stays():
    shaped = set("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
    everything = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    formats = {char for char in everything if unicodedata.category(char) == "Cf" and ord(char) < 0x1_0000} - shaped
    assert {char for char in formats if strip_invisible(char)} == set(), sys.version
    letters = {char for char in everything if unicodedata.category(char) in {"Ll", "Lu", "Lo", "Nd"}}
    assert {char for char in letters if not strip_invisible(char)} == set("\u115f\u1160\u3164\uffa0"), "Hangul fillers"
