"""What changed between two texts, word by word."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nejtilbander.text.diff import diff_html
from tests.support.waiting import effort


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
    assert diff_html(old, new) == shown


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("en\nto\ntre", "en\ntre", "en\n<del>to</del>\ntre"),
        ("en\ntre", "en\nto\ntre", "en\n<ins>to</ins>\ntre"),
        ("en to\ntre", "en fire\ntre", "en <del>to</del> <ins>fire</ins>\ntre"),
        ("en to\ntre fire", "en\nfem fire", "en <del>to</del>\n<del>tre</del> <ins>fem</ins> fire"),
        ("en", "en\nto", "en\n<ins>to</ins> "),
        ("en\nto", "en", "en\n<del>to</del> "),
        ("en", "en to", "en <ins>to</ins> "),
        ("en to", "en", "en <del>to</del> "),
    ],
    ids=["taken out", "put in", "changed", "several", "line after", "last line", "word after", "last word"],
)
def test_lines_stay_lines(old, new, shown):
    assert diff_html(old, new) == shown


@pytest.mark.parametrize("separator", ["\n", " "], ids=["many lines", "one line"])
def test_the_longest_texts_are_compared_at_once(separator):
    words = [f"ord{number * number % 97}" for number in range(14_000)]
    other = [word if number % 50 else "nyt" for number, word in enumerate(words)]

    shown, units = effort(lambda: diff_html(separator.join(words), separator.join(other)))

    assert units < 1000, "about 6, and it was 5,000"
    assert re.sub(r"<del>.*?</del>|</?ins>", " ", shown, flags=re.DOTALL).split() == other


@pytest.mark.parametrize("separator", ["\n", " "], ids=["many lines", "one line"])
@given(
    old=st.lists(st.sampled_from(["en", "to", "tre"]), max_size=8),
    new=st.lists(st.sampled_from(["en", "to", "tre"]), max_size=8),
)
def test_without_what_was_taken_out_the_new_text_stands_there_and_without_what_came_in_the_old(separator, old, new):
    shown = diff_html(separator.join(old), separator.join(new))

    assert re.sub(r"<del>.*?</del>|</?ins>", " ", shown, flags=re.DOTALL).split() == new
    assert re.sub(r"<ins>.*?</ins>|</?del>", " ", shown, flags=re.DOTALL).split() == old


def paragraphs(number, words=200):
    """Of words that come again and again, some more than others, as words do."""
    return [" ".join(f"ord{(n * n + k * k * k) % 997 % (k % 97 + 1)}" for k in range(words)) for n in range(number)]


def test_a_new_paragraph_moves_nothing_else():
    lines = paragraphs(5)
    shown = diff_html("\n".join(lines), "\n".join([*lines[:2], "helt nyt", *lines[2:]]))
    assert shown == "\n".join([*lines[:2], "<ins>helt nyt</ins>", *lines[2:]])


def test_two_paragraphs_that_changed_are_held_against_each_other_one_by_one():
    assert diff_html("a\nen to tre\nfire fem seks\nb", "a\nen tre\nfire fem ti\nb") == (
        "a\nen <del>to</del> tre\nfire fem <del>seks</del> <ins>ti</ins>\nb"
    )


def test_paragraphs_that_have_only_stray_words_in_common_are_shown_whole():
    assert diff_html("vi er her for dig i dag", "de har en helt ny plan for byen") == (
        "<del>vi er her for dig i dag</del> <ins>de har en helt ny plan for byen</ins> "
    )


@pytest.mark.parametrize("text", ["a " * 1000, "a\n" * 1000], ids=["words", "lines"])
def test_a_word_that_comes_again_and_again_takes_no_longer_than_others(text):
    other = text.replace("aa", "ab").replace("a a", "a b").replace("a\na", "a\nb")
    _, units = effort(lambda: diff_html(text, other))
    assert units < 300, "about 40, and it was 800"


def test_a_megabyte_is_compared_at_once_also_when_every_paragraph_has_changed():
    lines = paragraphs(900)
    assert len("\n".join(lines)) > 900_000
    other = [line.replace("ord3 ", "nyt ") for line in lines]

    shown, units = effort(lambda: diff_html("\n".join(lines), "\n".join(other)))

    assert units < 1000, "about 30, and it was hours"
    assert shown.count("<ins>nyt</ins>") > 900
    assert len(re.findall("<del>[^<]{500,}</del>", shown)) < 450, "most are shown word by word"
