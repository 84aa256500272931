"""Opening the contact list: asked for by one, allowed by another, and then open for half an hour."""

from datetime import timedelta

import pytest
from django.utils import timezone

from events.models import AccessLogEntry, Seats
from events.privacy import guest_list
from events.privacy.two_people import CONTACT_LIST
from nejtilbander.approvals import rules
from nejtilbander.approvals.models import Approval
from tests.events.staff_views.driver import PLAIN, SECRETS, a_full_picture, a_login, at, get, text_of
from tests.support.admin import a_login as a_login_with_role
from tests.support.approvals import a_yes
from tests.support.factories import a_meeting

pytestmark = pytest.mark.django_db


def press(browser, event):
    return browser.post(at(event, "liste/contact"), headers=PLAIN)


def answer(browser, approval, **sent):
    return browser.post(f"/admin/ja/{approval.pk}/", {"seen": approval.fingerprint(), **sent}, headers=PLAIN)


def test_the_first_press_asks_and_opens_nothing(keeper):
    event, *_people = a_full_picture()

    assert "må ingen åbne alene" in text_of(get(keeper, at(event, "liste/contact")))
    asked = press(keeper, event)

    assert (asked.status_code, asked.headers["Location"]) == (302, at(event, "liste/contact"))
    assert "ingen har svaret endnu" in text_of(get(keeper, at(event, "liste/contact")))
    assert press(keeper, event).status_code == 302
    assert Approval.objects.count() == 1
    assert not AccessLogEntry.objects.exists()
    assert Seats.objects.get(event=event).access_count == 0


@pytest.mark.parametrize("decider", ["keeper", "administrator"])
def test_another_keeper_or_an_administrator_says_yes_and_the_list_opens_as_often_as_needed(keeper, decider):
    event, *_people = a_full_picture()
    other = a_login("to", "open_list") if decider == "keeper" else a_login_with_role("to", "Administrator")
    press(keeper, event)

    approval = Approval.objects.get()
    assert "Der står navne og mailadresser på mennesker." in get(other, f"/admin/ja/{approval.pk}/").content.decode()
    assert answer(other, approval, answer="yes").status_code == 302

    assert "Du har fået et ja, som gælder til" in text_of(get(keeper, at(event, "liste/contact")))
    for number in (1, 2, 3):
        page = press(keeper, event)
        assert page.status_code == 200
        assert SECRETS.search(page.content.decode())
        assert AccessLogEntry.objects.filter(what="contact", by__username="vagt").count() == number
    assert Seats.objects.get(event=event).access_count == 3


def test_the_asker_does_not_answer_and_neither_does_staff_without_the_right(keeper, staff):
    event, *_people = a_full_picture()
    press(keeper, event)
    approval = Approval.objects.get()

    for wrong in (keeper, staff, a_login_with_role("leder", "Mødeleder")):
        assert answer(wrong, approval, answer="yes").status_code == 403
    assert press(keeper, event).status_code == 302


def test_a_yes_is_for_one_keeper_one_meeting_and_half_an_hour(keeper, monkeypatch):
    event, *_people = a_full_picture()
    other_meeting, other = a_meeting("andet", key=True), a_login("to", "open_list", "view_event")
    a_yes(keeper.user, CONTACT_LIST, event)

    assert press(other, event).status_code == 302
    assert press(keeper, other_meeting).status_code == 302
    assert press(keeper, event).status_code == 200
    then = timezone.now() + timedelta(minutes=30)
    monkeypatch.setattr(timezone, "now", lambda: then)
    assert press(keeper, event).status_code == 302


def test_a_no_and_a_meeting_that_is_another_by_now_open_nothing(keeper):
    event, *_people = a_full_picture()
    press(keeper, event)
    rules.refuse(a_login("to", "open_list").user, Approval.objects.get().pk, "Hvorfor?")
    assert press(keeper, event).status_code == 302

    a_yes(keeper.user, CONTACT_LIST, event)
    event.title_da = "Et andet møde"
    event.save()
    assert press(keeper, event).status_code == 302
    assert not AccessLogEntry.objects.exists()


def test_the_rule_stands_below_the_pages(keeper):
    event = a_meeting(key=True)
    with pytest.raises(rules.NeedsApproval):
        guest_list.contact_list(event, keeper.user)
    assert not AccessLogEntry.objects.exists()


def test_the_door_list_and_the_questions_take_one(keeper):
    event, *_people = a_full_picture()
    for what in ("door", "questions"):
        assert keeper.post(at(event, f"liste/{what}"), headers=PLAIN).status_code == 200
    assert not Approval.objects.exists()
