"""Seeding: once only, and never over what staff did."""

import tomllib
from pathlib import Path

import pytest
from django.core.management import call_command

from events.models import Event
from nejtilbander.i18n.languages import CODES, TranslationState
from nejtilbander.text.contact_facts import FACTS
from nejtilbander.transfer.models import Seeded
from nejtilbander.transfer.seeding import load_texts
from pages.models import Initiative, Page, Partner, Statement
from tests.support.factories import a_page

CONTENT = [Path("pages/content"), Path("events/content")]


@pytest.mark.django_db
def test_a_second_seed_changes_nothing_staff_changed_or_deleted(capsys):
    Page.objects.filter(slug="hvem").update(title_da="Vores egen titel")
    Initiative.objects.get(slug="klubhuse").delete()
    Event.objects.get(slug="naboskab").delete()

    call_command("seed")

    assert capsys.readouterr().out == "Seed: nothing new to write.\n"
    assert str(Seeded.objects.get(key="page.hvem")) == "page.hvem"
    assert Page.objects.get(slug="hvem").title_da == "Vores egen titel"
    assert not Initiative.objects.filter(slug="klubhuse").exists()
    assert not Event.objects.filter(slug="naboskab").exists()


@pytest.mark.django_db
def test_an_operator_starts_without_example_meetings(capsys):
    for model in (Event, Page, Initiative, Partner, Statement, Seeded):
        model.objects.all().delete()

    call_command("seed", "--no-examples")

    assert Event.objects.count() == 0
    assert (Page.objects.count(), Initiative.objects.count(), Partner.objects.count()) == (9, 10, 5)
    assert capsys.readouterr().out == "Seed: 25 new texts.\n"


@pytest.mark.django_db
def test_a_fresh_site_shows_every_state_a_meeting_can_be_in():
    states = {event.slug: str(event.signup_state()) for event in Event.objects.with_seats()}

    assert states == {
        "trygge-butikker": "open",
        "unge-og-foraeldre": "waiting_list",
        "naboskab": "not_open",
        "frivillige": "cancelled",
        "byen-staar-sammen": "past",
        "tryg-i-byen": "past",
    }
    assert all(event.is_example for event in Event.objects.all())
    assert all(event.outcome_da for event in Event.objects.past())


@pytest.mark.django_db
def test_everything_seeded_is_whole_in_every_promised_language_and_marked_as_unread():
    for obj in [
        *Page.objects.all(),
        *Initiative.objects.all(),
        *Partner.objects.all(),
        *Event.objects.all(),
    ]:
        for code in CODES[1:]:
            assert obj.language_state(code) == TranslationState.UNREAD, (obj, code)
    statement = Statement.objects.get(number=1)
    assert [statement.language_state(code) for code in CODES[1:]] == [TranslationState.UNREAD] * 5
    assert [signatory.role_da for signatory in statement.signatories.all()] == [
        "Borgmester",
        *["Rådmand"] * 4,
    ]


@pytest.mark.parametrize("folder", CONTENT, ids=["pages", "events"])
@pytest.mark.parametrize("language", CODES[1:])
def test_a_translation_has_the_same_texts_facts_and_links_as_the_danish(folder, language):
    danish, translated = load_texts(folder)["da"], load_texts(folder)[language]

    def compare(source, target, path):
        for key, value in source.items():
            here = (*path, key)
            assert key in target, here
            if isinstance(value, dict):
                compare(value, target[key], here)
            elif isinstance(value, str):
                assert target[key].strip(), here
                for fact in FACTS:
                    assert value.count(f"{{{fact}}}") == target[key].count(f"{{{fact}}}"), (here, fact)
                for tag in ("<p>", "<li>", "<ul>", "<h2>", 'href="'):
                    assert value.count(tag) == target[key].count(tag), (here, tag)
        assert set(target) <= set(source), path

    compare(danish, translated, ())


def test_content_files_are_valid_and_name_only_known_facts():
    for file in [path for folder in CONTENT for path in folder.glob("*.toml")]:
        text = file.read_text("utf-8")
        tomllib.loads(text)
        body = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
        assert {part.split("}")[0] for part in body.split("{")[1:]} <= set(FACTS), file


@pytest.mark.django_db
def test_a_page_staff_wrote_first_is_left_alone(capsys):
    Page.objects.filter(slug="hvem").delete()
    a_page("hvem", title_da="Skrevet af os")
    Seeded.objects.filter(key="page.hvem").delete()

    call_command("seed")

    assert Page.objects.get(slug="hvem").title_da == "Skrevet af os"
