"""Counts for staff: exact for those who may open the list, and for others words that tell of no single sign-up."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from events.models import Event, KeptCounts, Need, Seats
from events.models.needs import NEEDS
from events.signups import staff_counts
from events.signups.staff_counts import UNCOUNTED, count_words, refresh_counts, rounded_words
from events.tasks import send_letters
from nejtilbander.operations.metrics import metrics
from tests.events.signups.booking.driver import sign_up, signup_request
from tests.events.staff_views.driver import a_login, at, get, table_of
from tests.support.factories import a_form, a_guest, a_meeting

pytestmark = pytest.mark.django_db
PLACES = [
    "/admin/", "/admin/overblik/?alt=1", "/admin/soeg/?q=dk", "/admin/events/event/",
    *(f"/admin/events/event/{{pk}}/{page}/" for page in ("change", "tilmelding", "brev", "history", "udgiv")),
]  # fmt: skip


@pytest.fixture
def staff(static_files):
    """Everything but the list."""
    codenames = ("change_event", "view_event", "delete_event", "publish_events")
    return a_login("redaktion", *codenames)


def an_hour_later():
    KeptCounts.objects.update(at=timezone.now() - timedelta(hours=1))
    refresh_counts()


def someone_signs_up(event, email="ny@example.dk"):
    guest = a_guest(event, email, 2, needs=["interpreter_sgn"], question="Hvem?")
    send_letters()
    return guest


def as_shown(browser, event):
    """Each place that staff see, without what differs from request to request."""
    pages = {place: get(browser, place.format(pk=event.pk)) for place in PLACES}
    assert {place: page.status_code for place, page in pages.items()} == dict.fromkeys(PLACES, 200)
    varying = r'name="csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"'
    return {place: re.sub(varying, "", page.content.decode()) for place, page in pages.items()}


def test_no_place_that_staff_without_the_list_see_changes_when_somebody_signs_up(staff, rf):
    event = a_meeting(key=True)
    someone_signs_up(event, "en@example.dk")
    refresh_counts()
    as_shown(staff, event)  # what is made at the first look
    before, told = as_shown(staff, event), metrics(rf.get("/metrics")).content

    someone_signs_up(event)

    assert as_shown(staff, event) == before
    drop = rb"nejtilbander_database_seconds .*"
    assert re.sub(drop, b"", metrics(rf.get("/metrics")).content) == re.sub(drop, b"", told)
    an_hour_later()
    assert as_shown(staff, event) == before, "nor does one in the next hour, where few are"


def test_eight_guesses_with_a_rare_need_tell_nothing_of_who_is_signed_up(staff):
    """The attack: sign a guessed address up, ask for a sign language interpreter, and look at the counts."""
    event = a_meeting(key=True)
    known = [f"kendt{number}@example.dk" for number in range(4)]
    for email in known:
        a_guest(event, email)
    refresh_counts()
    event.seats.refresh_from_db()
    seen = []
    for number, guess in enumerate(email for one in known for email in (one, f"ny{one}")):
        form = a_form(event)
        before = staff_counts._numbers(event, needs="asked")
        table = table_of(get(staff, at(event, "tilmelding")))
        sign_up(event, signup_request(guess, needs=[NEEDS[number % 2]]), form)
        event = Event.objects.with_seats().get(pk=event.pk)
        after = staff_counts._numbers(event, needs="asked")
        assert table_of(get(staff, at(event, "tilmelding"))) == table
        changed = {name.replace(NEEDS[number % 2], "x"): after[name] - before[name]
                   for name in after if after[name] != before[name]}  # fmt: skip
        seen.append(changed)

    assert all(one == seen[0] for one in seen), "what the words are made of grows alike, known or not"
    assert seen[0]["need x"] == 1
    assert sum(Need.objects.filter(event=event).values_list("total", flat=True)) == 4, "those who plan see the truth"


def test_the_words_are_kept_for_an_hour_and_missing_before_the_first_count(staff):
    event = a_meeting(key=True, capacity=200)
    assert set(count_words(event, is_exact=False).values()) == {UNCOUNTED}
    Seats.objects.filter(event=event).update(taken=40)
    assert refresh_counts()
    Seats.objects.filter(event=event).update(taken=120)

    assert refresh_counts() == 0
    assert count_words(event, is_exact=False)["taken"] == "ca. 40"
    event.seats.refresh_from_db()
    assert count_words(event, is_exact=True)["taken"] == "120"
    an_hour_later()
    assert count_words(event, is_exact=False)["taken"] == "ca. 120"


def test_a_rounded_number_is_near_the_true_one_grows_with_it_and_its_edges_are_secret(settings):
    event = a_meeting()
    found = [staff_counts._rounded(event, "taken", number) for number in range(200)]

    assert found[:5] == [0] * 5
    assert all(number % 10 == 0 and -5 <= count - number <= 9 for count, number in enumerate(found))
    assert found == sorted(found)
    edges = [count for count in range(1, 200) if found[count] != found[count - 1]]
    settings.INDEX_KEY = "another" * 9
    again = [staff_counts._rounded(event, "taken", number) for number in range(200)]
    assert edges != [count for count in range(1, 200) if again[count] != again[count - 1]]
    assert len({edge % 10 for edge in edges}) > 2


@pytest.mark.parametrize(("number", "words"), [(0, "under 10"), (10, "ca. 10"), (40, "ca. 40"), (None, UNCOUNTED)])
def test_a_rounded_number_in_words(number, words):
    assert rounded_words(number) == words
