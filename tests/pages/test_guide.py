"""The report guide: numbers first, a door for everyone, and no sentence that promises more than is known."""

import re
from html import unescape
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from nejtilbander.i18n.languages import CODES, path_in_language
from nejtilbander.site.social_cards import card_png
from nejtilbander.text.prose import to_plain_text
from nejtilbander.text.readability import lix
from pages import guide

pytestmark = pytest.mark.django_db
PLAIN = {"accept-encoding": ""}


def html_of(reader, language="da"):
    response = reader.get(path_in_language("/hjaelp/", language), headers=PLAIN)
    assert response.status_code == 200
    return response.content.decode()


def words_of(html):
    """What a reader reads in the article, as one line."""
    article = re.search(r"<article.*?</article>", html, re.DOTALL)[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", "", article)).split())


@pytest.mark.parametrize("language", CODES)
def test_the_guide_asks_the_database_nothing_and_begins_with_numbers_then_doors_then_answers(reader, language):
    with CaptureQueriesContext(connection) as queries:
        html = html_of(reader, language)

    assert len(queries) == 0
    article = html.partition("<article")[2]
    numbers, _, rest = article.partition('<ul class="choices">')
    doors, _, answers = rest.partition("</ul>")
    assert re.findall(r'<li><a href="tel:(\d+)"><strong>', numbers) == ["112", "114", "116006"]
    anchors = ["fare", "sket", "tip", "tvivl", "bange", "butik", "ud"]
    own = ["doev", "under18"]
    worried = path_in_language("/bekymret/", language)
    assert re.findall(r'href="([^"]+)"', doors) == [*(f"#{anchor}" for anchor in anchors + own), worried, "#svar"]
    assert re.findall(r'<section id="(\w+)"', answers) == [*anchors, "svar", "spor"]
    assert re.findall(r'<div id="(\w+)">', answers) == own
    assert f'href="{path_in_language("/plakat/", language)}"' in answers
    assert 'class="exit"' in html


def test_every_number_in_the_article_is_a_fact_that_stays_left_to_right(reader):
    html = html_of(reader, "ar")

    numbers = re.findall(r'<bdi dir="ltr">([\d ]+)</bdi>', html)
    assert set(numbers) == {"112", "114", "116 006", "116 111"}
    assert len(numbers) == html.count('href="tel:')


def test_a_row_to_press_is_named_by_what_it_does_and_is_for(reader):
    rows = re.search(r'<ul class="numbers">(.*?)</ul>', html_of(reader), re.DOTALL)[1]

    assert [" ".join(re.sub(r"<[^>]+>", "", row).split()) for row in re.findall(r"<a.*?</a>", rows)] == [
        "Ring 112 Fare nu",
        "Ring 114 Politiet, når det ikke haster",
        "Ring 116 006 Tal med nogen, hele døgnet",
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "Vold, trusler og afpresning kan ikke anmeldes på nettet.",
        "Ring 114, eller mød op på en politistation. Kan du ikke tale i telefon, så skriv til politiet.",
        "Er nogen foran dig, så gør det, der holder dig sikker. Ring 112 bagefter.",
        "Ellers: Lov ingenting. Sig, at du vil tænke over det.",
        "Det kræver som regel, at du anmelder inden 72 timer. Er der gået længere tid? Anmeld alligevel.",
        "Skal du vidne, får den tiltalte og forsvareren som regel at vide, hvem du er.",
        "Retten bestemmer, om dit navn og din adresse kan holdes hemmelige.",
        "Er du bange, så sig det. Politiet taler med dig om, hvad de kan gøre.",
        "Det er gratis. De har tavshedspligt, og du behøver ikke sige, hvem du er.",
        "Du kan også chatte på offerraadgivning.dk. En frivillig kan måske gå med dig i retten.",
    ],
)
def test_advice_is_safe_and_whole(reader, sentence):
    assert sentence in words_of(html_of(reader))


@pytest.mark.parametrize(
    "promise",
    [
        "Lov ikke penge", "tie stille", "Du skal tale med politiet", "En anmeldelse kan også være anonym",
        "passe på vidner", "passer på dem, der anmelder", "sms til 112",
    ],
)  # fmt: skip
def test_nothing_is_promised_that_nobody_can_keep(reader, promise):
    assert promise not in words_of(html_of(reader))


def test_what_people_ask_before_they_call_is_answered_or_says_whom_to_ask(reader):
    answers = re.search(r'<section id="svar">.*?</section>', html_of(reader), re.DOTALL)[0]
    pairs = dict(re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", answers, re.DOTALL))

    assert list(pairs) == [
        "Kan jeg tale mit eget sprog?",
        "Kan andre se, at jeg har ringet?",
        "Hvad sker der, når jeg har ringet?",
        "Skal jeg vidne, og får de mit navn?",
        "Hvor er politistationen?",
        "Jeg har betalt dem eller arbejdet sort. Bliver jeg straffet?",
        "De ved, hvor mit barn går i skole",
        "Er du døv, eller kan du ikke ringe?",
        "Er du under 18 år?",
        "Er der presse til stormøderne, og hvem ser mig gå ind?",
    ]
    assert "politi.dk/fyns-politi" in pairs["Hvor er politistationen?"]
    assert 'href="tel:116111"' in pairs["Er du under 18 år?"]
    assert 'href="/kontakt/"' in pairs["Er der presse til stormøderne, og hvem ser mig gå ind?"]


def test_what_the_police_must_approve_stands_on_the_guide_and_in_the_list_to_go_through_before_launch(reader):
    shown, listed = words_of(html_of(reader)), Path("docs/before-launch.md").read_text("utf-8")

    sentences = [sentence for group in guide.police_sentences().values() for sentence in group]
    assert len(sentences) == 11
    assert [sentence for sentence in sentences if to_plain_text(sentence) not in shown] == []
    assert [sentence for sentence in sentences if f"- {sentence}\n" not in listed] == []


def test_the_guide_says_nothing_of_crime_or_of_the_campaign_in_its_title_and_on_its_card(reader):
    html = html_of(reader)

    assert "<title>Råd og hjælp</title>" in html
    assert '<meta property="og:title" content="Råd og hjælp">' in html
    assert "bande" not in re.search(r'<meta name="description" content="([^"]+)">', html)[1].lower()
    assert "kampagne" not in html.partition("</head>")[0], "a feed reader would show the title of the feed"
    assert reader.get("/hjaelp/kort.png").content == card_png("Råd og hjælp", "Odense Kommune", "da")


def test_a_print_says_who_sent_it_where_it_stands_and_of_when_it_is(reader):
    line = re.search(r'<p class="print-only">(.*?)</p>', html_of(reader))[1]

    assert re.sub(r"<[^>]+>", "", line) == "Odense Kommune · https://testserver/hjaelp/ · 29. november 2026"


def test_a_print_says_where_more_is_said_to_who_worries_for_a_child(reader):
    assert "Bekymret for et barn? https://testserver/bekymret/ " in words_of(html_of(reader))
    assert "نگران کودکی هستید؟ https://testserver/fa/bekymret/ " in words_of(html_of(reader, "fa"))


def test_the_danish_guide_is_easy_to_read(reader):
    html = html_of(reader)

    lines = re.sub(r"</(p|li|h1|h2|dt|dd)>", "\n", re.search(r"<main.*?</main>", html, re.DOTALL)[0])
    assert lix(unescape(re.sub(r"<[^>]+>", " ", lines))) <= 30


@pytest.mark.parametrize("language", CODES[1:])
def test_no_word_of_the_code_is_left_in_danish(reader, language):
    """The catalogue is whole: a Danish sentence on the guide in another language would be a hole in it."""
    html = html_of(reader, language)

    with translation.override(language):
        assert translation.gettext("Sådan sletter du sporene") in html
    for danish in ("Er nogen i fare", "Ring også", "Spring til indhold", "Forlad siden"):
        assert danish not in html
