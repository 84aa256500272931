"""Whoever may publish can do it alone; then it is marked until another has seen it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from nejtilbander.publishing import actions, versions
from nejtilbander.publishing.undo import last_publication, undo
from nejtilbander.reviews import queues, rules
from tests.nejtilbander.reviews.driver import a_user, publish, states, write
from tests.support.admin import later
from tests.support.factories import a_notice

pytestmark = pytest.mark.django_db


def unseen(user):
    return [(review.object_id, review.number) for review in queues.unseen_by_others(user)]


def test_what_its_only_writer_publishes_is_unseen_until_another_has_seen_it(page, anna, bo):
    number = write(page, bo, "Nyt")
    assert publish(page, bo) == (False, True)
    assert unseen(bo) == unseen(anna) == [(page.pk, number)]
    assert unseen(a_user("amal", "Oversætter (arabisk)")) == []
    with pytest.raises(rules.MayNotReview):
        rules.mark_seen(bo, page, number)
    with pytest.raises(rules.MayNotReview):
        rules.mark_seen(a_user("leder", "Mødeleder"), page, number)
    with pytest.raises(rules.NotNewest):
        rules.mark_seen(anna, page, number - 1)

    rules.mark_seen(anna, page, number)

    assert (states(page), unseen(bo)) == ([("bo", 2, "seen")], [])
    with pytest.raises(rules.NothingWaiting):
        rules.mark_seen(anna, page, number)
    assert publish(page, bo) == (False, False)


def test_what_two_have_written_or_one_has_approved_is_seen(page, anna, bo, carl):
    write(page, anna, "Nyt")
    write(page, bo, "Nyere")
    assert publish(page, bo) == (False, False)

    number = write(page, bo, "Igen")
    rules.ask(bo, page, number)
    rules.approve(carl, page, number)
    assert publish(page, bo) == (False, False)
    assert unseen(carl) == []


def test_what_a_site_began_with_and_is_published_by_one_is_nobodys_own(page, bo):
    versions.ensure_first_version(page)
    assert publish(page, bo) == (False, False)


def test_an_emergency_notice_is_published_by_one_at_once_and_marked(bo):
    notice = a_notice(begins=timedelta(days=1))
    write(notice, bo, "Luk vinduerne")
    until = timezone.now() + timedelta(hours=1)

    assert publish(notice, bo, until=until) == (False, True)
    assert unseen(bo) == [(notice.pk, 2)]
    actions.withdraw(notice, {})
    notice.refresh_from_db()
    assert (unseen(bo), rules.unseen_publication(notice)) == ([], None)


def test_an_approval_later_is_a_look_at_what_is_public_too(page, anna, bo, carl):
    first = write(page, bo, "Alene")
    publish(page, bo)
    number = write(page, anna, "Nyt")
    rules.ask(anna, page, number)
    assert unseen(carl) == [(page.pk, first)]

    rules.approve(carl, page, number)

    assert unseen(carl) == []
    assert states(page) == [("bo", first, "seen"), ("anna", number, "approved")]


def test_a_newer_publication_that_another_has_seen_takes_the_mark_away(page, anna, bo):
    write(page, bo, "Alene")
    publish(page, bo)
    for title in ("Nyt", "Nyere"):
        write(page, anna, title)
        publish(page, bo)
        assert unseen(bo) == []

    assert states(page) == []


def test_a_mark_is_back_with_its_version_when_the_publication_after_it_is_undone(page, anna, bo):
    first = write(page, bo, "Alene")
    publish(page, bo)
    second = write(page, bo, "Igen")
    publish(page, bo)
    page.refresh_from_db()
    assert unseen(anna) == [(page.pk, second)]

    undo(page, last_publication(page).pk)

    assert unseen(anna) == [(page.pk, first)]


def test_a_planned_publication_is_marked_when_it_is_public_and_what_is_public_until_then_keeps_its_mark(
    page, bo, monkeypatch
):
    first = write(page, bo, "Alene")
    publish(page, bo)
    planned = write(page, bo, "Planlagt")
    publish(page, bo, at=timezone.now() + timedelta(hours=1))
    assert unseen(bo) == [(page.pk, first)]

    later(monkeypatch, hours=2)
    assert actions.publish_due() == 1

    assert unseen(bo) == [(page.pk, planned)]
    write(page, bo, "Igen alene")
    publish(page, bo)
    assert unseen(bo) == [(page.pk, 4)]
    assert states(page) == [("bo", planned, "unseen"), ("bo", 4, "unseen")], "it counts again when that is undone"


def test_a_plan_that_is_cancelled_leaves_no_mark(page, bo):
    write(page, bo, "Planlagt")
    publish(page, bo, at=timezone.now() + timedelta(hours=1))
    actions.cancel_plan(page)

    assert unseen(bo) == []
