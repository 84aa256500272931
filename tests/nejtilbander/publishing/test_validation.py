"""Validation of content that passed no form."""

import pytest

from nejtilbander.publishing import validation
from nejtilbander.transfer.json_files import select_objects
from pages.models import Initiative, Update
from tests.make import a_meeting, a_statement, an_initiative

pytestmark = pytest.mark.django_db


def test_all_that_the_site_begins_with_can_be_published():
    assert [validation.validate(obj) for obj in select_objects()] == [[] for _ in select_objects()]


def test_what_came_past_the_form_is_found_in_the_text_and_its_rows_and_is_an_error():
    initiative = an_initiative("forbi", source_url="javascript:alert(1)", title_ar="x" * 100)
    Update.objects.create(initiative=initiative, date="1999-12-31", title_da="For længe siden")
    Initiative.objects.filter(pk=initiative.pk).update(level="bogus")
    initiative.refresh_from_db()

    assert {(one.field, one.language, one.sentence, one.is_error) for one in validation.validate(initiative)} == {
        ("level", "da", "Niveau: Værdien 'bogus' er ikke et gyldigt valg.", True),
        ("source_url", "da", "Kildens adresse: Indtast en gyldig URL.", True),
        ("date", "da", "Dato: Vælg et år fra 2000 til 2100.", True),
    }


def test_what_another_has_taken_and_what_does_not_hang_together_is_an_error_too():
    first, second = a_meeting("en"), a_meeting("to")
    second.slug, second.ends_at = first.slug, second.starts_at

    assert {(one.field, one.sentence) for one in validation.validate(second)} == {
        ("slug", "Adresse: Stormøde med dette Adresse eksisterer allerede."),
        ("__all__", "Mødet skal slutte, efter at det er begyndt."),
    }
    assert validation.validate(a_statement(7)) == []
