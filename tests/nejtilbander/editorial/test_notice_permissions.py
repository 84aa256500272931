"""Who may write notices, and who may publish them."""

import pytest
from django.contrib.auth.models import Group, Permission

from nejtilbander.notices.models import Notice
from tests.support.admin import a_login, admin_address, html, save
from tests.support.factories import a_notice
from tests.support.notices import BASE, publish_until, seen_by_readers

pytestmark = [pytest.mark.django_db, pytest.mark.walk]
OPENS = {  # role: what it opens of a notice
    "Redaktør": set(),
    "Udgiver": {"change", "se/da", "history", "omsorg", "udgiv", "traek-tilbage", "delete"},
    "Administrator": {"change", "se/da", "history", "omsorg", "udgiv", "traek-tilbage", "delete"},
    "Mødeleder": set(),
    "Oversætter (arabisk)": {"change", "change/?sprog=ar", "se/da", "history"},
}


@pytest.mark.parametrize("role", OPENS)
def test_each_role_does_with_notices_what_it_may_and_nothing_else(static_files, role):
    browser, notice = a_login("en", role), a_notice()
    places = ["change", "se/da", "history", "udgiv", "traek-tilbage", "delete"]

    opened = {place for place in places if browser.get(admin_address(notice, place)).status_code == 200}

    assert opened == OPENS[role] & set(places)
    assert browser.get(f"{BASE}add/").status_code == (200 if "delete" in OPENS[role] else 403)
    assert (BASE in html(browser, "/admin/")) == bool(OPENS[role])


def test_whoever_could_write_notices_still_can_and_only_publishers_publish(static_files):
    group = Group.objects.create(name="Beskeder")
    group.permissions.set(Permission.objects.filter(codename__in=["add_notice", "change_notice", "delete_notice"]))
    writer = a_login("skriver", "Beskeder")
    writer.post(f"{BASE}add/", {"level": "info", "title_da": "Skrevet", "seen": "0"})
    notice = Notice.objects.get()
    save(writer, notice, title_da="Skrevet om")

    for place in ("udgiv", "traek-tilbage"):
        assert writer.get(admin_address(notice, place)).status_code == 403
        assert writer.post(admin_address(notice, place), {"seen": "2", "until_0": "2100-01-01"}).status_code == 403
    assert seen_by_readers() == []
    publisher = a_login("udgiver", "Udgiver")
    publish_until(publisher, notice)
    assert seen_by_readers() == [("info", "Oplysning: Skrevet om")]
    assert writer.post(admin_address(notice, "delete"), {"post": "yes"}).status_code == 403, "readers have seen it"


def test_the_right_to_publish_says_that_it_is_for_notices_too():
    right = Permission.objects.get(codename="publish_pages")

    assert right.name == "Kan udgive sider, indsatser, partnere, udtalelser og beskeder"
