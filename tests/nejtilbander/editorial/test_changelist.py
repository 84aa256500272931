"""Lists in the admin."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import User

from events.admin import EventAdmin
from events.models import Event
from nejtilbander.editorial.changelist import ContentChangeList
from pages.models import Statement

pytestmark = pytest.mark.django_db
PLAIN = {"accept-encoding": ""}


class ByDay(EventAdmin):
    def get_changelist(self, request, **kwargs):
        return ContentChangeList


@pytest.mark.parametrize(
    "asked",
    [
        "starts_at__year=9999", "starts_at__year=1", "starts_at__year=0", "starts_at__year=99999", "starts_at__year=x",
        "starts_at__year=9999&starts_at__month=12", "starts_at__year=9999&starts_at__month=12&starts_at__day=31",
        "starts_at__year=2026&starts_at__month=2&starts_at__day=31", f"starts_at__year={'9' * 30}",
    ],
)  # fmt: skip
def test_a_list_asked_for_with_a_day_that_does_not_exist_is_shown_whole_or_empty(staff, rf, asked):
    request = rf.get(f"/admin/events/event/?{asked}")
    request.user = User.objects.get(username="prove")

    answer = ByDay(Event, admin.site).changelist_view(request)

    if answer.status_code == 302:
        assert answer.headers["Location"] == "/admin/events/event/?e=1"
    else:
        assert list(answer.context_data["cl"].result_list) == []


@pytest.mark.parametrize("chosen", ["x", "\0", "9" * 30, "-1", "999999", ""])
def test_a_statement_that_is_not_one_cannot_be_put_in_force_and_staff_are_told(staff, chosen):
    answer = staff.post(
        "/admin/pages/statement/", {"action": "put_in_force", "_selected_action": [chosen]}, follow=True, headers=PLAIN
    )

    assert answer.status_code == 200
    assert [str(said) for said in answer.context["messages"]] == ["Den udtalelse er her ikke. Vælg en på listen."]
    assert Statement.objects.get(is_current=True).number == 1
