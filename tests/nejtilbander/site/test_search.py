"""Search finds words however they were typed, and only what is public."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from nejtilbander.site.search import excerpt, search
from pages.models import Initiative, Update
from tests.support.factories import a_meeting, a_page, an_initiative


@pytest.mark.django_db
def test_a_page_is_found_by_words_in_any_field_and_capitals_do_not_matter():
    a_page(title_da="Åben gård", body_da="<p>Her er en grønærmet færge.</p>")

    assert [hit.address for hit in search("GRØNÆRMET åben").hits] == ["/proeve/"]
    assert search("grønærmet lukket").hits == []


@pytest.mark.django_db
def test_drafts_withdrawn_and_future_pages_are_never_found():
    a_page("kladde", title_da="Qwertord", public_from=None)
    a_page("senere", title_da="Qwertord", public_from=timezone.now() + timedelta(days=1))
    a_page("trukket", title_da="Qwertord", withdrawn_at=timezone.now(), withdrawn_reason_da="Forældet")
    an_initiative("kladde", title_da="Qwertord", public_from=None)
    a_meeting("kladde", title_da="Qwertord", public_from=None)

    assert search("qwertord").hits == []


@pytest.mark.django_db
def test_in_another_language_its_own_text_is_searched_and_danish_where_it_is_missing():
    a_page("oversat", title_da="Qwertdansk", title_en="Qwertenglish", summary_en="x")
    a_page("dansk", title_da="Qwertdansk")

    with translation.override("en"):
        assert [(hit.address, hit.is_fallback) for hit in search("qwertenglish").hits] == [("/en/oversat/", False)]
        assert [(hit.address, hit.is_fallback) for hit in search("qwertdansk").hits] == [("/en/dansk/", True)]

    a_page("halv", title_da="x", title_so="Halv", body_da="<p>Qwertbrød</p>")
    with translation.override("so"):
        assert [hit.address for hit in search("qwertbrød").hits] == ["/so/halv/"]


@pytest.mark.django_db
def test_the_report_guide_is_found_in_every_language_and_titles_come_first():
    assert ("/hjaelp/", "Råd og hjælp") in [(hit.address, hit.title) for hit in search("anmelde erstatning").hits]
    assert search("stormøder").hits[0].title.startswith("Stormøde")
    with translation.override("en"):
        assert "/en/hjaelp/" in [hit.address for hit in search("112").hits]


@pytest.mark.django_db
def test_what_happened_in_an_initiative_is_found_under_the_initiative_as_long_as_it_stands():
    update = Update.objects.create(
        initiative=Initiative.objects.get(slug="klubhuse"), date=timezone.localdate(), title_da="Qwertnyt"
    )

    assert [hit.address for hit in search("qwertnyt").hits] == ["/indsatser/klubhuse/"]
    update.delete()
    assert search("qwertnyt").hits == []


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["vold trusler politi kommune", "kommune", "og", "rådhuset", "politi"])
def test_a_search_that_finds_something_is_three_queries_at_most_whatever_is_asked(asked):
    search(asked)
    with CaptureQueriesContext(connection) as queries:
        search(asked)

    assert len(queries) <= 3


@pytest.mark.django_db
def test_results_are_escaped_and_hits_are_marked(reader):
    a_page(title_da="<b>Qwert</b>", summary_da="Før & <i>qwert</i> efter")

    html = reader.get("/soeg/?q=qwert", headers={"accept-encoding": ""}).content.decode()

    assert "<b>" not in html
    assert "&lt;b&gt;Qwert&lt;/b&gt;" in html
    assert "<mark>" in html


def test_an_excerpt_begins_near_the_hit_and_ends_at_a_word():
    text = "Ord " * 60 + "mål " + "slut " * 60

    shown = excerpt(text, ["maal"], width=60)

    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert "<mark>mål</mark>" in shown


@pytest.mark.parametrize(
    ("text", "word", "marked"),
    [
        ("Nej til vold.", "vold", "Nej til <mark>vold</mark>."),
        ("Se nejtilbander.dk.", "nejtilbander", "Se <mark>nejtilbander</mark>.dk."),
        ("(Rådhuset)", "raadhus", "(<mark>Rådhuset</mark>)"),
        ("مَدْرَسة،", "مدرسه", "<mark>مَدْرَسة</mark>،"),
        ("(می\u200cخواهم)", "خواهم", "(<mark>می\u200cخواهم</mark>)"),
        ("go'aan.", "goaan", "<mark>go&#x27;aan</mark>."),
    ],
)
def test_a_hit_is_marked_without_the_signs_around_it(text, word, marked):
    assert excerpt(text, [word]) == marked


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "Skriv et eller flere ord"),
        ("%20%20", "Skriv et eller flere ord"),
        ("%00", "Skriv et eller flere ord"),
        ("%3F%3F", "Vi fandt ikke noget om „??“"),
    ],
    ids=["empty", "blank", "nul", "no words"],
)
def test_an_empty_question_is_explained(reader, query, words):
    response = reader.get(f"/soeg/?q={query}", headers={"accept-encoding": ""})

    assert response.status_code == 200
    assert words in response.content.decode()
