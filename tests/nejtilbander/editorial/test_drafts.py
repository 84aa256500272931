"""What was never public: its row is the working copy, so staff see in lists what they last saved."""

from datetime import timedelta

import pytest
from django.utils import timezone

from nejtilbander.publishing import versions
from pages.models import Page
from tests.support.admin import edit, form_of, html, save
from tests.support.factories import a_page, a_statement, an_initiative

pytestmark = pytest.mark.django_db
LIST = "/admin/pages/page/"


def test_a_draft_that_is_renamed_stands_in_the_list_under_its_new_name_and_is_found_by_it(staff):
    page = a_page("udkast", public_from=None, title_da="Forsommer")
    save(staff, page, title_da="Eftersommer")

    assert "Eftersommer" in html(staff, LIST)
    assert "Eftersommer" in html(staff, f"{LIST}?q=eftersommer")
    assert "Forsommer" not in html(staff, LIST)


@pytest.mark.parametrize(
    ("make", "field", "first", "second"),
    [
        (a_page, "slug", "sommer", "vinter"),
        (an_initiative, "slug", "sommer", "vinter"),
        (a_statement, "number", 77, 78),
    ],
)
def test_the_address_a_draft_had_is_free_when_it_has_got_another(staff, make, field, first, second):
    draft = make(first, public_from=None)
    save(staff, draft, **{field: str(second)})
    save(staff, make(79 if field == "number" else "ny", public_from=None), **{field: str(first)})

    edit(staff, draft)
    assert getattr(draft, field) == second
    assert type(draft).objects.filter(**{field: first}).exclude(pk=draft.pk).exists()


def test_a_new_page_may_have_the_address_that_a_draft_has_left(staff):
    save(staff, a_page("sommer", public_from=None), slug="sommer-2026")

    add = f"{LIST}add/"
    typed = form_of(html(staff, add)) | {"slug": "sommer", "title_da": "Sommer", "summary_da": "Ny."}
    assert staff.post(add, typed).status_code == 302
    assert set(Page.objects.filter(slug__startswith="sommer").values_list("slug", flat=True)) == {
        "sommer", "sommer-2026"
    }  # fmt: skip


@pytest.mark.parametrize("public_from", [timedelta(hours=-1), timedelta(hours=1)], ids=["public", "planned"])
def test_a_page_that_readers_see_or_will_see_stays_as_it_is(staff, public_from):
    page = a_page("offentlig", public_from=timezone.now() + public_from, title_da="Set")
    save(staff, page, title_da="Uset", slug="uset")

    page.refresh_from_db()
    assert (page.title_da, page.slug) == ("Set", "offentlig")


def test_a_draft_brought_back_to_an_address_that_was_taken_keeps_its_own_and_all_else(staff):
    page = a_page("foer", public_from=None, title_da="Den første")
    save(staff, page, slug="efter", title_da="Den anden")
    a_page("foer")
    staff.post(f"{LIST}{page.pk}/version/1/")

    page.refresh_from_db()
    assert (page.slug, page.title_da) == ("efter", "Den første")
    assert versions.newest_version(page).content["fields"]["slug"] == "foer"
