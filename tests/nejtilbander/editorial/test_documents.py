"""Documents in the admin: upload, facts, use and deletion."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from nejtilbander.documents import accessibility, cleaning, isolation
from nejtilbander.documents.models import Document
from nejtilbander.documents.storing import store_document
from nejtilbander.publishing import actions, serialization, versions
from pages.models import PageDocument
from tests.support.admin import told_at
from tests.support.documents import a_bomb_of_objects, a_document, a_loaded_pdf, a_pdf, upload_document
from tests.support.factories import a_page

pytestmark = pytest.mark.django_db
LIST = "/admin/nejtilbander/document/"


def test_a_file_is_taken_in_and_its_faults_are_told(staff):
    assert "Skriv det hellere som tekst på siden" in staff.get(f"{LIST}add/").content.decode()

    answer = upload_document(staff, a_pdf(tagged=False), title="Åben dagsorden")

    assert answer.status_code == 302
    (document,) = Document.objects.all()
    assert (document.title, document.language, document.pages) == ("Åben dagsorden", "da", 1)
    assert document.made_by is not None
    shown = staff.get(f"{LIST}{document.pk}/change/").content.decode()
    assert accessibility.NOT_TAGGED in shown
    assert "PDF, 2 kB, 1 side<" in shown or "PDF, 1 kB, 1 side<" in shown
    assert "aaben-dagsorden.pdf" in shown
    assert "ikke brugt" in shown
    assert 'name="_save"' not in shown


def test_the_same_file_twice_is_one_document(staff):
    assert [upload_document(staff, a_pdf()).status_code for _ in range(2)] == [302, 302]
    assert Document.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "sentence"),
    [(b"GIF89a", cleaning.NOT_A_PDF), (a_pdf()[:300], cleaning.BROKEN),
     (b"%PDF-" + b"0" * cleaning.MAX_BYTES, cleaning.TOO_BIG)],
    ids=["a picture", "half a file", "too much"],
)  # fmt: skip
def test_a_file_that_is_none_is_refused_beside_its_field_and_the_rest_stays(staff, body, sentence):
    answer = upload_document(staff, body, title="Det skrevne")

    assert told_at(answer, "file") == [sentence]
    assert 'value="Det skrevne"' in answer.content.decode()
    assert not Document.objects.exists()


def test_a_missing_title_or_file_is_told_and_nothing_is_stored(staff):
    assert told_at(upload_document(staff, a_pdf(), title=""), "title")
    assert "Vælg en fil" in told_at(staff.post(f"{LIST}add/", {"title": "x", "language": "da"}), "file")[0]
    assert not Document.objects.exists()


def test_a_process_that_dies_or_loops_is_a_file_that_cannot_be_used(monkeypatch):
    for module, sentence in (("tests.support.exits", cleaning.BROKEN), ("tests.support.loops", cleaning.BOMB)):
        monkeypatch.setattr(isolation, "PROGRAM", module)
        monkeypatch.setattr(isolation, "TIMEOUT", 2)
        with pytest.raises(cleaning.InvalidDocument) as refused:
            isolation.clean_isolated(a_pdf(), "Plan", "da")
        assert str(refused.value) == sentence


def test_a_bomb_that_goes_off_while_the_file_is_opened_takes_its_own_process_alone():
    with pytest.raises(cleaning.InvalidDocument):
        isolation.clean_isolated(a_bomb_of_objects(600), "Plan", "da")


def test_the_process_has_none_of_our_secrets(monkeypatch):
    monkeypatch.setattr(isolation, "PROGRAM", "tests.support.prints_environment")
    with pytest.raises(cleaning.InvalidDocument) as refused:
        isolation.clean_isolated(a_pdf(), "Plan", "da")
    assert set(json.loads(str(refused.value))) <= {"PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "LC_CTYPE", "PWD"}


def test_the_process_answers_as_the_function_does():
    assert isolation.clean_isolated(a_loaded_pdf(), "Plan", "da") == cleaning.clean(a_loaded_pdf(), "Plan", "da")


def test_a_document_in_use_is_not_deleted_and_says_where_it_is_used(staff):
    page, document = a_page(title_da="Med en fil"), a_document()
    row = PageDocument.objects.create(page=page, document=document, title_da="Dagsorden")
    versions.ensure_first_version(page)

    listed = staff.get(LIST).content.decode()
    assert f'<a href="/admin/pages/page/{page.pk}/change/">Med en fil</a>' in listed
    assert staff.post(f"{LIST}{document.pk}/delete/", {"post": "yes"}).status_code == 403

    row.delete()  # readers do not see it any more; the working copy has it
    assert "(kladde)" in staff.get(f"{LIST}{document.pk}/change/").content.decode()
    assert staff.post(f"{LIST}{document.pk}/delete/", {"post": "yes"}).status_code == 403

    versions.save_version(page, serialization.serialize(page), None)
    assert staff.post(f"{LIST}{document.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Document.objects.exists()


def test_a_document_that_a_plan_alone_shows_is_not_deleted(staff):
    page, document = a_page(title_da="Med en fil"), a_document()
    versions.ensure_first_version(page)
    content = serialization.serialize(page)
    shown = {"id": 77, "document_id": document.pk, "title_da": "Dagsorden", "order": 0, "translations": {}}
    planned = versions.save_version(page, content | {"documents": [shown]}, None)
    actions.publish(page, planned, timezone.now() + timedelta(days=1))
    versions.save_version(page, content, None)

    assert "(kladde)" in staff.get(f"{LIST}{document.pk}/change/").content.decode()
    assert staff.post(f"{LIST}{document.pk}/delete/", {"post": "yes"}).status_code == 403

    actions.cancel_plan(page)
    assert staff.post(f"{LIST}{document.pk}/delete/", {"post": "yes"}).status_code == 302


@pytest.mark.parametrize(
    ("facts", "found"),
    [({}, []), ({"has_text": False}, [accessibility.NO_TEXT]), ({"is_tagged": False}, [accessibility.NOT_TAGGED]),
     ({"stated_language": ""}, [accessibility.NO_LANGUAGE]), ({"had_title": False}, [accessibility.NO_TITLE]),
     ({"stated_language": "en-GB"}, [accessibility.OTHER_LANGUAGE.format("en-GB")])],
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_said(facts, found):
    whole = {"has_text": True, "is_tagged": True, "stated_language": "da-DK", "had_title": True, "language": "da"}
    assert accessibility.findings(Document(**whole | facts)) == found


def test_a_whole_file_is_said_to_be_one(staff):
    document = store_document(a_loaded_pdf(), "Dagsorden", "da", None)
    assert "Ja, så vidt siden kan se." in staff.get(f"{LIST}{document.pk}/change/").content.decode()
