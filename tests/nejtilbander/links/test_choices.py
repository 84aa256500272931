"""The pages a link can be chosen from, and what a wrong path may have meant."""

import pytest
from django.utils import timezone

from nejtilbander.links import choices
from tests.support.factories import a_page

pytestmark = pytest.mark.django_db


def paths(query, language="da"):
    return [choice.path for choice in choices.search(query, language)]


def test_every_public_page_can_be_chosen_once_and_nothing_else():
    a_page("kladde", public_from=None)
    a_page("vaek", withdrawn_at=timezone.now())
    found = [choice.path for choice in choices.all_choices("da")]

    assert len(found) == len(set(found))
    expected = {"/", "/hjaelp/", "/hjaelp/#ud", "/indsatser/klubhuse/", "/stormoeder/naboskab/", "/udtalelse/1/",
                "/udtalelse/", "/hvem/", "/hvem/#fyns-politi", "/aktuelt/", "/plakat/butik/"}  # fmt: skip
    assert expected <= set(found)
    assert not {"/kladde/", "/vaek/"} & set(found)


def test_a_page_is_found_by_its_title_its_path_and_its_text_in_that_order():
    a_page("om-hylere", title_da="Noget andet")
    a_page("b", title_da="Om dem, der hyler", body_da="<p>Tekst.</p>")
    a_page("a", title_da="Hylere", body_da="<p>Tekst.</p>")
    a_page("c", title_da="Tavse", body_da="<p>Her er ingen hylere.</p>")

    assert paths("hylere") == ["/a/", "/om-hylere/", "/c/"]
    assert paths("HYLE") == ["/a/", "/b/", "/om-hylere/", "/c/"]


def test_titles_are_in_the_language_of_the_text_and_found_by_it_or_by_danish():
    a_page("a", title_da="Hylere", title_ar="عواء")

    assert choices.search("hylere", "ar") == choices.search("عواء", "ar")
    [found] = choices.search("عواء", "ar")
    assert (found.path, found.title, found.kind) == ("/a/", "عواء", "side")
    assert choices.search("råd og hjælp", "en")[0].title == "Help and advice"


def test_what_is_spelt_nearly_right_is_found_and_nonsense_is_not():
    assert paths("kluubhuse") == ["/indsatser/klubhuse/"]
    assert paths("xyzzyx") == paths("") == paths("!?") == []


def test_no_more_are_shown_than_can_be_looked_over():
    for number in range(12):
        a_page(f"nr-{number}", title_da=f"Hylere {number}")

    assert len(paths("hylere")) == choices.MAX_CHOICES


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("hjaelp/", "/hjaelp/"), ("/hjælp/", "/hjaelp/"), ("/hjaelpp/", "/hjaelp/"),
        ("klubbhuse", "/indsatser/klubhuse/"), ("/xyzzy/", None), ("/", "/"),
    ],
)  # fmt: skip
def test_a_wrong_path_may_have_meant_one_that_is_much_alike(path, meant):
    found = choices.closest(path)

    assert (found and found.path) == meant
    assert bool(choices.did_you_mean(path)) == bool(meant)


def test_the_sentence_says_the_path_and_the_title():
    assert choices.did_you_mean("/hjælp") == " Mente du /hjaelp/ („Råd og hjælp“)?"
