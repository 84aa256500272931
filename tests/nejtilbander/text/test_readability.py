"""The Danish a citizen reads is easy: LIX 30 on the guide and the meetings, 35 elsewhere (content.md)."""

import re
from html import unescape

import pytest

from nejtilbander.text.readability import lix
from tests.support.addresses import PAGES

pytestmark = pytest.mark.walk

EASIEST = ("/hjaelp/", "/stormoeder/", "/bekymret/")


def body_text(html):
    main = re.search(r"<main.*?</main>", html, re.DOTALL)[0]
    lines = re.sub(r"</(p|li|h1|h2|h3|dt|dd|summary)>", "\n", main)
    return unescape(re.sub(r"[ \t]+", " ", re.sub(r"<[^>]+>", " ", lines)))


# A search box, three lines of dates, and posters of names, dates and addresses: too little text to measure.
POSTERS = tuple(f"/stormoeder/{slug}/plakat/" for slug in ("trygge-butikker", "frivillige", "tryg-i-byen"))
TOO_SHORT = ("/soeg/", "/stormoeder/naboskab/tilmelding/", *POSTERS)


@pytest.mark.parametrize("address", [address for address in PAGES if "?" not in address and address not in TOO_SHORT])
def test_every_danish_page_is_easy_to_read(reader, address):
    text = body_text(reader.get(address, headers={"accept-encoding": ""}).content.decode())

    limit = 30 if address.startswith(EASIEST) else 35
    assert lix(text) <= limit


def test_lix_is_words_a_sentence_plus_the_share_of_long_words():
    assert lix("Det er en kort sætning. Den er let.") == 8 / 2 + 100 * 1 / 8
    assert lix("Kommunalbestyrelsen mødes. Ja!") == pytest.approx(3 / 2 + 100 / 3)
    assert lix("") == lix("12 34 …") == 0.0


@pytest.mark.parametrize(
    ("address", "word", "explanation"),
    [
        ("/udtalelse/", "Økonomiudvalget", "borgmester og rådmænd"),
        ("/udtalelse/", "stormøde", "stort, åbent møde"),
        ("/udtalelse/", "Al Capone", "dømt for at snyde i skat"),
        ("/goer-noget/", "stormøde", "stort, åbent møde"),
        ("/stormoeder/", "stormøde", "stort, åbent møde"),
        ("/indsatser/stormoeder/", "stormøde", "stort møde for hele byen"),
        ("/indsatser/al-capone-modellen/", "Al Capone", "dømt for at snyde i skat"),
    ],
)
def test_a_word_of_the_municipality_is_explained_where_it_appears(reader, address, word, explanation):
    text = body_text(reader.get(address, headers={"accept-encoding": ""}).content.decode())

    assert word in text
    assert explanation in text
