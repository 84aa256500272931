"""Nobody fills the hall: what one mail domain or one network may have, however they go about it."""

from datetime import timedelta

import pytest
from django.db.models import Sum
from django.utils import timezone

from events.models import Event, GroupDecision, Letter, Need, Recognition, Seats, Signup
from events.signups import booking, groups
from events.signups.booking import SignupRequest
from events.signups.caps import cap_of, registrable_domain
from events.signups.more_seats import grant_wanted
from events.signups.recognition import MAX_LETTERS, recognise_new
from events.signups.seats import discrepancy, set_capacity
from events.signups.self_service import cancel, change_seats, confirm, find_signup
from events.signups.waiting_list import anonymise, expire_offers, lapse_holds, offer_seats_now
from tests.events.signups.booking.driver import behind
from tests.support.factories import a_form, a_meeting

pytestmark = pytest.mark.django_db
TAKEN_OUT, LET_IN = GroupDecision.Decision.TAKEN_OUT, GroupDecision.Decision.LET_IN
CATCH_ALL = [f"a{number}@{sub}example.org" for number in range(10) for sub in ("", f"s{number}.")]
HOME, OTHER = "192.0.2.0/24", "198.51.100.0/24"
GMAIL = [f"a{number}@gmail.com" for number in range(20)]
WAYS = {"domain": (CATCH_ALL, ""), "network": (GMAIL, HOME)}


@pytest.fixture(autouse=True)
def no_domain_is_let_through(settings):
    settings.SIGNUP_UNCAPPED = []
    Signup.objects.update(is_new=False)  # of the example meetings


def come(event, email="", seats=6, network="", *, hold=True):
    """A form comes in, and the worker looks at it. Returns the token."""
    form = a_form(event, accepts_waiting=True, hold=hold, network=network)
    token = booking.sign_up(Event.objects.get(pk=event.pk), SignupRequest(seats, "da", email=email), form).token
    recognise_new()
    return token


def say_yes(token):
    if behind(token).has_address and may_say_yes(token):
        confirm(find_signup(token))


def may_say_yes(token):
    """The link leaves in a letter, and not to one that was set aside."""
    mark = Recognition.objects.filter(signup__token_hash=behind(token).token_hash).first()
    return mark is not None and mark.address_index is not None


def confirmed(event):
    coming = Signup.objects.filter(event=event, state="confirmed")
    return coming.aggregate(seats=Sum("seats", default=0))["seats"]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("capacity", "most"), [(120, 12), (100, 6), (40, 6), (6, 6)])
def test_twenty_addresses_from_one_place_get_a_tenth_of_the_hall_or_one_family(way, capacity, most):
    event, (addresses, network) = a_meeting(capacity=capacity, key=True), WAYS[way]

    for email in addresses:
        say_yes(come(event, email, network=network))

    assert confirmed(event) == most
    assert discrepancy(event.pk) == (0, 0)


@pytest.mark.parametrize("way", WAYS)
def test_single_seats_are_counted_together(way):
    event, (addresses, network) = a_meeting(capacity=120, key=True), WAYS[way]

    for email in addresses:
        say_yes(come(event, email, 1, network))

    assert confirmed(event) == 12


def test_slow_sign_ups_without_an_address_from_one_network_are_taken_out_by_the_worker():
    event = a_meeting(capacity=120, key=True)

    tokens = [come(event, "", 6, HOME) for _ in range(5)]

    assert [behind(token).state for token in tokens] == ["confirmed"] * 2 + ["refused"] * 3
    assert Seats.objects.values_list("taken", "unverified").get(event=event) == (12, 12)
    assert [bytes(behind(token).sealed) for token in tokens[2:]] == [b""] * 3
    come(event, "", 6, OTHER)
    assert confirmed(event) == 18


def test_while_the_worker_is_down_nobody_is_turned_away_and_then_those_too_many_are_taken_out():
    event = a_meeting(capacity=120, key=True)
    requests = [SignupRequest(6, "da") for _ in range(4)]
    tokens = [booking.sign_up(event, request, a_form(event, network=HOME)).token for request in requests]
    assert [behind(token).state for token in tokens] == ["confirmed"] * 4

    recognise_new()

    assert [behind(token).state for token in tokens] == ["confirmed"] * 2 + ["refused"] * 2


@pytest.mark.parametrize("way", WAYS)
def test_seats_raised_afterwards_are_counted_too(way):
    event, (addresses, network) = a_meeting(capacity=120, key=True), WAYS[way]
    tokens = [come(event, email, 1, network) for email in addresses[:10]]
    for token in tokens:
        say_yes(token)
    assert confirmed(event) == 10

    for token in tokens:
        change_seats(find_signup(token), 6)
        grant_wanted()

    assert confirmed(event) == 10
    change_seats(find_signup(tokens[0]), 3)
    grant_wanted()
    assert confirmed(event) == 12
    assert {behind(token).refused for token in tokens[1:]} == {6}


@pytest.mark.parametrize("way", WAYS)
def test_the_waiting_list_and_holds_that_ran_out_are_no_way_round(way):
    event, (addresses, network) = a_meeting(capacity=12, key=True), WAYS[way]
    full = [come(event, f"x@firma{number}.dk", 6, f"203.0.{number}.0/24") for number in range(2)]
    for token in full:
        say_yes(token)
    waiting = [come(event, email, 3, network, hold=number % 2 == 0) for number, email in enumerate(addresses)]
    Signup.objects.filter(state="held").update(until=timezone.now())
    lapse_holds()
    for token in waiting:
        say_yes(token)
    set_capacity(event, 60)

    for _ in range(5):
        offer_seats_now(event.pk)
        for offered in Signup.objects.filter(event=event, state="offered").select_related("event"):
            confirm(offered)

    assert confirmed(event) == 12 + 6


def test_who_leaves_makes_room_for_the_next_from_the_same_place():
    event = a_meeting(capacity=60, key=True)
    first = come(event, CATCH_ALL[0])
    assert not may_say_yes(come(event, CATCH_ALL[1]))

    cancel(find_signup(first))

    assert may_say_yes(come(event, CATCH_ALL[2]))


PATHS = {
    "with an address": lambda event: come(event, "familien@jensen.example.org", 6, HOME),
    "without an address": lambda event: come(event, "", 6, HOME),
    "at a large provider": lambda event: come(event, "familien@gmail.com", 6, HOME),
    "from no network": lambda event: come(event, "familien@example.org", 6),
    "one seat first": lambda event: come(event, "familien@example.org", 1, HOME),
    "on the waiting list": lambda event: come(event, "familien@example.org", 6, HOME, hold=False),
    "after the hold ran out": lambda event: (come(event, "familien@example.org", 6, HOME, hold=False),
                                             come(event, "familien@example.org", 6, HOME))[1],
}  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("capacity", [24, 100, 500])
def test_a_family_of_six_gets_in(path, capacity):
    event = a_meeting(capacity=capacity, key=True)

    token = PATHS[path](event)
    say_yes(token)
    change_seats(find_signup(token), 6)
    grant_wanted()

    assert (behind(token).state, behind(token).seats) == ("confirmed", 6)


def test_large_providers_and_those_of_the_setting_have_no_cap_of_their_own(settings):
    settings.SIGNUP_UNCAPPED = ["odense.example.dk", "example.dk", HOME]
    event = a_meeting(capacity=60, key=True)

    for number in range(4):
        say_yes(come(event, f"a{number}@odense.example.dk", 6, HOME))
        say_yes(come(event, f"a{number}@gmail.com", 3))

    assert confirmed(event) == 4 * 6 + 4 * 3


def test_what_is_set_aside_looks_like_any_other_but_in_the_workers_table():
    event = a_meeting(capacity=60, key=True)
    known = come(event, CATCH_ALL[0])
    new, duplicate, over = (come(event, email, 6, HOME if email == CATCH_ALL[1] else OTHER, hold=False)
                            for email in ("b@example.dk", CATCH_ALL[0], CATCH_ALL[1]))  # fmt: skip

    def columns(token):
        own = {"id", "position", "token_hash", "nonce_hash", "sealed", "_state"}
        row = behind(token)
        letters = list(row.letters.values_list("kind", "number", "state"))
        return {name: value for name, value in vars(row).items() if name not in own} | {
            "size": len(row.sealed), "letters": letters,
        }  # fmt: skip

    assert may_say_yes(known)
    assert columns(new) == columns(duplicate) == columns(over)
    assert [may_say_yes(token) for token in (new, duplicate, over)] == [True, False, False]


def test_one_that_was_set_aside_gets_no_more_letters_than_any_other():
    event = a_meeting(capacity=60, key=True)
    come(event, CATCH_ALL[0])

    tokens = [come(event, CATCH_ALL[1], hold=False) for _ in range(MAX_LETTERS + 4)]

    numbers = [Recognition.objects.get(signup__token_hash=behind(token).token_hash).number for token in tokens]
    assert numbers == [0] * (MAX_LETTERS + 1) + [MAX_LETTERS + 1] * 3


@pytest.mark.parametrize(
    ("email", "domain"),
    [("a@Example.ORG", "example.org"), ("a@b.c.example.org", "example.org"), ("a@foo.co.uk", "foo.co.uk"),
     ("a@x.foo.co.uk", "foo.co.uk"), ("a@sub.rødgrød.dk", "xn--rdgrd-vuad.dk"), ("a@me.github.io", "github.io"),
     ("a@[192.0.2.1]", "["), ("a@[192.0.2.2]", "["), ("a@example.org.", "example.org"), ("", ""),
     ("a@co.uk", "co.uk")],
)  # fmt: skip
def test_the_domain_is_what_somebody_registered(email, domain):
    assert registrable_domain(email) == domain


@pytest.mark.parametrize(("capacity", "cap"), [(0, 6), (59, 6), (60, 6), (70, 7), (100, 10), (129, 12), (2000, 200)])
def test_one_place_may_have_a_tenth_and_a_family_always(capacity, cap):
    assert cap_of(capacity) == cap


def test_an_alarm_goes_out_once_a_day_and_meeting_and_not_for_one_family():
    event = a_meeting(capacity=120, key=True)
    alarms = Letter.objects.filter(event=event, kind="concentration")
    come(event, "familien@example.org", 6, HOME)
    assert not alarms.exists()

    for email in CATCH_ALL[:6]:
        come(event, email, 2)
    assert alarms.count() == 1
    Seats.objects.update(alarmed_on=timezone.localdate() - timedelta(days=1))
    for email in CATCH_ALL[6:9]:
        come(event, email, 6)
    assert alarms.count() == 2


def test_a_group_is_taken_out_with_a_letter_to_each_and_the_seats_go_to_who_waits():
    event = a_meeting(capacity=12, key=True)
    tokens = [come(event, email, 2) for email in CATCH_ALL[:4]]
    for token in tokens:
        say_yes(token)
    others = come(event, "b@example.dk", 6, HOME)
    say_yes(others)
    waits = come(event, "c@gmail.com", 4, OTHER)
    say_yes(waits)
    assert behind(waits).state == "waiting"
    (group,) = groups.groups(event)
    assert (group.seats, group.signups, group.set_aside, group.is_domain) == (6, 3, 1, True)

    groups.decide(event, group.mark, TAKEN_OUT)
    assert [behind(token).state for token in tokens[:3]] == ["confirmed"] * 3, "staff only write it down"
    groups.carry_out_decisions()

    assert [behind(token).state for token in (*tokens, others, waits)] == ["refused"] * 4 + ["confirmed", "offered"]
    assert Letter.objects.filter(event=event, kind="taken_out", signup=None).count() == 3
    assert discrepancy(event.pk) == (0, 0)
    assert not Recognition.objects.filter(domain_index=group.mark).exists()


def test_what_was_decided_is_carried_out_once_and_in_order_however_often_it_is_said():
    event = a_meeting(capacity=60, key=True)
    tokens = [come(event, email, 2) for email in CATCH_ALL[:3]]
    (group,) = groups.groups(event)
    for decision in (LET_IN, LET_IN, TAKEN_OUT, TAKEN_OUT):
        groups.decide(event, group.mark, decision)
    (group,) = groups.groups(event)
    assert (group.is_lifted, group.is_leaving) == (True, True)

    assert (groups.carry_out_decisions(), groups.carry_out_decisions()) == (2, 0)

    assert list(GroupDecision.objects.order_by("pk").values_list("decision", flat=True)) == [LET_IN, TAKEN_OUT]
    assert not GroupDecision.objects.waiting().exists()
    assert [behind(token).state for token in tokens] == ["refused"] * 3
    late = come(event, CATCH_ALL[3], 6)
    assert groups.carry_out_decisions() == 0
    assert may_say_yes(late), "a decision is about who had come by then"


def test_a_worker_that_was_killed_half_way_leaves_the_rest_to_the_next():
    event = a_meeting(capacity=60, key=True)
    tokens = [come(event, email, 2) for email in CATCH_ALL[:3]]
    (group,) = groups.groups(event)
    groups.decide(event, group.mark, TAKEN_OUT)
    (first, *_) = Signup.objects.filter(event=event)
    anonymise(first, Signup.State.REFUSED, Letter.Kind.TAKEN_OUT)

    assert groups.carry_out_decisions() == 1

    assert [behind(token).state for token in tokens] == ["refused"] * 3
    assert Letter.objects.filter(event=event, kind="taken_out").count() == 3
    assert discrepancy(event.pk) == (0, 0)


def test_a_group_that_is_let_in_has_no_cap_at_this_meeting_and_those_set_aside_get_their_letter():
    event, elsewhere = a_meeting(capacity=60, key=True), a_meeting("andet", capacity=60, key=True)
    come(event, CATCH_ALL[0], needs := 6)
    late = come(event, CATCH_ALL[1], needs, HOME)
    Letter.objects.filter(event=event).update(state="sent")
    Signup.objects.filter(event=event).update(until=timezone.now())
    lapse_holds()
    (group,) = groups.groups(event)

    groups.decide(event, group.mark, LET_IN)
    groups.carry_out_decisions()
    recognise_new()

    assert behind(late).letters.filter(kind="confirm", state="waiting").count() == 1
    say_yes(late)
    assert behind(late).state == "confirmed"
    say_yes(come(event, CATCH_ALL[2]))
    assert confirmed(event) == 12
    come(elsewhere, CATCH_ALL[0])
    assert not may_say_yes(come(elsewhere, CATCH_ALL[1])), "a mark is another one at each meeting"


def test_what_was_taken_out_cannot_be_taken_back_by_its_page():
    event = a_meeting(capacity=60, key=True)
    come(event, "", 6, HOME)
    token = come(event, "", 6, HOME)

    confirm(find_signup(token))
    change_seats(find_signup(token), 2)
    grant_wanted()
    expire_offers()

    assert (behind(token).state, confirmed(event)) == ("refused", 6)
    assert not Need.objects.filter(event=event).exists()


def rows_seen(event):
    """What the internet-facing process reads of the sign-ups and letters of a meeting, in the order they came."""
    signups = Signup.objects.filter(event=event).order_by("position")
    letters_seen = Letter.objects.filter(event=event, signup=None).values_list("kind", flat=True)
    return list(signups.values_list("state", "seats", "wanted", "refused")), sorted(letters_seen)


@pytest.mark.parametrize("capacity", [60, 120])
@pytest.mark.parametrize("before", [0, 5, 6])
def test_what_one_network_still_gets_tells_not_whether_an_address_was_known(capacity, before):
    seen = []
    for guess in ("anna@gmail.com", "bo@gmail.com"):
        event = a_meeting(f"{guess[0]}-proeve", capacity=capacity, key=True)
        set_capacity(event, capacity)
        say_yes(come(event, "anna@gmail.com", 2, OTHER))
        for _ in range(before):
            come(event, seats=1, network=HOME)

        come(event, guess, 1, HOME)
        grows = find_signup(come(event, seats=1, network=HOME))
        if grows and grows.is_live:
            change_seats(grows, 6)
            grant_wanted()
        for seats in (6, 4, 2, 1):
            come(event, seats=seats, network=HOME)
        seen.append(rows_seen(event))

    assert seen[0] == seen[1]
