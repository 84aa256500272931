"""Search finds what looks the same in six languages, and says what was meant when it finds nothing."""

import pytest
from django.utils import translation

from nejtilbander.site.search import MAX_HITS, search
from nejtilbander.site.suggestions import closest
from tests.support.factories import a_page

pytestmark = pytest.mark.django_db


def found(query, language="da"):
    with translation.override(language):
        return [hit.address.rpartition("/en")[2] for hit in search(query).hits if "/proeve/" in hit.address]


@pytest.mark.parametrize(
    ("language", "written", "typed"),
    [
        ("da", "Qværtgård på øen", "qvaertgaard oeen"),
        ("da", "Qvaertgaard", "QVÆRTGÅRD"),
        ("da", "Qvært\u00adgård", "qværtgård"),
        ("da", "Ring 70 99 88 77", "70998877"),
        ("da", "Ring 70998877", "70 99 88 77"),
        ("da", "Ring 70998877", "+45 ٧٠ ٩٩ ٨٨ ٧٧"),
        ("da", "Qwert-møde", "qwertmøde"),
        ("da", "Det gælder qqq i dag", "qq"),
        ("ar", "مَدْرَسةٌ قوقعة", "مدرسه قوقعه"),
        ("ar", "اتصل بالرقم ٧٠٩٩٨٨٧٧", "70998877"),
        ("ar", "مســتشفى قوقعة", "مستشفي قوقعة"),
        ("fa", "می\u200cخواهم قوقعه", "میخواهم قوقعه"),
        ("fa", "میخواهم قوقعه", "می\u200cخواهم قوقعه"),
        ("fa", "می خواهم قوقعه", "میخواهم قوقعه"),
        ("fa", "میخواهم قوقعه", "می خواهم قوقعه"),
        ("fa", "خانهها قوقعه", "خانه ها قوقعه"),
        ("fa", "خانه\u200cها قوقعه", "خانهها قوقعه"),
        ("fa", "دانش آموز قوقعه", "دانش\u200cآموز قوقعه"),
        ("fa", "دانش\u200cآموز قوقعه", "دانش آموز قوقعه"),
        ("fa", "كتابي قوقعه", "کتابی قوقعه"),
        ("fa", "با ۷۰۹۹۸۸۷۷ تماس", "٧٠ ٩٩ ٨٨ ٧٧"),
        ("tr", "IŞIĞIN QWERT", "ışığın qwert"),
        ("tr", "İstanbul qwert", "istanbul QWERT"),
        ("tr", "Görüşme qwert", "gorusme qwert"),
        ("tr", "Odense'de qwert", "odense’de qwert"),
        ("so", "Go'aanka qwert", "go’aanka qwert"),
        ("so", "Goʼaanka qwert", "goaanka qwert"),
        ("en", "Naïve qwert", "naive\u200b qwert"),
    ],
)
def test_words_are_found_however_both_were_written(language, written, typed):
    a_page(
        **{f"title_{language}": "Q", "title_da": "Q", "body_da": "<p>x</p>", f"body_{language}": f"<p>{written}</p>"}
    )

    assert len(found(typed, language)) == 1
    assert found(f"{typed} zzzz", language) == []


def test_titles_come_before_texts_also_when_there_are_more_texts_than_are_shown():
    for number in range(MAX_HITS + 5):
        a_page(f"tekst-{number}", title_da="Andet", body_da="<p>Qwertord</p>")
    a_page("titel", title_da="Om qwertord")

    asked = search("qwertord")

    assert asked.hits[0].address == "/titel/"
    assert (len(asked.hits), asked.has_more) == (MAX_HITS, True)


def test_more_than_are_shown_is_said(reader):
    for number in range(MAX_HITS + 1):
        a_page(f"tekst-{number}", title_da="Qwertord")

    said = reader.get("/soeg/?q=qwertord", headers={"accept-encoding": ""}).content.decode()

    assert f"Vi viser de første {MAX_HITS} sider." in said


@pytest.mark.parametrize(
    ("language", "typed", "meant"),
    [
        ("da", "stromøde", "stormøde"),
        ("da", "qwertgadre", "qwertgade"),
        ("da", "kommune qwertgadre", "kommune qwertgade"),
        ("en", "qwertstreat", "qwertstreet"),
        ("ar", "قوقعتنات", "قوقعتنا"),
    ],
)
def test_what_was_meant_is_said_when_nothing_was_found(reader, language, typed, meant):
    a_page(title_da="Qwertgade i kommune", title_en="Qwertstreet", title_ar="قوقعتنا")

    with translation.override(language):
        asked = search(typed)

    assert (asked.hits, asked.suggestion.replace("stormøder", "stormøde")) == ([], meant)
    prefix = "" if language == "da" else f"/{language}"
    said = reader.get(f"{prefix}/soeg/", {"q": typed}, headers={"accept-encoding": ""}).content.decode()
    assert f">{asked.suggestion}</a>" in said


def test_nothing_is_suggested_that_is_no_better():
    assert search("zzzzqqqq").suggestion == ""
    assert search("xx").suggestion == ""
    assert closest("vold", ["Fred", "ro"]) == ""
    assert closest("vuld", ["Vold", "fred"]) == ""
    assert closest("politti", ["Politi", "polo"]) == "politi"


def test_a_draft_and_a_withdrawn_text_are_not_suggested():
    a_page("kladde", title_da="Qwertgade", public_from=None)

    assert search("qwertgadre").suggestion == ""
