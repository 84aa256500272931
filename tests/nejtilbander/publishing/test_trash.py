"""What was deleted is found again as a draft."""

import re

import pytest

from events.models import Event
from nejtilbander.publishing.models import PublicationStatus, Version
from pages.models import Initiative
from tests.support.admin import admin_address, html, status_of
from tests.support.factories import a_meeting, an_initiative

pytestmark = pytest.mark.django_db


def test_a_meeting_found_again_says_that_it_has_no_seats(staff):
    meeting = a_meeting(is_example=True)
    staff.post(f"/admin/events/event/{meeting.pk}/delete/", {"post": "yes"})
    version = Version.objects.filter(kind="events.event", object_id=meeting.pk).first()

    answer = staff.post("/admin/events/event/slettede/", {"version": version.pk}, follow=True)

    assert "Mødet har ingen pladser." in answer.content.decode()
    assert Event.objects.get(pk=meeting.pk).public_from is None


def test_what_was_deleted_is_found_again_with_its_rows_as_a_draft(staff, reader):
    initiative = Initiative.objects.get(slug="nye-redskaber")
    number, update = initiative.pk, initiative.updates.get().title_da
    staff.post(admin_address(initiative, "delete"), {"post": "yes"})
    assert not Initiative.objects.filter(pk=number).exists()

    version = re.search(r'name="version" value="(\d+)"', html(staff, "/admin/pages/initiative/slettede/"))[1]
    staff.post("/admin/pages/initiative/slettede/", {"version": version})

    found = Initiative.objects.get(pk=number)
    assert (found.updates.get().title_da, status_of(found)) == (update, PublicationStatus.DRAFT)
    assert "slettet noget" in html(staff, "/admin/pages/initiative/slettede/")
    html(reader, "/indsatser/nye-redskaber/", 404)
    found.delete()
    an_initiative("nye-redskaber")
    said = staff.post("/admin/pages/initiative/slettede/", {"version": version}, follow=True).content.decode()
    assert "bruges af noget andet nu" in said
