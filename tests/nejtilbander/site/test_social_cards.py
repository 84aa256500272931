"""Social cards: a picture for each page and language."""

import re
import struct

import pytest
from django.utils import translation

from nejtilbander.i18n.languages import CODES, path_in_language
from nejtilbander.site.social_cards import (
    LINE_LENGTH,
    break_title,
    card_png,
    card_svg,
    line_above,
    without_undrawable,
)
from nejtilbander.web import subrequests
from tests.support.factories import a_page

pytestmark = pytest.mark.walk


def size_of(png):
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", png[16:24])


def words_on_the_card(address, language):
    """What is written over the title, and the title, of the card of the page at `address`."""
    context = subrequests.get_response(path_in_language(address, language)).context_data
    with translation.override(language):
        drawing = card_svg(context["title"], line_above(context), language)
    above, *title = re.findall(r"<text[^>]*>(.*?)</text>", drawing)
    return above, " ".join(title)


@pytest.mark.parametrize(
    "address",
    [
        "/kort.png",
        "/ar/kort.png",
        "/fa/indsatser/klubhuse/kort.png",
        "/tr/hjaelp/kort.png",
        "/so/stormoeder/kort.png",
    ],
)
def test_a_card_is_a_png_of_the_size_readers_of_open_graph_expect(reader, address):
    response = reader.get(address)

    assert response.headers["Content-Type"] == "image/png"
    assert size_of(response.content) == (1200, 630)
    assert len(response.content) < 100_000


@pytest.mark.django_db
def test_cards_differ_by_page_and_by_language(reader):
    a_page(title_da="Æbler", title_ar="تفاح")

    pictures = {reader.get(a).content for a in ("/kort.png", "/ar/kort.png", "/proeve/kort.png", "/ar/proeve/kort.png")}

    assert len(pictures) == 4


@pytest.mark.parametrize(
    "address",
    [
        "/findes-ikke/kort.png",
        "/robots.txt/kort.png",
        "/forladkort.png",
        "/sitemap.xmlkort.png",
        "////admin/login/kort.png",
        "/" + "kort.png" * 450,
    ],
)
def test_what_is_no_page_has_no_card(reader, address):
    assert reader.get(address).status_code == 404


def test_a_long_title_is_broken_and_cut_with_an_ellipsis():
    shown = break_title("ord " * 60)

    assert len(shown) == 3
    assert all(len(line) <= LINE_LENGTH for line in shown)
    assert shown[-1].endswith("…")


def test_lines_are_of_about_the_same_length_and_words_stay_whole():
    assert break_title("Bedre vilkår for vidner og ofre") == ["Bedre vilkår for", "vidner og ofre"]
    assert break_title("Boligorganisationernes store plan") == ["Boligorganisationernes", "store plan"]
    assert break_title("   ") == []


def test_an_address_that_is_no_page_has_no_card(reader):
    assert reader.get("/anmeld/kort.png").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("language", CODES)
def test_the_front_pages_card_says_the_campaigns_name_once_and_who_sends_it(language):
    with translation.override(language):
        campaign = translation.gettext("Odense siger NEJ TIL BANDER")

    assert words_on_the_card("/", language) == ("Odense Kommune", campaign)


@pytest.mark.django_db
def test_other_cards_say_the_campaigns_name_over_their_title():
    assert words_on_the_card("/hvem/", "da") == ("Odense siger NEJ TIL BANDER", "Hvem står bag")


@pytest.mark.parametrize("language", CODES)
def test_the_guides_card_does_not_say_the_campaigns_name(language):
    with translation.override(language):
        title = translation.gettext("Råd og hjælp")

    assert words_on_the_card("/hjaelp/", language) == ("Odense Kommune", title)


@pytest.mark.parametrize(
    ("title", "drawn"),
    [
        ("Fest 🎉 på torvet 👩‍👩‍👧", "Fest på torvet"),
        ("☎️ Ring → 114", "Ring 114"),
        ("می‌رویم به ۱۲ فروشگاه", "می‌رویم به ۱۲ فروشگاه"),
        ("5 € + moms", "5 € + moms"),
    ],
)
def test_a_symbol_that_the_font_lacks_leaves_no_hole(title, drawn):
    assert without_undrawable(title) == drawn
    assert card_png(title, "", "da") == card_png(drawn, "", "da")
