"""Where a form leads once it is saved, and how the browser is told that what it keeps is saved."""

from uuid import uuid4

import pytest

from nejtilbander.editorial.views.after_save import is_admin_path
from tests.support.admin import form_address, form_of, html
from tests.support.factories import a_page
from tests.support.reader import Reader

pytestmark = pytest.mark.django_db
PLAIN = {"accept-encoding": ""}


def sent(staff, address, **more):
    """The answer to a form that was opened, changed and sent."""
    return staff.post(address, form_of(html(staff, address)) | {"title_da": "Nyt navn"} | more, headers=PLAIN)


def test_a_form_leads_back_to_itself_or_to_where_its_author_was_going(staff):
    page = a_page()
    address = form_address(page)

    assert sent(staff, address).headers["Location"] == address
    further = sent(staff, address, _next=f"{address.partition('?')[0]}?sprog=ar#id_body_ar")
    assert further.headers["Location"] == f"/admin/pages/page/{page.pk}/change/?sprog=ar#id_body_ar"


@pytest.mark.parametrize(
    "path",
    ["", "/", "/hjaelp/", "//evil.example/admin/", "https://evil.example/admin/", "/\\evil.example",
     "/admin/../hjaelp/", "/admin/\\..\\hjaelp/", "/admin/\n", "javascript:alert(1)", "admin/"],
)  # fmt: skip
def test_a_form_leads_to_no_other_place_than_a_page_of_the_admin(staff, path):
    address = form_address(a_page())

    assert sent(staff, address, _next=path).headers["Location"] == address
    assert not is_admin_path(path)


def test_what_is_not_saved_leads_nowhere_and_says_nothing_of_a_draft(staff):
    answer = sent(staff, form_address(a_page()), title_da="", slug="å", _next="/admin/", _draft=str(uuid4()))

    assert answer.status_code == 200
    assert 'data-is-unsaved="true"' in answer.content.decode()
    assert not [name for name in answer.cookies if name.startswith("saved_draft_")]


def test_the_browser_is_told_which_draft_is_saved_for_two_minutes_and_below_the_admin_alone(staff):
    draft = str(uuid4())
    cookie = sent(staff, form_address(a_page()), _draft=draft).cookies[f"saved_draft_{draft}"]

    assert (cookie.value, cookie["path"], cookie["max-age"], cookie["samesite"]) == ("1", "/admin/", 120, "Strict")
    for wrong in ("", "x", f"{draft}=1; path=/"):
        answer = sent(staff, form_address(a_page(f"side-{len(wrong)}")), _draft=wrong)
        assert not [name for name in answer.cookies if name.startswith("saved_draft_")]


def test_a_new_text_tells_it_too(staff):
    draft = str(uuid4())
    new = {"slug": "ny", "title_da": "Ny", "summary_da": "Ny.", "body_da": "<p>Ny.</p>", "_draft": draft}
    new |= form_of(html(staff, "/admin/pages/page/add/")) | new
    answer = staff.post("/admin/pages/page/add/", new, headers=PLAIN)

    assert (answer.status_code, answer.cookies[f"saved_draft_{draft}"].value) == (302, "1")


def test_a_form_says_whose_draft_of_what_it_would_be(staff):
    page = a_page()
    shown = html(staff, form_address(page, "ar"))

    assert f'data-object="pages.page:{page.pk}" data-language="ar" data-is-unsaved="false"' in shown
    assert 'data-object="pages.page:new" data-language="da"' in html(staff, "/admin/pages/page/add/")


def test_who_was_logged_out_while_writing_is_led_back_to_the_form_from_the_login(static_files):
    address = form_address(a_page(), "ar")
    answer = Reader().post(address, {"body_da": "Et langt afsnit, som ingen vil skrive to gange."}, headers=PLAIN)

    assert answer.status_code == 401
    assert "/admin/konto/log-ind/?next=/admin/pages/page/" in answer.content.decode()
    assert "%3Fsprog%3Dar" in answer.content.decode()
