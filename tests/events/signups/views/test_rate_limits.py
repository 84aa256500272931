"""How many may sign up from one network."""

import pytest

from events.models import Letter, Recognition, Seats, Signup
from events.signups.recognition import recognise_new
from tests.events.signups.booking.driver import content
from tests.events.signups.views.driver import FORM, PLAIN, RECEIPT, get, send, ticket_of, words_of
from tests.support.factories import a_meeting

pytestmark = pytest.mark.django_db


def test_many_without_a_mail_from_one_network_are_asked_for_one(reader):
    event = a_meeting(key=True)

    answers = [send(reader, ticket_of(get(reader)), seats="1") for _ in range(7)]

    assert [answer.status_code for answer in answers] == [303] * 6 + [422]
    assert "Der er kommet mange tilmeldinger uden mailadresse fra dit net." in words_of(answers[6])
    with_mail = send(reader, ticket_of(answers[6]), seats="1", email="ny@example.dk")
    assert with_mail.headers["Location"] == RECEIPT
    assert Signup.objects.filter(event=event).count() == 7


def from_network(reader, address, number, **headers):
    ticket = ticket_of(get(reader))
    return reader.post(
        FORM, {"ticket": ticket, "seats": "1", "email": f"{number}@example.org"}, headers=PLAIN | headers,
        REMOTE_ADDR=address,
    )  # fmt: skip


def test_the_thirty_first_from_one_network_holds_no_seats_until_confirmed_and_cannot_tell(reader, settings):
    settings.SIGNUP_BURST = 1000
    event = a_meeting(key=True, capacity=1000)
    answers = [from_network(reader, f"192.0.2.{number}", number) for number in range(31)]
    other = from_network(reader, "198.51.100.7", "other")

    alike = {(answer.status_code, tuple(answer.headers.items()), answer.content) for answer in [*answers, other]}
    assert len(alike) == 1
    states = list(Signup.objects.order_by("position").values_list("state", flat=True))
    assert states == ["held"] * 30 + ["waiting", "held"]
    assert Seats.objects.get(event=event).taken == 31


def test_behind_a_proxy_the_last_address_counts_and_nobody_can_claim_another(reader, settings):
    settings.SIGNUP_BURST, settings.BEHIND_PROXY = 1000, True
    a_meeting(key=True, capacity=1000)

    for number in range(31):
        claim = f"10.{number}.0.1, 2001:db8:0:{number:x}::1"
        from_network(reader, "10.0.0.1", number, **{"x-forwarded-for": claim, "x-forwarded-proto": "https"})

    assert Signup.objects.filter(state="waiting").count() == 1


def test_the_network_stands_in_the_sealed_box_until_the_worker_has_made_a_mark_of_it_and_nowhere_else(reader, caplog):
    event = a_meeting(key=True)
    Signup.objects.exclude(event=event).update(is_new=False)
    caplog.set_level("DEBUG")
    from_network(reader, "192.0.2.7", 1)
    signup = Signup.objects.get(event=event)
    assert content(event, signup.sealed)["network"] == "192.0.2.0/24"

    recognise_new()

    signup.refresh_from_db()
    assert "network" not in content(event, signup.sealed)
    assert len(signup.recognition.network_index) == 43
    stored = [str(list(model.objects.values())) for model in (Signup, Letter, Recognition, Seats)]
    assert "192.0.2" not in "".join(stored) + caplog.text
