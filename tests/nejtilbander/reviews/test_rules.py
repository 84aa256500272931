"""One asks for a look at a version, another answers, and a newer version needs a new look."""

import pytest

from nejtilbander.publishing import versions
from nejtilbander.publishing.trash import deleted_versions, restore_deleted
from nejtilbander.reviews import rules
from nejtilbander.reviews.models import Remark, Review
from tests.nejtilbander.reviews.driver import a_user, publish, states, write

pytestmark = pytest.mark.django_db


def remarks():
    return list(Remark.objects.order_by("pk").values_list("by__username", "number", "step", "text"))


def test_what_another_may_publish_is_approved_by_them_and_a_remark_comes_with_the_request(page, anna, bo):
    number = write(page, anna, "Nyt")
    rules.ask(anna, page, number, rules.Question("Passer tallene?"))
    assert states(page) == [("anna", 2, "waiting")]

    rules.approve(bo, page, number)

    assert states(page) == [("anna", 2, "approved")]
    assert Review.objects.get().decided_by == bo
    assert remarks() == [("anna", 2, "waiting", "Passer tallene?")]


def test_nobody_who_has_written_on_it_since_it_was_published_can_answer(page, anna, bo, carl):
    write(page, carl, "Fra før")
    publish(page, carl)
    write(page, anna, "Nyt")
    number = write(page, bo, "Nyt, uden slåfejl")
    rules.ask(anna, page, number)

    for who in (bo, anna, a_user("ida", "Redaktør"), a_user("lukket", "Udgiver", is_active=False)):
        with pytest.raises(rules.MayNotReview):
            rules.approve(who, page, number)
        with pytest.raises(rules.MayNotReview):
            rules.send_back(who, page, number, "Nej.")
    rules.approve(carl, page, number)
    assert states(page) == [("carl", 2, "seen"), ("anna", 4, "approved")]


def test_an_answer_to_a_version_that_is_not_the_newest_does_not_count_and_neither_does_a_request(page, anna, bo):
    seen = write(page, anna, "Nyt")
    rules.ask(anna, page, seen)
    newest = write(page, anna, "Nyere")

    for answer in (lambda: rules.approve(bo, page, seen), lambda: rules.send_back(bo, page, seen, "Hov")):
        with pytest.raises(rules.NotNewest):
            answer()
    with pytest.raises(rules.NotNewest):
        rules.ask(anna, page, seen)
    assert states(page) == [("anna", seen, "waiting")]
    rules.approve(bo, page, newest)
    assert states(page) == [("anna", newest, "approved")]


def test_what_was_sent_back_is_asked_for_again_as_the_same_request(page, anna, bo):
    number = write(page, anna, "Nyt")
    rules.ask(anna, page, number, rules.Question(colleague=bo))
    rules.send_back(bo, page, number, "Skriv et tal.")
    assert states(page) == [("anna", 2, "returned")]
    with pytest.raises(rules.NothingWaiting):
        rules.approve(bo, page, number)

    rules.ask(anna, page, write(page, anna, "Nyt, 7"))

    review = Review.objects.get()
    assert (review.state, review.number, review.colleague, review.decided_by) == ("waiting", 3, None, None)
    assert remarks() == [("bo", 2, "returned", "Skriv et tal.")]


def test_one_approval_answers_all_who_asked(page, anna, bo):
    amal = a_user("amal", "Oversætter (arabisk)")
    first = write(page, anna, "Nyt")
    rules.ask(anna, page, first)
    rules.send_back(bo, page, first, "Næsten.")
    number = write(page, amal, "Nyere")
    rules.ask(amal, page, number, rules.Question(language="ar"))

    rules.approve(bo, page, number)

    assert states(page) == [("anna", 3, "approved"), ("amal", 3, "approved")]


def test_the_text_a_site_began_with_can_be_looked_at_too(page, anna, bo):
    rules.ask(anna, page, 0)
    with pytest.raises(rules.NotNewest):
        rules.approve(bo, page, 0)
    rules.approve(bo, page, 1)
    assert states(page) == [("anna", 1, "approved")]


def test_a_remark_stays_with_the_version_it_is_about(page, anna, bo):
    rules.add_remark(bo, page, 0, "Fin.")
    write(page, anna, "Nyt")
    rules.add_remark(bo, page, 1, "Stadig fin.")
    with pytest.raises(rules.NotNewest):
        rules.add_remark(bo, page, 9, "Hvad?")

    assert remarks() == [("bo", 1, "", "Fin."), ("bo", 1, "", "Stadig fin.")]


def test_publishing_what_another_wrote_approves_it(page, anna, bo):
    number = write(page, anna, "Nyt")
    rules.ask(anna, page, number)

    assert publish(page, bo) == (True, False)
    assert states(page) == [("anna", number, "approved")]


def test_a_writer_who_publishes_ends_the_request_without_an_approval(page, bo, carl):
    number = write(page, bo, "Nyt")
    rules.ask(bo, page, number)

    assert publish(page, bo) == (False, True)
    assert states(page) == [("bo", 2, "published"), ("bo", 2, "unseen")]
    with pytest.raises(rules.NothingWaiting):
        rules.approve(carl, page, number)


def test_nothing_waits_for_a_look_at_what_is_deleted_and_the_remarks_are_still_there_when_it_is_restored(
    page, anna, bo
):
    number = write(page, bo, "Nyt")
    publish(page, bo)
    rules.ask(anna, page, number, rules.Question("Se lige."))
    pk = page.pk
    page.delete()

    assert not Review.objects.filter(object_id=pk, state__in=["waiting", "unseen"]).exists()
    (version,) = deleted_versions(type(page))
    restored = restore_deleted(version, bo)
    assert states(restored) == []
    assert remarks() == [("anna", 2, "waiting", "Se lige.")]
    rules.ask(anna, restored, versions.newest_version(restored).number)
    assert states(restored) == [("anna", 2, "waiting")]


def test_a_review_and_a_remark_say_what_they_are_about(page, anna):
    rules.ask(anna, page, write(page, anna, "Nyt"), rules.Question("Se."))

    assert str(Review.objects.get()) == f"pages.page {page.pk}, version 2: venter på gennemsyn"
    assert str(Remark.objects.get()) == f"pages.page {page.pk}, version 2"
