"""No text, however it is made, takes more than its length in time: four times as long is not sixteen times as slow."""

import time
from contextlib import suppress

import pytest
from django.core.exceptions import SuspiciousOperation

from nejtilbander.operations.log_formatters import scrub
from nejtilbander.publishing import content_checks, fact_checks, number_checks
from nejtilbander.site import search
from nejtilbander.templatetags import site as tags
from nejtilbander.text import diff, headlines, mail_addresses, normalization, prose, readability
from nejtilbander.text.invisible import strip_invisible

SHORT, TIMES = 4_000, 4  # characters of the shorter text, and how many times as long the longer is
MAX_GROWTH = 9  # between 4, what is linear, and 16, what is quadratic
NOTICEABLE = 0.04  # seconds of the processor; below it nothing can be said of growth

PIECES = [
    "<", "<a", "<a ", "<a>", '<a href="/x">', "<a>x</a>", '<a href="', "</a", "<b", "</", "<!", "<!--", "<!-- >", "<?",
    "<![CDATA[", "<script>", "<h2>", "<h2>x", "<h3>x", "</h2>", "<p>", "<h2><blockquote>x", "<ul><li>", "<strong>",
    "<em><p>", "<table><em>x", "<em a", '<em "', "<em '", "<font '\"", "{", "{politi}", "{a", "&", "&lt;", "&#x", " ",
    "\n", ".", ". ", "a", "a ", "aa.", "www.", "x-", "_", "@", "a@", "a@b ", "a)", "1", "12 ", "12345678 ", "+45",
    "§ 1 ", "1, ", "og ", "/", "kladde/", "min-tilmelding/", "from ", "from 1:", "ip=1", "\u00ad", "\u0301", "å", ";",
    '"', "'", 'href="/', "ي", "\u200f",
    "a-", "می ", "ها ", "a ها ", "@.", "<@", "mailto:", "12-", "\u200c",
]  # fmt: skip
NUMBERED = ["<em a{}><p>", "<font a{}>", "<a href=/{}><p>", '<em title="{}>"><p>', "<EM\fa{}><p>", "<b/a{}><p>"]
READ = {
    "sanitize": prose.sanitize,
    "render_facts": prose.render_facts,
    "to_plain_text": prose.to_plain_text,
    "headings": prose.headings,
    "anchor_headings": prose.anchor_headings,
    "render_prose": tags.render_prose,
    "linked": tags.linked,
    "lix": readability.lix,
    "fold": normalization.fold,
    "index_text": normalization.index_text,
    "strip_invisible": strip_invisible,
    "clean of an address": mail_addresses.clean,
    "query_words": normalization.query_words,
    "headline_size": lambda text: headlines.headline_size(text, 100),
    "diff_html": lambda text: diff.diff_html(text, f"{text[len(text) // 2 :]}z{text[: len(text) // 3]}"),
    "excerpt": lambda text: search.excerpt(text, ["zz"]),
    "longest_sentences": content_checks.longest_sentences,
    "checks of prose": lambda text: content_checks._ProseParser(prose.sanitize(text)).headings,
    "checks of numbers": lambda text: list(number_checks.check_numbers(text, is_prose=True)),
    "checks of braces": lambda text: list(content_checks._check_braces(prose.sanitize(text))),
    "checks of braces in plain text": lambda text: list(fact_checks.check_facts_in_plain_text(text)),
    "checks of a link": lambda text: list(content_checks._check_link(content_checks._Element("a", text, [text]))),
    "scrub": scrub,
}


def texts(length):
    """Each as long as `length`, or a little longer."""
    for ending in ("", "!\n>x</em>"):
        yield from (piece * (length // len(piece)) + ending for piece in PIECES)
    for piece in NUMBERED:
        numbered = "".join(piece.format(number) for number in range(length // len(piece)))
        yield from (numbered, numbered + "</em>" * (length // len(piece)))


def cost(read, text):
    began = time.process_time()
    with suppress(SuspiciousOperation):  # Django's word for too many unfinished tags
        read(text)
    return time.process_time() - began


@pytest.mark.parametrize("name", READ)
def test_a_text_four_times_as_long_takes_about_four_times_as_long(name):
    read, slow = READ[name], []
    for short, long in zip(texts(SHORT), texts(TIMES * SHORT), strict=True):
        # Once more, before it is said: the machine may have been busy with something else.
        if all((longer := cost(read, long)) > NOTICEABLE and longer > MAX_GROWTH * cost(read, short) for _ in range(3)):
            slow.append(short[:20])
    assert slow == []
