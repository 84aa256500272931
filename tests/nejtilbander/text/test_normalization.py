"""Words are compared however they were typed."""

import pytest

from nejtilbander.text.normalization import fold, query_words


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("RÅDHUSET  på\nFlakhaven", "rådhuset på flakhaven"),
        ("Økonomi Æble", "økonomi æble"),
        ("café", "cafe"),
        ("ra\u030adhus", "rådhus"),
        ("İSTANBUL ısı", "istanbul isi"),
        ("أُودِنسه", "اودنسه"),
        ("مدرسة", "مدرسه"),
        ("كتاب يمني", "کتاب یمنی"),
    ],
    ids=[
        "danish capitals",
        "danish letters",
        "accents",
        "decomposed å",
        "turkish i",
        "vowel marks",
        "te marbuta",
        "persian letters",
    ],
)
def test_words_are_made_comparable(typed, folded):
    assert fold(typed) == folded


def test_a_question_is_cut_to_eight_words_and_bad_characters_are_dropped():
    assert query_words("Vold, og\0 trusler!") == ["vold", "og", "trusler"]
    assert len(query_words("ord " * 40)) == 8
    assert query_words("??? ") == []
