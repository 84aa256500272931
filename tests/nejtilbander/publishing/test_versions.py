"""Working copies and their names."""

import pytest

from nejtilbander.links.models import CheckedLink
from nejtilbander.publishing import serialization, versions
from pages.models import Page
from tests.support.factories import a_page

pytestmark = pytest.mark.django_db


def test_looking_at_a_working_copy_changes_nothing_even_when_it_fails_inside():
    page = a_page("kig")
    versions.ensure_first_version(page)
    content = serialization.serialize(page)
    content["fields"]["title_da"] = "Kladden"
    versions.save_version(page, content, None)

    with versions.as_working_copy(page):
        assert Page.objects.get(pk=page.pk).title_da == "Kladden"
    with pytest.raises(ZeroDivisionError), versions.as_working_copy(page):
        1 / 0  # noqa: B018

    assert Page.objects.get(pk=page.pk).title_da != "Kladden"


def test_versions_notices_moves_and_links_name_themselves():
    page = a_page("navne", title_da="Navne")
    versions.ensure_first_version(page)
    assert str(versions.newest_version(page)) == "Navne, version 1"
    assert str(CheckedLink(url="https://example.dk/")) == "https://example.dk/"
