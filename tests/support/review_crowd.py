"""Many people take a step with the reviews of one page at the same moment; each on a connection of their own."""

from django.contrib.auth.models import Group, User

from nejtilbander.publishing import serialization, versions
from nejtilbander.reviews import rules
from nejtilbander.reviews.models import Remark, Review, ReviewLetter
from tests.support.approval_crowd import at_once
from tests.support.factories import a_page


def run(number: int) -> dict[str, object]:
    """What came of `number` who answer at once, of as many who ask, and of as many who have seen a publication."""
    people = [User.objects.create_user(f"en{one}", f"en{one}@example.org", is_staff=True) for one in range(number + 1)]
    Group.objects.get(name="Udgiver").user_set.add(*people)
    writer, page = people.pop(), a_page("mange")
    content = serialization.serialize(page)
    content["fields"]["title_da"] = "Nyt"
    versions.ensure_first_version(page)
    version = versions.save_version(page, content, writer)
    rules.ask(writer, page, 2)

    def answer(one: int) -> None:
        if one % 2:
            rules.send_back(people[one], page, 2, "Nej.")
        else:
            rules.approve(people[one], page, 2)

    answered = at_once(number, answer)
    ends = list(Review.objects.values_list("state", flat=True))
    is_alike = ends == ["returned" if Remark.objects.exists() else "approved"]
    Review.objects.all().delete()
    asked = at_once(number, lambda _: rules.ask(writer, page, 2))
    waiting, letters = Review.objects.count(), ReviewLetter.objects.values("user").distinct().count()
    all_letters = ReviewLetter.objects.count()
    assert version
    page.public_version = 2
    page.save()
    rules.record_publication(writer, page, version)
    seen = at_once(number, lambda one: rules.mark_seen(people[one], page, 2))
    return {
        "answered": answered, "one end": is_alike, "asked": asked, "waiting": waiting,
        "a letter each": letters == all_letters == number + 1, "seen": seen,
    }  # fmt: skip
