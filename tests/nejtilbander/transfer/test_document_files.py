"""Documents in files: a text goes to another site with what is attached to it."""

import base64
import json

import pytest

from nejtilbander.documents.models import Document
from nejtilbander.publishing import versions
from nejtilbander.transfer.json_files import TransferError, export_json, import_json
from pages.models import PageDocument
from tests.support.documents import a_document, a_loaded_pdf
from tests.support.factories import a_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def exported():
    """A page with a document, as a file; the document is then deleted."""
    page, document = a_page(), a_document("Åben dagsorden", "so")
    PageDocument.objects.create(page=page, document=document, title_da="Dagsorden")
    file = json.loads(export_json([page]))
    page.documents.all().delete()
    versions.ensure_first_version(page)
    document.delete()
    return page, document.digest, file


def test_a_text_goes_to_another_site_with_its_documents(exported):
    page, digest, file = exported
    for _ in range(2):
        import_json(json.dumps(file))

    (back,) = Document.objects.all()
    assert (back.digest, back.title, back.language, back.pages) == (digest, "Åben dagsorden", "so", 1)
    (row,) = versions.newest_version(page).content["documents"]
    assert (row["document_id"], row["title_da"]) == (back.pk, "Dagsorden")


def test_a_file_that_was_changed_on_its_way_is_cleaned_again(exported):
    _, digest, file = exported
    file["documents"][digest]["body"] = base64.b64encode(a_loaded_pdf()).decode()
    import_json(json.dumps(file))
    assert b"hemmelig" not in bytes(Document.objects.get().file.body)


@pytest.mark.parametrize(
    "harm",
    [{"body": "!"}, {"body": base64.b64encode(b"GIF").decode()}, {"body": None}, {"language": "xx"}, {"title": 7},
     {"title": ""}, None, "7", "zz", "not a row"],
)  # fmt: skip
def test_a_file_with_a_document_that_is_none_changes_nothing(exported, harm):
    page, digest, file = exported
    if harm is None:
        del file["documents"]
    elif isinstance(harm, dict):
        file["documents"][digest] |= harm
    elif harm == "not a row":
        file["texts"]["pages.page proeve"]["documents"] = ["x"]
    else:
        file["texts"]["pages.page proeve"]["documents"][0]["document_id"] = json.loads(harm) if harm == "7" else harm
    with pytest.raises(TransferError, match="Intet er hentet"):
        import_json(json.dumps(file))
    assert not Document.objects.exists()
    assert versions.newest_version(page).number == 1


def test_a_row_whose_document_is_deleted_is_left_out_of_the_file():
    page, document = a_page(), a_document()
    row = PageDocument.objects.create(page=page, document=document, title_da="Dagsorden")
    versions.ensure_first_version(page)
    row.delete()
    document.delete()
    file = json.loads(export_json([page]))
    assert (file["documents"], file["texts"]["pages.page proeve"]["documents"]) == ({}, [])
