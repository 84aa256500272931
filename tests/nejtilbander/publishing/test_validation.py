"""What the form would not take is refused from a file too, and bars publishing."""

import json

import pytest

from nejtilbander.publishing import validation
from nejtilbander.transfer.json_files import export_json, import_json, select_objects
from pages.models import Initiative, Update
from tests.support.factories import a_meeting, a_page, a_statement, an_initiative
from tests.support.transfer_files import LONG, changed, refused

pytestmark = pytest.mark.django_db
BAD_WEB = ": Kildens adresse: Indtast en gyldig URL."


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"source_url": "javascript:alert(1)"}, BAD_WEB),
        ({"source_url": "https://example.org/\0"}, ": Kildens adresse: Der står et usynligt tegn (NUL)"),
        ({"slug": "a/b c"}, ": Webadresse: "),
        ({"slug": ""}, ": Webadresse: Dette felt kan ikke være tomt."),
        ({"slug": "a\0"}, ": Webadresse: "),
        ({"slug": None}, ": Webadresse: Dette felt kan ikke være null."),
        ({"slug": "klubhuse"}, ": Webadresse: En anden tekst har den webadresse. Vælg en anden."),
        ({"level": "bogus"}, ": Niveau: Værdien 'bogus' er ikke et gyldigt valg."),
        ({"level": "x" * 100_000}, ": Niveau: Værdien 'xxx"),
        ({"title_da": "x" * 20_000}, LONG),
        ({"title_ar": "x" * 20_000}, LONG),
        ({"title_da": 5}, ": Titel: Her skal stå en tekst."),
        ({"title_da": "\ud800"}, ": Det passer ikke med siden her."),
        ({"order": 10**30}, ": Rækkefølge: Denne værdi skal være mindre end eller lig"),
        ({"order": float("inf")}, ": Rækkefølge: Det passer ikke i feltet."),
        ({"order": []}, ": Rækkefølge: "),
        ({"leads_to_meetings": "måske"}, ": Vis næste stormøde på siden: "),
    ],
)
def test_what_the_form_would_not_take_is_refused_with_the_name_of_the_text_and_the_field(fields, told):
    initiative = an_initiative("fra-fil")

    for slug in ("fra-fil", "helt-ny"):
        name = f"pages.initiative {slug}"
        said = refused(changed(initiative, **{"slug": slug} | fields).replace("pages.initiative fra-fil", name), name)
        assert said.startswith(told)
        assert len(said) < 400


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"starts_at": "0001-01-01T00:00:00Z"}, ": Begynder: Vælg et år fra 2000 til 2100."),
        ({"starts_at": "2027-01-01T10:00:00"}, ": Begynder: Skriv også tidszonen, fx +01:00."),
        ({"starts_at": 5}, ": Begynder: Det passer ikke i feltet."),
        ({"ends_at": "2020-01-01T10:00:00Z"}, ": Mødet skal slutte, efter at det er begyndt."),
        ({"interpreters": ["klingon"]}, ": Tolke: Skriv en liste med disse koder: en, ar, so, tr, fa, sgn."),
        ({"retention_days": 3650}, ": Dage før listen slettes: Denne værdi skal være mindre end eller lig 30."),
    ],
)
def test_a_meeting_from_a_file_is_one_that_the_form_could_have_made(fields, told):
    meeting = a_meeting("fra-fil")

    assert refused(changed(meeting, **fields), "events.event fra-fil").lower().startswith(told.lower())


def test_a_row_inside_that_lacks_what_it_must_have_is_refused_with_the_name_of_its_page():
    file = json.loads(export_json([an_initiative("fra-fil")]))
    file["texts"]["pages.initiative fra-fil"]["updates"] = [{"id": 1, "title_da": "Uden dato"}]

    said = refused(json.dumps(file), "pages.initiative fra-fil")

    assert said == ": Adressen eller nummeret bruges allerede, eller en række mangler noget."


def test_what_only_forms_know_counts_too():
    long = ": Indledning: Denne værdi må højst have 400 tegn (den har 401)."
    assert refused(changed(a_page("frem"), summary_da="x" * 401)) == long
    taken = ": Webadresse: Adressen bruges allerede af siden selv. Vælg en anden."
    assert refused(changed(a_page("fri"), slug="hjaelp"), "pages.page fri") == taken


def test_a_row_inside_is_looked_at_and_named_too():
    initiative = Initiative.objects.get(slug="nye-redskaber")

    for fields, told in (
        ({"title_da": "x" * 121}, ", nyhed 1: Overskrift: Denne værdi må højst have 120 tegn (den har 121)."),
        ({"date": "0001-01-01"}, ", nyhed 1: Dato: Vælg et år fra 2000 til 2100."),
    ):
        assert refused(changed(initiative, "updates", **fields), "pages.initiative nye-redskaber") == told


def test_a_row_inside_stands_on_the_page_it_came_with_whatever_the_file_says():
    public = Initiative.objects.get(slug="klubhuse")
    file = changed(Initiative.objects.get(slug="nye-redskaber"), "updates", initiative_id=public.pk)

    (found,) = import_json(file.replace("nye-redskaber", "ny"))

    assert (found.updates.count(), public.updates.count()) == (1, 0)


def test_all_that_the_site_begins_with_can_be_published():
    assert [validation.validate(obj) for obj in select_objects()] == [[] for _ in select_objects()]


def test_what_came_past_the_form_is_found_in_the_text_and_its_rows_and_said_as_a_bar():
    initiative = an_initiative("forbi", source_url="javascript:alert(1)", title_ar="x" * 100)
    Update.objects.create(initiative=initiative, date="1999-12-31", title_da="For længe siden")
    Initiative.objects.filter(pk=initiative.pk).update(level="bogus")
    initiative.refresh_from_db()

    assert {(one.field, one.language, one.sentence, one.is_error) for one in validation.validate(initiative)} == {
        ("level", "da", "Niveau: Værdien 'bogus' er ikke et gyldigt valg.", True),
        ("source_url", "da", "Kildens adresse: Indtast en gyldig URL.", True),
        ("date", "da", "Dato: Vælg et år fra 2000 til 2100.", True),
    }


def test_what_another_has_taken_and_what_does_not_hang_together_is_a_bar_too():
    first, second = a_meeting("en"), a_meeting("to")
    second.slug, second.ends_at = first.slug, second.starts_at

    assert {(one.field, one.sentence) for one in validation.validate(second)} == {
        ("slug", "Webadresse: En anden tekst har den webadresse. Vælg en anden."),
        ("__all__", "Mødet skal slutte, efter at det er begyndt."),
    }
    assert validation.validate(a_statement(7)) == []
