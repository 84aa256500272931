"""Drafts, changes, plans: told apart, and made by saving."""

from datetime import timedelta

import pytest
from django.utils import timezone

from nejtilbander.editorial.model_admin import SAVED_MESSAGE
from nejtilbander.notices.models import Notice
from nejtilbander.publishing import versions
from nejtilbander.publishing.models import PublicationStatus
from tests.support.admin import (
    admin_address,
    form_address,
    form_of,
    html,
    publish,
    said,
    save,
    status_of,
    told_at,
)
from tests.support.factories import a_meeting, a_page

pytestmark = pytest.mark.django_db
PLAIN = {"accept-encoding": ""}


def test_a_draft_a_public_page_a_changed_one_a_planned_one_and_a_withdrawn_one_are_told_apart(staff, monkeypatch):
    page = a_page("fem", public_from=None)
    assert status_of(page) == PublicationStatus.DRAFT
    publish(staff, page)
    assert status_of(page) == PublicationStatus.PUBLIC
    save(staff, page, title_da="Nyt")
    assert status_of(page) == PublicationStatus.CHANGED
    assert "Ændringer venter" in html(staff, "/admin/pages/page/")
    publish(staff, page)
    assert status_of(page) == PublicationStatus.PUBLIC
    staff.post(admin_address(page, "traek-tilbage"), {"da": "Den var forkert."})
    assert status_of(page) == PublicationStatus.WITHDRAWN
    assert status_of(a_page("seks", public_from=timezone.now() + timedelta(days=1))) == PublicationStatus.SCHEDULED


def test_saving_without_a_change_makes_no_version_and_says_so(staff):
    page = a_page("ens")
    fields = form_of(html(staff, form_address(page)))

    assert said(staff.post(form_address(page), fields, follow=True)) == ["Der var ikke noget nyt at gemme."]
    assert versions.versions_of(page).count() == 1, "what readers see"
    assert said(staff.post(form_address(page), fields | {"title_da": "Nyt"}, follow=True)) == [SAVED_MESSAGE]
    assert versions.versions_of(page).count() == 2


def test_a_first_save_that_is_refused_leaves_the_meeting_as_public_as_it_was(staff):
    event = a_meeting("uroert")
    fields = form_of(html(staff, form_address(event))) | {"title_da": ""}

    answer = staff.post(form_address(event), fields, headers=PLAIN)

    assert told_at(answer, "title_da") == ["Dette felt er påkrævet."]
    assert "Status: <strong>Udgivet</strong>" in answer.content.decode()


@pytest.mark.parametrize("button", ["_save", "_continue", "_addanother"])
def test_what_is_added_is_a_draft_and_its_form_says_so(staff, button):
    form = html(staff, "/admin/nejtilbander/notice/add/")
    assert "_addanother" not in form

    answer = staff.post(
        "/admin/nejtilbander/notice/add/", form_of(form) | {"title_da": "Lukket", button: "x"}, follow=True
    )

    notice = Notice.objects.get(title_da="Lukket")
    assert said(answer) == [SAVED_MESSAGE]
    assert answer.redirect_chain == [(admin_address(notice, "change"), 302)]
    assert status_of(notice) == PublicationStatus.DRAFT
