"""One asks, another decides: once, in time, and for what was shown."""

from datetime import timedelta

import pytest
from django.utils import timezone

from nejtilbander.approvals import logins, rules
from nejtilbander.approvals.models import Approval
from tests.nejtilbander.approvals.driver import GIVE_LIST, a_user, ask_for_the_list, kinds, roles_of, say_yes

pytestmark = pytest.mark.django_db


def test_a_role_is_given_when_another_administrator_says_yes_and_each_step_is_a_line(anna, bo, ny):
    approval = ask_for_the_list(anna, ny)
    assert roles_of(ny) == ["Redaktør"]

    say_yes(bo, approval)

    assert roles_of(ny) == ["Listeansvarlig", "Redaktør"]
    assert kinds() == [("asked", "anna"), ("approved", "bo"), ("used", "anna")]


def test_a_no_changes_nothing_and_keeps_its_reason(anna, bo, ny):
    approval = ask_for_the_list(anna, ny)

    rules.refuse(bo, approval.pk, "Ny er på orlov.")

    assert roles_of(ny) == ["Redaktør"]
    assert Approval.objects.get().reason == "Ny er på orlov."
    assert kinds() == [("asked", "anna"), ("refused", "bo")]


@pytest.mark.parametrize("decide", [say_yes, lambda who, approval: rules.refuse(who, approval.pk, "Nej.")])
def test_neither_the_asker_nor_who_gains_nor_who_may_not_do_it_alone_decides(anna, bo, ny, decide):
    approval = ask_for_the_list(anna, bo)
    chief, keeper = a_user("chef", is_superuser=True), a_user("vagt", "Listeansvarlig")
    was, gone = a_user("fhv", "Administrator", is_active=False), a_user("ude", "Administrator")
    gone.is_staff = False
    gone.save()

    for wrong in (anna, bo, ny, keeper, was, gone):
        with pytest.raises(rules.MayNotDecide):
            decide(wrong, approval)
    assert roles_of(bo) == ["Administrator"]
    decide(chief, approval)


def test_a_superuser_is_made_and_changed_with_the_yes_of_a_superuser_alone(anna, bo, ny):
    chief, other = a_user("chef", is_superuser=True), a_user("chef2", is_superuser=True)
    made = rules.ask(chief, logins.LOGIN, ny, {"flags": ["is_superuser"]})
    taken = rules.ask(chief, logins.PASSWORD, other)

    for approval in (made, taken):
        with pytest.raises(rules.MayNotDecide):
            say_yes(anna, approval)
    say_yes(other, made)
    ny.refresh_from_db()
    assert ny.is_superuser


def test_an_answer_counts_once(anna, bo, ny):
    approval = ask_for_the_list(anna, ny)
    third = a_user("tre", "Administrator")
    say_yes(bo, approval)
    ny.groups.clear()

    for who in (bo, third):
        with pytest.raises(rules.NotWaiting):
            say_yes(who, approval)
        with pytest.raises(rules.NotWaiting):
            rules.refuse(who, approval.pk, "Nej.")
    assert roles_of(ny) == []


def test_nobody_says_yes_after_a_day_and_nobody_to_what_is_not_there(anna, bo, ny, monkeypatch):
    approval = ask_for_the_list(anna, ny)
    then = timezone.now() + timedelta(hours=24)
    monkeypatch.setattr(timezone, "now", lambda: then)

    for pk in (approval.pk, 99_999):
        with pytest.raises(rules.NotWaiting):
            rules.approve(bo, pk, approval.fingerprint())
    assert rules.waiting_for(bo) == ([], [])
    assert roles_of(ny) == ["Redaktør"]


def test_a_yes_is_to_what_was_shown(anna, bo, ny):
    approval, other = ask_for_the_list(anna, ny), ask_for_the_list(anna, a_user("en"))

    for seen in ("", other.fingerprint()):
        with pytest.raises(rules.NotAsShown):
            rules.approve(bo, approval.pk, seen)
    assert roles_of(ny) == ["Redaktør"]


@pytest.mark.parametrize(
    "fields", [{"username": "tyv"}, {"email": "tyv@example.org"}, {"password": "x"}, {"first_name": "En Anden"},
               {"is_active": False}],
    ids=str,
)  # fmt: skip
def test_a_login_that_was_changed_between_asking_and_yes_gets_nothing(anna, bo, ny, fields):
    approval = ask_for_the_list(anna, ny)
    for name, value in fields.items():
        setattr(ny, name, value)
    ny.save()

    with pytest.raises(rules.NotAsShown):
        say_yes(bo, approval)
    assert roles_of(ny) == ["Redaktør"]
    assert kinds() == [("asked", "anna")]


def test_a_request_about_a_login_that_is_gone_is_nobodys_to_answer(anna, bo, ny):
    approval = ask_for_the_list(anna, ny)
    ny.delete()

    with pytest.raises(rules.MayNotDecide):
        say_yes(bo, approval)
    assert rules.waiting_for(bo) == ([], [])


def test_a_yes_to_a_new_password_is_used_once_within_half_an_hour_by_whoever_asked(anna, bo, monkeypatch):
    keeper, now = a_user("vagt", "Listeansvarlig"), timezone.now()
    for wait in (timedelta(0), timedelta(minutes=30)):
        monkeypatch.setattr(timezone, "now", lambda: now)
        with pytest.raises(rules.NeedsApproval):
            rules.use(anna, logins.PASSWORD, keeper)
        say_yes(bo, rules.ask(anna, logins.PASSWORD, keeper))
        monkeypatch.setattr(timezone, "now", lambda wait=wait: now + wait)
        for wrong in ((bo, logins.PASSWORD, keeper), (anna, logins.SECOND_FACTOR, keeper), (anna, logins.PASSWORD, bo)):
            with pytest.raises(rules.NeedsApproval):
                rules.use(*wrong)
        if not wait:
            rules.use(anna, logins.PASSWORD, keeper)
        with pytest.raises(rules.NeedsApproval):
            rules.use(anna, logins.PASSWORD, keeper)
    assert [kind for kind, _ in kinds()] == ["asked", "approved", "used", "asked", "approved"]


def test_asking_twice_is_one_request_and_another_change_another(anna, bo, ny):
    first = ask_for_the_list(anna, ny)

    assert ask_for_the_list(anna, ny) == first
    assert ask_for_the_list(bo, ny) != first
    assert rules.ask(anna, logins.LOGIN, ny, GIVE_LIST | {"flags": ["is_active"]}) != first
    assert Approval.objects.count() == 3


def test_each_sees_what_waits_for_their_yes_and_what_they_asked_for(anna, bo, ny):
    approval = ask_for_the_list(anna, ny)

    assert rules.waiting_for(anna) == ([], [approval])
    assert rules.waiting_for(bo) == ([approval], [])
    assert rules.waiting_for(ny) == ([], [])
    assert [rules.may_see(who, approval) for who in (anna, bo, ny, a_user("en"))] == [True, True, True, False]


def test_requests_are_deleted_after_ninety_days_and_the_trail_keeps_its_lines(anna, ny, monkeypatch):
    ask_for_the_list(anna, ny)
    assert rules.delete_old() == 0
    then = timezone.now() + timedelta(days=91)
    monkeypatch.setattr(timezone, "now", lambda: then)

    assert rules.delete_old() > 0
    assert not Approval.objects.exists()
    assert kinds() == [("asked", "anna")]


def test_what_is_changed_at_the_host_is_nobodys_to_answer(anna, ny):
    approval = rules.ask(None, logins.LOGIN, ny, GIVE_LIST)
    with pytest.raises(rules.MayNotDecide):
        say_yes(anna, approval)
