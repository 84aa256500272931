"""The languages a page exists in, and what the page says of its translation."""

import re

import pytest
from django.utils import translation

from nejtilbander.i18n.languages import (
    CODES,
    TranslationState,
    catalogue_state,
    direction,
    path_in_language,
    worst_state,
)
from pages.models import Page, Partner, Signatory
from tests.support.addresses import PAGES, everywhere
from tests.support.factories import a_page

pytestmark = pytest.mark.walk


def notice(response):
    """What the end of the page says of its translation; the line above its heading is a short form of it."""
    short_and_whole = re.findall(r'<p class="translated">(.*?)</p>', response.content.decode(), re.DOTALL)
    return " ".join(short_and_whole[1].split()) if short_and_whole else None


@pytest.mark.django_db
def test_a_text_is_missing_until_every_danish_field_is_translated():
    page = a_page(title_en="Trial")
    assert page.language_state("en") == TranslationState.MISSING

    page.summary_en = "A trial."
    assert page.language_state("en") == TranslationState.OUTDATED  # nobody has said what it was translated from

    page.mark_translated("en", read=False)
    assert page.language_state("en") == TranslationState.UNREAD

    page.mark_translated("en", read=True)
    assert page.language_state("en") == TranslationState.REVIEWED


@pytest.mark.django_db
def test_a_translation_is_outdated_when_the_danish_changes_and_right_again_when_it_is_checked():
    page = a_page(title_en="Trial", summary_en="A trial.")
    page.mark_translated("en", read=True)
    page.save()

    page.summary_da = "En ny prøve."
    page.save()
    assert Page.objects.get(pk=page.pk).language_state("en") == TranslationState.OUTDATED

    page.mark_translated("en", read=True)
    assert page.language_state("en") == TranslationState.REVIEWED
    assert page.languages() == ["da", "en"]


@pytest.mark.django_db
def test_saving_while_the_interface_is_in_another_language_never_copies_danish_into_it():
    with translation.override("ar"):
        page = a_page(body_da="<p>Dansk</p>")
        page.save()

    kept = Page.objects.get(pk=page.pk)
    assert (kept.title_ar, kept.body_ar, kept.title_en) == ("", "", "")
    assert (kept.title_da, kept.body_da) == ("Prøve", "<p>Dansk</p>")


@pytest.mark.django_db
def test_readers_are_told_in_their_own_language_how_the_translation_stands(reader):
    page = a_page()
    told = {"missing": notice(reader.get("/en/proeve/"))}

    page.title_en, page.summary_en = "Trial", "A trial."
    page.mark_translated("en", read=False, machine=True)
    page.save()
    told["unread"] = notice(reader.get("/en/proeve/"))

    page.mark_translated("en", read=True)
    page.save()
    told["reviewed"] = notice(reader.get("/en/proeve/"))

    page.summary_da = "Noget andet."
    page.save()
    told["outdated"] = notice(reader.get("/en/proeve/"))

    with translation.override("en"):
        assert told["missing"] == translation.gettext(
            "Noget på siden er ikke oversat til dit sprog endnu. Det står på dansk."
        )
        assert told["unread"] == translation.gettext(
            "Teksten er oversat af en maskine. Ingen, der taler sproget, har læst den endnu."
        )
    assert told["reviewed"] is None
    assert "2026" in told["outdated"] or re.search(r"\d{4}", told["outdated"])
    assert notice(reader.get("/proeve/")) is None


@pytest.mark.django_db
def test_a_borrowed_danish_text_is_marked_as_danish_and_left_to_right(reader):
    a_page(title_ar="تجربة")

    html = reader.get("/ar/proeve/").content.decode()

    assert "<h1>تجربة</h1>" in html
    assert '<p class="lead" lang="da" dir="ltr">En prøve.</p>' in html


@pytest.mark.parametrize("address", everywhere(PAGES))
def test_every_page_says_its_language_and_leads_to_itself_in_the_others(reader, address):
    language = next((code for code in CODES if address.startswith(f"/{code}/")), "da")
    html = reader.get(address).content.decode()
    bare = address.partition("?")[0]

    assert f'<html lang="{language}" dir="{direction(language)}">' in html
    switcher = re.findall(r'<a href="([^"]+)" lang="(\w+)" hreflang="(\w+)" dir="(\w+)"', html)
    question = address[len(bare) :]
    assert switcher == [(path_in_language(bare, code) + question, code, code, direction(code)) for code in CODES]
    assert html.count('aria-current="true">') >= 1


@pytest.mark.django_db
def test_search_engines_are_only_told_of_languages_the_page_exists_in(reader):
    a_page(title_en="Trial", summary_en="A trial.")

    html = reader.get("/en/proeve/").content.decode()

    assert re.findall(r'hreflang="([\w-]+)" href="([^"]+)"', html) == [
        ("da", "https://testserver/proeve/"),
        ("x-default", "https://testserver/proeve/"),
        ("en", "https://testserver/en/proeve/"),
    ]
    assert '<link rel="canonical" href="https://testserver/en/proeve/">' in html


@pytest.mark.parametrize(
    ("path", "language", "address"),
    [
        ("/", "en", "/en/"),
        ("/en/", "da", "/"),
        ("/ar/hjaelp/", "fa", "/fa/hjaelp/"),
        ("/hjaelp/", "da", "/hjaelp/"),
        ("/english/", "en", "/en/english/"),
        ("/en//example.org/", "da", "/example.org/"),
        ("//example.org/", "en", "/en/example.org/"),
    ],
)
def test_the_same_page_in_another_language_differs_only_in_its_prefix(path, language, address):
    assert path_in_language(path, language) == address


def test_the_worst_state_of_several_decides(settings):
    settings.CATALOGUES_READ = {"da", "en"}

    assert (
        worst_state([TranslationState.REVIEWED, TranslationState.OUTDATED, TranslationState.UNREAD])
        == TranslationState.OUTDATED
    )
    assert worst_state([]) == TranslationState.REVIEWED
    assert (catalogue_state("en"), catalogue_state("ar")) == (TranslationState.REVIEWED, TranslationState.UNREAD)


@pytest.mark.django_db
def test_a_reason_for_withdrawing_makes_nothing_else_missing_or_old():
    page = a_page(title_en="Trial", summary_en="A trial.")
    page.mark_translated("en", read=True)

    page.withdrawn_reason_da = "Fejl."
    page.save()

    assert page.language_state("en") == TranslationState.REVIEWED


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/en/", "/en/udtalelse/"])
def test_a_page_that_quotes_an_untranslated_text_says_so(reader, address):
    Partner.objects.update(name_en="")
    Signatory.objects.update(role_en="")

    with translation.override("en"):
        missing = translation.gettext("Noget på siden er ikke oversat til dit sprog endnu. Det står på dansk.")
    assert notice(reader.get(address)) == missing
