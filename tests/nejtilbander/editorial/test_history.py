"""Versions that come back, and what was deleted."""

import re

import pytest

from nejtilbander.publishing import serialization, versions
from nejtilbander.publishing.models import SharedPreview, Version
from pages.models import Initiative
from tests.support.admin import admin_address, html, publish, save
from tests.support.factories import a_page

pytestmark = pytest.mark.django_db


def test_history_tells_who_and_what_and_brings_any_version_back_as_a_draft(staff, reader):
    initiative = Initiative.objects.get(slug="klubhuse")
    first = initiative.title_da
    save(staff, initiative, title_da="Anden titel")
    save(staff, initiative, "ar", title_ar="عنوان آخر")
    publish(staff, initiative)

    listed = html(staff, admin_address(initiative, "history"))
    assert "Version 3" in listed
    assert re.findall("desk-chip desk-(\\w+)", listed) == ["public"]
    changed = html(staff, admin_address(initiative, "version/2"))
    assert "<ins>Anden titel</ins>" in changed
    arabic = html(staff, admin_address(initiative, "version/3"))
    assert re.search(r'<dd lang="ar" dir="rtl">.*<ins>عنوان آخر</ins>', arabic)
    assert "Anden titel" not in arabic.partition('id="content-main"')[2]

    staff.post(admin_address(initiative, "version/1"))
    assert "<h1>Anden titel</h1>" in html(reader, "/indsatser/klubhuse/"), "readers see it when it is published"
    publish(staff, initiative)
    assert f"<h1>{first}</h1>" in html(reader, "/indsatser/klubhuse/")
    assert versions.newest_version(initiative).note == "Hentet tilbage fra version 1"


def test_a_version_that_says_what_the_draft_says_is_no_news(staff):
    page = a_page("ens")
    save(staff, page, title_da="Andet")
    save(staff, page, title_da="Prøve")

    staff.post(admin_address(page, "version/1"))
    staff.get(admin_address(page, "del"))

    assert (versions.newest_version(page).number, SharedPreview.objects.count()) == (3, 0)
    assert "Hentet tilbage" not in html(staff, admin_address(page, "history"))


def test_a_version_of_a_model_that_has_changed_since_comes_back_with_what_still_fits(staff):
    page = a_page("gammel", title_da="Nu")
    versions.ensure_first_version(page)
    content = serialization.serialize(page)
    content["fields"] = {"title_da": "Dengang", "a_field_long_gone": "x"}
    Version.objects.create(kind="pages.page", object_id=page.pk, number=2, title="x", content=content)
    Version.objects.create(
        kind="pages.page", object_id=page.pk, number=3, title="x", content=serialization.serialize(page)
    )

    assert staff.post(admin_address(page, "version/2")).status_code == 302
    publish(staff, page)
    page.refresh_from_db()
    assert (page.title_da, page.slug) == ("Dengang", "gammel")
