"""The reviews on somebody's front page."""

import pytest

from nejtilbander.reviews import queues, rules
from tests.nejtilbander.reviews.driver import a_user, write
from tests.support.factories import a_meeting, a_page

pytestmark = pytest.mark.django_db


def titles(reviews):
    return [(review.newest_title, review.number, review.newest) for review in reviews]


def test_a_request_waits_for_those_who_can_answer_it_and_stands_with_another_for_whoever_asked(page, anna, bo, carl):
    write(page, bo, "Fra bo")
    number = write(page, anna, "Nyt")
    rules.ask(anna, page, number)

    assert titles(queues.waiting_for(carl)) == titles(queues.asked_by(anna)) == [("Nyt", 3, 3)]
    for user in (anna, bo, a_user("leder", "Mødeleder")):
        assert queues.waiting_for(user) == []

    rules.send_back(carl, page, number, "Kortere.")
    write(page, anna, "Kort")
    assert titles(queues.returned_to(anna)) == [("Kort", 3, 4)]
    assert (queues.waiting_for(carl), queues.asked_by(anna), queues.returned_to(carl)) == ([], [], [])


def test_what_one_is_asked_for_by_name_waits_for_nobody_else(page, anna, bo, carl):
    rules.ask(anna, page, write(page, anna, "Til bo"), rules.Question(colleague=bo))

    assert titles(queues.waiting_for(bo)) == [("Til bo", 2, 2)]
    assert queues.waiting_for(carl) == []


def test_a_meeting_leader_is_asked_about_meetings_alone_and_the_oldest_request_comes_first(anna, bo):
    leader = a_user("leder", "Mødeleder")
    for obj in (a_page("en"), a_meeting(), a_page("to")):
        rules.ask(anna, obj, write(obj, anna, f"Ny {obj.slug}"))

    assert titles(queues.waiting_for(leader)) == [("Ny proeve", 2, 2)]
    assert [review.newest_title for review in queues.waiting_for(bo)] == ["Ny en", "Ny proeve", "Ny to"]


def test_a_front_page_with_many_requests_asks_the_database_no_more_than_with_one(anna, bo, django_assert_num_queries):
    for number in range(8):
        page = a_page(f"side-{number}")
        rules.ask(anna, page, write(page, anna, "Nyt"))
    bo.has_perm("nejtilbander.publish_pages")  # its rights are read once

    with django_assert_num_queries(2):
        assert len(queues.waiting_for(bo)) == 8
