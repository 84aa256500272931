"""The QR codes of posters, and what a poster says of where it leads."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from nejtilbander.i18n.languages import CODES, path_in_language
from nejtilbander.web.posters import QUIET_ZONE, qr_svg
from tests.support.factories import a_meeting

pytestmark = pytest.mark.django_db
POSTERS = {"/plakat/": "/hjaelp/", "/plakat/butik/": "/"}
CODE = re.compile(r'<svg class="qr".*?</svg>')


def html_of(reader, address):
    response = reader.get(address, headers={"accept-encoding": ""})
    assert response.status_code == 200, address
    return response.content.decode()


def test_a_code_is_named_square_and_black_on_white_with_a_quiet_zone():
    with translation.override("da"):
        svg = qr_svg("https://example.dk/hjaelp/")

    assert svg.startswith('<svg class="qr" role="img" aria-label="QR-kode" ')
    edge, _, width, height = map(float, re.search(r'viewBox="(\S+) (\S+) (\S+) (\S+)"', svg).groups())
    assert (edge, width) == (-QUIET_ZONE, height)
    assert f'<path fill="#fff" d="M-4 -4.5h{width:.0f}v{width:.0f}h-{width:.0f}z"/>' in svg
    columns = [int(x) for x in re.findall(r"M(\d+) ", svg.partition("stroke=")[2])]
    assert min(columns) == 0, "nothing stands in the quiet zone"
    assert "style=" not in svg


@pytest.mark.parametrize("language", CODES)
@pytest.mark.parametrize(("address", "leads_to"), POSTERS.items())
def test_a_poster_leads_to_its_page_in_the_same_language_and_prints_the_address(reader, address, leads_to, language):
    html = html_of(reader, path_in_language(address, language))
    target = path_in_language(leads_to, language)

    with translation.override(language):
        assert CODE.search(html)[0] == qr_svg(f"https://testserver{target}")
    printed = f"testserver{target}".rstrip("/").replace("/", "/<wbr>")
    assert f'<a href="{target}"><bdi dir="ltr">{printed}</bdi></a>' in html


@pytest.mark.parametrize("language", CODES)
@pytest.mark.parametrize("address", POSTERS)
def test_the_posters_of_the_guide_and_for_shops_ask_the_database_nothing(reader, address, language):
    with CaptureQueriesContext(connection) as queries:
        html_of(reader, path_in_language(address, language))

    assert len(queries) == 0


def test_the_guides_poster_has_the_three_numbers_and_what_each_is_for(reader):
    sheet = html_of(reader, "/plakat/").partition('<article class="sheet">')[2]

    assert re.search(r"<h1[^>]*>(.*?)</h1>", sheet)[1] == "Du er ikke alene."
    assert re.findall(
        r'<a href="tel:(\d+)" class="number"[^>]*><bdi dir="ltr">([\d ]+)</bdi></a> <span>(.+?)<', sheet
    ) == [
        ("112", "112", "Fare nu, eller noget ulovligt sker lige nu"),
        ("114", "114", "Politiet, når det ikke haster"),
        ("116006", "116 006", "Tal med Offerrådgivningen, hele døgnet"),
    ]


@pytest.mark.parametrize("address", ["/plakat/", "/plakat/butik/", "/stormoeder/naboskab/plakat/"])
def test_every_poster_names_its_sender_and_the_partners(reader, address):
    sheet = html_of(reader, address).partition('<article class="sheet">')[2]

    assert '<p class="sender"><bdi lang="da" dir="ltr">Odense Kommune</bdi>' in sheet
    assert "Odense Kommune sammen med Fyns Politi, erhvervsliv, boligorganisationer og civilsamfund." in sheet


def test_the_shops_message_is_one_sentence_to_a_screen_reader(reader):
    heading = re.search(r"<h1.*?</h1>", html_of(reader, "/plakat/butik/"), re.DOTALL)[0]

    assert " ".join(re.sub(r"<[^>]+>", "", heading).split()) == "Her siger vi NEJ til bander"


def test_a_meetings_poster_says_what_when_where_and_how_to_sign_up(reader):
    event = a_meeting(title_da="Trygge haver", address="Flakhaven 2, 5000 Odense C")

    html = html_of(reader, "/stormoeder/proeve/plakat/")
    sheet = " ".join(unescape(re.sub(r"<[^>]+>", "", html.partition("<article")[2])).split())

    with translation.override("da"):
        assert CODE.search(html)[0] == qr_svg(f"https://testserver{event.get_absolute_url()}")
    assert "Stormøde Trygge haver Et stormøde er" in sheet
    assert "Rådhuset Flakhaven 2, 5000 Odense C" in sheet
    assert "Tilmeld dig Scan koden" in sheet
    assert f'<time datetime="{event.starts_at:%Y-%m-%d}' in html
    assert "Eksempel" not in sheet


@pytest.mark.parametrize(
    ("fields", "marks"),
    [
        ({}, []),
        ({"is_example": True}, ["Eksempel"]),
        ({"state": "cancelled"}, ["Aflyst"]),
        ({"days": -3}, ["Mødet er slut"]),
        ({"days": -3, "state": "cancelled", "is_example": True}, ["Eksempel", "Aflyst"]),
    ],
)
def test_a_poster_says_in_words_that_a_meeting_is_an_example_off_or_over(reader, fields, marks):
    a_meeting(**fields)

    html = html_of(reader, "/stormoeder/proeve/plakat/")

    shown = html.partition('<p class="marks">')[2].partition("</p>")[0]
    assert re.findall(r"<strong[^>]*>(.*?)</strong>", shown) == marks
    assert ("Tilmeld dig" in html) == ("state" not in fields and "days" not in fields)


def test_a_meeting_that_is_no_more_has_no_poster(reader):
    a_meeting("udkast", public_from=None)

    assert reader.get("/stormoeder/udkast/plakat/").status_code == 404
    assert reader.get("/stormoeder/findes-ikke/plakat/").status_code == 404
