"""Pictures in files: a text goes to another site with its picture."""

import json

import pytest

from nejtilbander.images.models import Picture
from nejtilbander.publishing import versions
from nejtilbander.transfer.json_files import TransferError, export_json, import_json
from pages.models import Page
from tests.support.pictures import a_picture

pytestmark = pytest.mark.django_db


def test_a_text_goes_to_another_site_with_its_picture():
    page, picture = Page.objects.get(slug="hvem"), a_picture(credit="Kommunen", focus_x=20)
    page.picture, page.picture_alt_da = picture, "Huse"
    page.save()
    file = export_json([page])
    page.picture = None
    page.save()
    picture.delete()

    assert import_json(file) == [page]

    (back,) = Picture.objects.all()
    assert (back.digest, back.name, back.credit, back.focus_x) == (picture.digest, "Huse", "Kommunen", 20)
    assert versions.newest_version(page).content["fields"]["picture_id"] == back.pk
    assert import_json(file) == []
    assert Picture.objects.count() == 1


@pytest.mark.parametrize("harm", ["no bytes", "a script", "another mark", "no name", "a number"])
def test_a_file_with_a_picture_that_is_none_changes_nothing(harm):
    page, picture = Page.objects.get(slug="hvem"), a_picture()
    page.picture = picture
    page.save()
    whole = json.loads(export_json([page]))
    page.picture = None
    page.save()
    picture.delete()
    packed = whole["pictures"][picture.digest]
    if harm == "no bytes":
        del packed["body"]
    elif harm == "a script":
        packed["body"] = "PHNjcmlwdD4="
    elif harm == "no name":
        packed["name"] = ""
    else:
        digest = "../../etc" if harm == "another mark" else 7
        whole["texts"]["pages.page hvem"]["fields"]["picture_id"] = digest
        whole["pictures"][str(digest)] = packed

    with pytest.raises(TransferError, match="Intet er hentet"):
        import_json(json.dumps(whole))
    assert not Picture.objects.exists()
