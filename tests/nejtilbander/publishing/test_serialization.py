"""The content of a version: what it holds, and that it comes back."""

import pytest
from django.db import transaction

from events.models import Event
from nejtilbander.publishing import serialization
from pages.models import Initiative, Page, Partner, Statement

pytestmark = pytest.mark.django_db


def test_every_kind_goes_through_a_version_and_comes_back_as_it_was():
    for model in (Page, Initiative, Partner, Statement, Event):
        for obj in model.objects.all():
            before = serialization.serialize(obj)
            with transaction.atomic():
                serialization.restore(obj, before)
            assert serialization.serialize(model.objects.get(pk=obj.pk)) == before


def test_a_version_never_holds_what_publishing_decides_nor_modeltranslations_shadows():
    fields = serialization.serialize(Initiative.objects.first())["fields"]
    assert {"title_da", "body_ar", "slug", "translations"} <= fields.keys()
    assert not {"title", "body", "search_text", "search_text_da", "public_from", "owner_id", "id"} & fields.keys()


def test_parts_that_are_no_list_are_refused_by_name():
    assert serialization.part_entries({"fields": {}}, "updates") == []
    with pytest.raises(TypeError, match="updates is not a list"):
        serialization.part_entries({"fields": {}, "updates": {"id": 1}}, "updates")
