"""Whom a letter about a review reaches, what it says, and that nobody gets two in an hour about one object."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from nejtilbander.background import worker
from nejtilbander.reviews import letters, rules
from nejtilbander.reviews.models import ReviewLetter
from tests.nejtilbander.reviews.driver import a_user, letters_sent, publish, write
from tests.support.admin import later
from tests.support.factories import a_page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def address(settings):
    settings.STAFF_URL = "https://desk.example.dk"


def receivers():
    return [to for to, _ in letters_sent()]


def test_those_who_can_answer_are_told_and_whoever_asked_gets_the_answer_with_its_remark(page, anna, bo, carl):
    number = write(page, anna, "Om   skolen")
    rules.ask(anna, page, number, rules.Question("Passer tallene?"))
    asked = letters_sent()
    (letter, _) = mail.outbox
    rules.send_back(bo, page, number, "Det andet tal er fra i fjor.")
    (answer,) = letters_sent()

    assert [to for to, _ in asked] == ["bo@example.org", "carl@example.org"]
    assert (letter.subject, letter.extra_headers["Auto-Submitted"]) == ("Gennemsyn: Om skolen", "auto-generated")
    assert asked[0][1] == (
        "Hej\n\nDet handler om „Om skolen“.\n\nAnna Jensen beder dig se på version 2, før den bliver udgivet.\n\n"
        "Anna Jensen skriver: Passer tallene?\n\n"
        f"Se den her: https://desk.example.dk/admin/pages/page/{page.pk}/gennemsyn/\n\nVenlig hilsen\nOdense Kommune\n"
    )
    assert answer[0] == "anna@example.org"
    assert "bo har sendt den tilbage til dig: version 2.\n\nbo skriver: Det andet tal er fra i fjor." in answer[1]


def test_an_approval_and_a_publication_are_answers_too(page, anna, bo, carl):
    rules.ask(anna, page, write(page, anna, "Nyt"))
    rules.approve(bo, page, 2)
    other = a_page("anden")
    number = write(other, bo, "Fra to")
    rules.ask(anna, other, number)
    publish(other, bo)

    told = [text for to, text in letters_sent() if to == "anna@example.org"]
    assert len(told) == 2
    assert any("bo har godkendt den: version 2." in text for text in told)
    assert any("bo har udgivet den, med det, du bad om et blik på: version 2." in text for text in told)


def test_one_who_is_asked_by_name_is_told_alone(page, anna, bo, carl):
    rules.ask(anna, page, write(page, anna, "Nyt"), rules.Question(colleague=carl))
    assert receivers() == ["carl@example.org"]


def test_in_an_hour_nobody_gets_two_letters_about_one_object_and_the_next_tells_all_that_came(
    page, anna, bo, monkeypatch
):
    rules.ask(anna, page, write(page, anna, "Nyt"))
    assert receivers() == ["bo@example.org"]
    for title in ("Nyere", "Nyest"):
        rules.ask(anna, page, write(page, anna, title), rules.Question(f"Nu hedder den {title}."))
        assert letters_sent() == []
    letters.delete_sent()  # which keeps what the hour is counted from
    other = a_page("anden")
    rules.ask(anna, other, write(other, anna, "En anden"))
    assert receivers() == ["bo@example.org"]

    later(monkeypatch, minutes=59)
    assert letters_sent() == []
    later(monkeypatch, minutes=2)
    ((_, text),) = letters_sent()

    assert text.count("beder dig se på") == 1
    assert "version 4" in text
    assert "Nu hedder den Nyere." in text
    assert "Nu hedder den Nyest." in text
    later(monkeypatch, hours=1)
    letters.delete_sent()
    assert not ReviewLetter.objects.filter(object_id=page.pk).exists()


def test_a_letter_that_waits_takes_an_answer_along_and_still_asks(page, bo, carl):
    rules.ask(bo, page, write(page, bo, "Nyt"))
    rules.ask(carl, page, 2)
    ReviewLetter.objects.filter(user=bo).delete()
    ReviewLetter.objects.update(leaves_at=timezone.now())
    rules.send_back(carl, page, 2, "Kortere.")

    assert [(one.user.username, one.is_asked) for one in ReviewLetter.objects.order_by("user__username")] == [
        ("bo", False), ("carl", True),
    ]  # fmt: skip


def test_a_letter_that_is_under_way_is_not_joined(page, anna, bo):
    rules.ask(anna, page, write(page, anna, "Nyt"))
    ReviewLetter.objects.update(lease="taget")
    rules.ask(anna, page, write(page, anna, "Nyere"))

    first, second = ReviewLetter.objects.order_by("leaves_at")
    assert second.leaves_at == second.due_at == first.leaves_at + timedelta(hours=1)


def test_a_letter_with_no_news_any_more_goes_nowhere(page, anna, bo, carl):
    rules.ask(anna, page, write(page, anna, "Nyt"))
    rules.approve(bo, page, 2)
    assert receivers() == ["anna@example.org"]

    number = write(page, anna, "Igen")
    rules.ask(anna, page, number)
    page.delete()
    ReviewLetter.objects.update(due_at=timezone.now())
    assert letters_sent() == []


def test_an_answer_about_what_is_deleted_since_and_a_letter_to_a_closed_login_go_nowhere(page, anna, bo):
    rules.ask(anna, page, write(page, anna, "Nyt"))
    rules.approve(bo, page, 2)
    page.delete()
    other = a_page("anden")
    rules.ask(anna, other, write(other, anna, "Nyt"))
    a_user("uden", "Udgiver", email="")
    bo.is_active = False
    bo.save()

    assert letters_sent() == []


def test_letters_that_were_given_up_are_told_to_the_office(page, anna, bo):
    assert letters.send in worker.queues
    assert letters.delete_sent in worker.tasks
    assert letters.late_work in worker.lateness_checks
    assert letters.late_work() == []

    rules.ask(anna, page, write(page, anna, "Nyt"))
    ReviewLetter.objects.update(state="failed")

    assert letters.late_work() == ["letters: some about reviews were given up"]
