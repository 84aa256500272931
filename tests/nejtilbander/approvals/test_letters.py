"""Whom the letters about a request reach, and what they say."""

from datetime import timedelta

import pytest
from django.utils import timezone

from nejtilbander.approvals import letters, logins, rules
from nejtilbander.background import worker
from tests.nejtilbander.approvals.driver import a_user, ask_for_the_list, letters_sent, say_yes

pytestmark = pytest.mark.django_db
OFFICE = ["drift@example.dk"]


@pytest.fixture(autouse=True)
def addresses(settings):
    settings.ALARM_TO, settings.STAFF_URL = OFFICE, "https://desk.example.dk"


def test_the_office_and_the_person_are_told_when_it_is_asked_and_when_it_is_answered(anna, bo, ny):
    approval = ask_for_the_list(anna, ny)
    asked = letters_sent()
    say_yes(bo, approval)
    answered = letters_sent()

    assert [(subject, to) for subject, to, _ in asked] == [
        ("Nogen beder om et ja", OFFICE), ("Nogen beder om et ja", ["ny@example.org"]),
    ]  # fmt: skip
    assert "anna har bedt om det her. Det sker kun, hvis en anden siger ja inden" in asked[0][2]
    assert "Login „ny“ får rollen Listeansvarlig." in asked[1][2]
    assert f"https://desk.example.dk/admin/ja/{approval.pk}/" in asked[0][2]
    assert [(subject, to) for subject, to, _ in answered] == [
        ("Svar på en anmodning", OFFICE), ("Svar på en anmodning", ["ny@example.org", "anna@example.org"]),
    ]  # fmt: skip
    assert "anna bad om det her, og bo sagde ja." in answered[0][2]


def test_a_no_is_told_with_its_reason(anna, bo, ny):
    approval = ask_for_the_list(anna, ny)
    letters_sent()
    rules.refuse(bo, approval.pk, "Ring til mig eller {politi}.")

    assert "bo sagde nej. Begrundelse: Ring til mig eller 114." in letters_sent()[0][2]


def test_whoever_had_the_old_address_is_told_too_when_it_is_changed(anna, bo):
    keeper = a_user("vagt", "Listeansvarlig")
    change = {"identity": {"email": ["vagt@example.org", "tyv@example.org"]}}
    approval = rules.ask(anna, logins.LOGIN, keeper, change)
    letters_sent()
    say_yes(bo, approval)

    assert letters_sent()[1][1] == ["tyv@example.org", "vagt@example.org", "anna@example.org"]


def test_what_is_done_from_the_command_line_is_told_as_that(ny):
    rules.done_at_the_host(logins.LOGIN, ny, {"roles": ["Listeansvarlig"]})

    found = letters_sent()

    assert [to for _, to, _ in found] == [OFFICE, ["ny@example.org"]]
    assert "Det her er gjort af driften, fra kommandolinjen på serveren." in found[0][2]


def test_a_letter_with_nobody_to_reach_or_about_a_login_that_is_gone_goes_nowhere(anna, ny, settings):
    ask_for_the_list(anna, ny)
    ny.delete()
    assert letters_sent() == []

    settings.ALARM_TO = []
    ask_for_the_list(anna, a_user("uden", email=""))
    assert letters_sent() == []


def test_a_decider_whose_login_is_deleted_is_named_as_that(anna, bo, ny):
    say_yes(bo, ask_for_the_list(anna, ny))
    bo.delete()

    assert "et login, der er slettet sagde ja." in letters_sent()[2][2]


def test_the_worker_sends_them_and_says_when_they_are_late(anna, ny, monkeypatch):
    ask_for_the_list(anna, ny)
    assert letters.send in worker.queues
    assert letters.late() == []
    then = timezone.now() + timedelta(minutes=31)
    monkeypatch.setattr(timezone, "now", lambda: then)

    assert letters.late() == ["letters: some about requests have waited more than 30 minutes"]
    assert letters.late in worker.lateness_checks
