"""What changed between two versions of a content, as staff see it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nejtilbander.images.models import Picture
from nejtilbander.publishing import serialization
from nejtilbander.publishing.comparison import compare_content
from pages.models import Initiative


def a_picture(name):
    return Picture.objects.create(name=name, digest=f"{Picture.objects.count():016x}", width=900).pk


def of_picture(old, new):
    """What is said of an initiative whose picture is another one, in how many queries."""
    fields = serialization.serialize(Initiative.objects.get(slug="klubhuse"))["fields"]
    before, after = ({"fields": fields | {"picture_id": one}} for one in (old, new))
    with CaptureQueriesContext(connection) as queries:
        found = compare_content(Initiative, before, after)
    return [(change.label, change.words) for change in found], len(queries)


@pytest.mark.django_db
def test_a_picture_is_called_by_its_name_and_one_that_is_gone_deleted():
    house, square = a_picture("Rådhuset"), a_picture("Flakhaven")

    assert of_picture(house, square) == ([("billede", "<del>Rådhuset</del> <ins>Flakhaven</ins> ")], 2)
    assert of_picture(None, house) == ([("billede", "<ins>Rådhuset</ins> ")], 1)
    assert of_picture(999, None) == ([("billede", "<del>slettet</del> ")], 1)
    assert of_picture(house, house) == ([], 0)


@pytest.mark.django_db
def test_another_cut_of_the_same_picture_is_a_change_too():
    first, second = a_picture("Rådhuset"), a_picture("Rådhuset")

    assert of_picture(first, second)[0] == [("billede", f"Rådhuset <del>({first})</del> <ins>({second})</ins> ")]
