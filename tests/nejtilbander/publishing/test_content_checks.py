"""Checks of the texts before publication."""

import pytest
from django.apps import apps

from nejtilbander.i18n.models import Translated
from nejtilbander.publishing.content_checks import Finding, check_content, find_links, longest_sentences
from nejtilbander.text.contact_facts import FACTS
from nejtilbander.text.readability import lix
from pages.models import Update
from tests.support.factories import a_meeting, a_page, a_statement, an_initiative

pytestmark = pytest.mark.django_db


def body(html, language="da"):
    """The findings on a page with `html` as its text: (sentence without the field's name, is it an error)."""
    page = a_page(**{f"body_{language}": html})
    found = check_content(page)
    assert {(finding.field, finding.language) for finding in found} <= {(f"body_{language}", language)}
    return [(finding.sentence.removeprefix("Tekst: "), finding.is_error) for finding in found]


def test_nothing_is_wrong_with_the_texts_of_launch_day():
    models = [model for model in apps.get_models() if issubclass(model, Translated)]
    found = [finding for model in models for obj in model._default_manager.all() for finding in check_content(obj)]

    assert [finding for finding in found if finding.is_error] == []
    assert len(found) <= 3


def test_danish_must_be_whole_before_it_is_published():
    page = a_page(title_da="", summary_da=" ", title_en="Title")

    assert check_content(page) == [
        Finding("title_da", "da", "Titel: Der mangler en tekst på dansk. Skriv den, før du udgiver.", is_error=True),
        Finding(
            "summary_da", "da", "Indledning: Der mangler en tekst på dansk. Skriv den, før du udgiver.", is_error=True
        ),
    ]


def test_prose_without_words_is_missing_too():
    initiative = an_initiative(body_da="<p>&nbsp;</p>")

    assert [(finding.field, finding.is_error) for finding in check_content(initiative)] == [("body_da", True)]


def test_what_may_be_empty_and_notes_of_the_moment_are_not_missed():
    assert check_content(a_meeting(body_da="", state_reason_da="", withdrawn_reason_da="")) == []


@pytest.mark.parametrize(
    "html",
    [
        "<p>a</p><h2>A</h2><p>b</p><h3>B</h3><h2>C</h2>",
        "<h2><strong>{politi}</strong></h2>",
        "<p>Ingen overskrifter.</p>",
    ],
)
def test_headings_in_order_are_fine(html):
    assert body(html) == []


@pytest.mark.parametrize("language", ["da", "ar"])
def test_a_small_heading_cannot_come_first(language):
    assert body("<h3>Først</h3><h2>Så</h2>", language) == [
        ("Den første overskrift („Først“) er en lille overskrift. Gør den stor: overskrift 2.", True)
    ]


@pytest.mark.parametrize("heading", ["<h2></h2>", "<h2> <br></h2>", "<h3>&nbsp;</h3>"])
def test_a_heading_has_words(heading):
    assert body(f"<h2>A</h2>{heading}<p>b</p>") == [("En overskrift er tom. Skriv noget i den, eller slet den.", True)]


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("her", "da"), ("Klik her", "da"), ("Læs\u00a0mere »", "da"), ("<strong>LINK</strong>", "da"), ("her.", "da"),
        ("here", "en"), ("Click here!", "en"), ("Read more…", "en"),
        ("اضغط هنا", "ar"), ("هُنا", "ar"), ("halkan", "so"), ("Buraya tıklayın", "tr"),
        ("اینجا", "fa"), ("این‌جا", "fa"),
    ],
)  # fmt: skip
def test_a_link_that_could_lead_anywhere_is_an_error(words, language):
    [(sentence, is_error)] = body(f'<p>a <a href="/hjaelp/">{words}</a></p>', language)

    assert sentence.endswith("siger ikke, hvor det fører hen. Skriv det med ord fra den side, det fører til.")
    assert is_error


@pytest.mark.parametrize("words", ["", " ", "→", "&nbsp;"])
def test_a_link_without_words_is_an_error(words):
    assert body(f'<p>a <a href="/hjaelp/">{words}</a></p>') == [
        ("Linket til /hjaelp/ har ingen ord. Skriv, hvor det fører hen.", True)
    ]


@pytest.mark.parametrize("words", ["https://example.org/x?y=1", "www.odense.dk", "politi.dk/fyns-politi", "ODENSE.DK"])
def test_a_link_that_shows_a_bare_address_is_an_error(words):
    assert body(f'<p>a <a href="/hjaelp/">{words}</a></p>') == [
        (f"Linket „{words}“ er en adresse. Skriv med ord, hvor det fører hen.", True)
    ]


@pytest.mark.parametrize(
    "html",
    [
        '<a href="/hjaelp/">Læs, hvordan du anmelder</a>',
        '<a href="/hjaelp/">Klik her, og se de ti indsatser</a>',
        '<a href="mailto:a@example.dk">a@example.dk</a>',
        '<a href="/hjaelp/">f.eks. her i byen</a>',
        '<a href="/hjaelp/">{odense}</a>',
        "{nejtilbander}",
        '<a href="javascript:x">her</a>',  # no link any more once it is cleaned
    ],
)
def test_a_link_that_says_where_it_leads_is_fine(html):
    assert body(f"<p>a {html}</p>") == []


@pytest.mark.parametrize(
    ("text", "number", "name"),
    [
        ("Ring 112.", "112", "alarm"),
        ("Ring til politiet på (114)!", "114", "politi"),
        ("Ring 116 006, hvis du er bange", "116 006", "offerraadgivning"),
        ("Ring 116006", "116006", "offerraadgivning"),
        ("Ring 116&nbsp;006", "116\u00a0006", "offerraadgivning"),
        ("Læs artiklen, og ring 112", "112", "alarm"),
        ('<a href="tel:112">112</a>', "112", "alarm"),
        ("اتصل بالرقم ١١٤", "١١٤", "politi"),
        ("با ۱۱۲ تماس بگیرید", "۱۱۲", "alarm"),
        ("Wac 112-ka", "112", "alarm"),
        ("114'ü arayın", "114", "politi"),
    ],
)
def test_a_number_that_is_a_contact_fact_is_never_typed(text, number, name):
    sentence = (
        f"„{number}“ står med tal. Skriv {{{name}}} i stedet: Så bliver det et link, og det står rigtigt på alle "
        "sprog. Er det ikke et telefonnummer, så skriv tallet med bogstaver."
    )
    assert body(f"<p>{text}</p>") == [(sentence, True)]


def test_a_contact_fact_typed_in_a_short_text_must_move():
    page = a_page(summary_da="Ring 112.", summary_ar="١١٢")

    advice = (
        "Her kan et nummer ikke blive til et link. Flyt det til en lang tekst, og skriv det som {alarm}. "
        "Er det ikke et telefonnummer, så skriv tallet med bogstaver."
    )
    assert check_content(page) == [
        Finding("summary_da", "da", f"Indledning: „112“ står med tal. {advice}", is_error=True),
        Finding("summary_ar", "ar", f"Indledning: „١١٢“ står med tal. {advice}", is_error=True),
    ]


def test_the_same_number_in_the_same_text_is_said_once():
    assert len(body("<p>Ring 112. Eller 112.</p><p>112</p>")) == 1


KNOWN = ", ".join(f"{{{name}}}" for name in FACTS)


@pytest.mark.parametrize(
    ("html", "seen"),
    [
        ("<p>Ring {politti}</p>", "{politti}"),
        ("<p>Ring {Politi}</p>", "{Politi}"),
        ("<p>Ring { politi }</p>", "{ politi }"),
        ("<p>Ring {}</p>", "{}"),
        ("<p>Ring {112}</p>", "{112}"),
        ("<p>Ring {<strong>politi</strong>}</p>", "{politi}"),
        ("<p>Ring &#123;støtte&#125;</p>", "{støtte}"),
        ('<p>Læs <a href="/hjaelp/">hvad {plitiet} gør</a></p>', "{plitiet}"),
    ],
)
@pytest.mark.parametrize("language", ["da", "fa"])
def test_braces_that_readers_would_see_are_an_error(html, seen, language):
    sentence = (
        f"Læserne vil se „{seen}“, som det står. Siden kender kun {KNOWN}. "
        "Skriv et af dem præcis sådan, uden fed skrift eller link indeni, eller lad de krøllede parenteser være."
    )
    assert (sentence, True) in body(html, language)


@pytest.mark.parametrize("name", FACTS)
def test_a_known_name_in_braces_is_fine_also_beside_a_tag_and_in_a_link(name):
    assert body(f'<p>Se <strong>{{{name}}}</strong>, <a href="/hjaelp/">hjælp fra {{{name}}}</a></p>') == []


@pytest.mark.parametrize("text", ["{politi}", "{ Politi }"])
def test_a_known_name_in_braces_in_a_short_text_is_an_error(text):
    page = a_page(summary_da=f"Ring til {text}.", summary_en="Braces {of no name} are what they are.")

    sentence = (
        f"Indledning: Læserne vil se „{text}“, som det står, for her kan ikke stå et link. "
        "Flyt det til en lang tekst, eller skriv med ord, hvem man skal ringe til eller finde."
    )
    assert check_content(page) == [Finding("summary_da", "da", sentence, is_error=True)]


@pytest.mark.parametrize("href", ["tel:{politi}", "{politi.dk}", "tel:%7Bpoliti%7D"])
def test_a_link_that_leads_to_a_name_in_braces_is_an_error(href):
    [(sentence, is_error)] = body(f'<p><a href="{href}">Ring til politiet</a></p>')

    assert sentence.startswith("Linket „Ring til politiet“ fører til ")
    assert sentence.endswith(", og det findes ikke. Vælg en rigtig adresse.")
    assert is_error


@pytest.mark.parametrize(
    "text",
    [
        "Ring {alarm}, {politi} eller {offerraadgivning}",
        "Aftalen er fra 24. marts 2017, og den gjaldt i 2017 2018 og 2019-2021",
        "Den 24.03.2017, 24-03-2017, 2017-03-24, 24032017 og 20170324",
        "Kl. 10.00-11.30 og 19:00–21:00 den 11.12.2026",
        "Straffelovens § 114, §§ 112 og 114, paragraf 114 c og article 112",
        "المادة ١١٤",
        "112 kr, 112 %, 114 procent, 1.114 borgere, 1 112 sager, 112,5 og 112 000 kr, 2.112.000",
        "116.006 besøg",
        "112-opkaldet og A112",
        "5000 Odense C, CVR 35209115 og CVR-nr. 35 20 91 15",
        "12345678 og 25000000 kr",
        "010190-1234",
        "https://example.dk/55443322",
        "1123456789012",
    ],
)
def test_numbers_that_nobody_calls_are_fine(text):
    assert body(f"<p>{text}</p>") == []


@pytest.mark.parametrize(
    "number",
    ["66131372", "66 13 13 72", "66.13.13.72", "66-13-13-72", "6613 1372", "+45 66131372", "+45 66 13 13 72",
     "0045 66 131 372", "٦٦ ١٣ ١٣ ٧٢", "۶۶۱۳۱۳۷۲", "20 17 03 24"],
)  # fmt: skip
def test_any_other_phone_number_is_a_warning(number):
    sentence = (
        f"„{number}“ ligner et telefonnummer. Se efter, at det passer, og at nogen tager den. "
        "Skal det stå flere steder, så bed om at få det med på listen over kontakter."
    )
    assert body(f"<p>Skriv eller ring på {number}.</p>") == [(sentence, False)]


def test_the_reason_for_a_withdrawal_is_not_asked_about():
    assert check_content(a_page(withdrawn_reason_da="Ring 112.")) == []


HARD = (
    "Kommunalbestyrelsens beslutninger vedrørende kriminalitetsforebyggende foranstaltninger offentliggøres løbende. "
    "Forvaltningen koordinerer implementeringen sammen med samarbejdsparter, myndigheder og organisationer overalt. "
    "Det er svært. Evalueringen gennemføres efterfølgende af uafhængige konsulenter."
)


def test_a_hard_danish_text_is_a_warning_with_its_number_and_its_longest_sentences():
    [finding] = check_content(a_page(body_da=f"<p>{HARD}</p>"))

    assert (finding.field, finding.language, finding.is_error) == ("body_da", "da", False)
    number = f"{lix(f'Prøve. En prøve.. {HARD}'):.1f}".replace(".", ",")
    assert finding.sentence == (
        f"Den danske tekst er svær at læse. LIX er {number} og bør højst være 35. Brug kortere ord, og del de længste "
        "sætninger: „Forvaltningen koordinerer implementeringen sammen med samarbejdsparter, myndigheder og "
        "organisationer overalt.“ „Kommunalbestyrelsens beslutninger vedrørende kriminalitetsforebyggende "
        "foranstaltninger offentliggøres løbende.“ „Evalueringen gennemføres efterfølgende af uafhængige konsulenter.“"
    )


def test_lix_is_not_measured_in_few_words_nor_in_other_languages():
    assert check_content(a_page(body_da="<p>Kommunalbestyrelsens beslutninger offentliggøres.</p>", body_en=HARD)) == []


def test_the_hardest_sentences_are_the_longest_and_a_line_is_a_sentence():
    assert longest_sentences("En. To ord.\nTre små ord\n…\nFire små ord her: og to", number=2) == [
        "Fire små ord her:",
        "Tre små ord",
    ]
    assert longest_sentences("") == []


def test_links_are_found_in_every_language_and_in_fields_of_addresses():
    statement = a_statement(
        2,
        summary_da='<p><a href="/a/?b=1&amp;c=2">a</a><a href="">tom</a></p>',
        body_ar='<p><a href="https://example.dk/ar">b</a></p>',
        next_steps_fa='<p><a href="mailto:a@example.dk">c</a></p>',
        change_note_da="https://example.dk/plain",
        source_url="https://example.dk/source",
    )

    assert find_links(statement) == {
        "/a/?b=1&c=2": "summary_da", "https://example.dk/ar": "body_ar", "mailto:a@example.dk": "next_steps_fa",
        "https://example.dk/source": "source_url",
    }  # fmt: skip


def test_rows_inside_are_asked_about_by_themselves():
    update = Update.objects.create(
        initiative=an_initiative(), date="2026-01-01", title_da="Nyt", body_da='<p><a href="/x/">her</a></p>'
    )

    assert [finding.field for finding in check_content(update)] == ["body_da"]
    assert find_links(update) == {"/x/": "body_da"}
