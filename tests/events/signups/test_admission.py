"""On what terms a form may come in."""

import re

import pytest
from django.core import mail
from django.test import RequestFactory
from django.utils import timezone

from events.letters.rendering import render_letter
from events.models import Event, Letter, Signup
from events.signups import admission, form_tokens
from events.signups.booking import SignupRequest
from events.signups.form_tokens import Ticket
from events.signups.recognition import MAX_LETTERS, recognise_new
from events.signups.seats import NoRoom, set_capacity
from events.signups.self_service import confirm, erase, find_signup
from events.signups.waiting_list import lapse_holds
from events.tasks import send_letters
from nejtilbander.background.outbox import deliver
from nejtilbander.security.rate_limits import rate_counters
from nejtilbander.security.sealed_boxes import mailbox
from tests.support.factories import a_meeting


@pytest.fixture(autouse=True)
def quiet_hour():
    rate_counters.forget()
    yield
    rate_counters.forget()


@pytest.mark.django_db
def test_who_was_turned_away_many_times_is_signed_up_when_there_is_room():
    event = a_meeting(key=True, capacity=2)
    request, signup_request = RequestFactory().post("/"), SignupRequest(seats=3, language="da", email="anna@example.dk")
    for number in range(8):
        with pytest.raises(NoRoom):
            admission.sign_up(request, event, signup_request, Ticket(f"try {number}", 1, accepts_waiting=False, age=9))
    set_capacity(event, 10)

    event = Event.objects.get(pk=event.pk)
    admission.sign_up(request, event, signup_request, Ticket("last try", 1, accepts_waiting=False, age=9))

    assert list(Signup.objects.filter(event=event).values_list("state", "seats")) == [("held", 3)]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("Anna@Example.DK", "anna@example.dk"),
        ("anna+moede@example.dk", "anna@example.dk"),
        ("anna+a+b@example.dk", "anna@example.dk"),
        ("an.na@example.dk", "an.na@example.dk"),
        ("An.N.a+x@gmail.com", "anna@gmail.com"),
        ("an.na@googlemail.com", "anna@gmail.com"),
        ("anna+x@søren.example.dk", "anna@xn--sren-gra.example.dk"),
        ('"an+n@a"@example.dk', '"an@example.dk'),
    ],
)
def test_a_mailbox_is_the_same_after_a_plus_with_gmails_dots_and_under_each_name_of_its_domain(address, expected):
    assert mailbox(address) == expected


@pytest.mark.django_db
def test_the_aliases_of_one_mailbox_get_eleven_letters_together_and_keep_nobody_else_out():
    event = a_meeting(key=True)
    request, form = RequestFactory().post("/"), {"seats": 1, "language": "da"}
    aliases = [f"an.na+{number}@gmail.com" for number in range(MAX_LETTERS + 4)]
    for number, email in enumerate([*aliases, "anna@gmail.com", "bo@gmail.com"]):
        ticket = Ticket(f"try {number}", 1, accepts_waiting=True, age=9)
        admission.sign_up(request, event, SignupRequest(email=email, **form), ticket)
    assert Signup.objects.filter(event=event).count() == Letter.objects.filter(event=event).count() == 16

    while send_letters():
        pass

    written = [message.to[0] for message in mail.outbox]
    assert sorted(written) == sorted([*aliases[: MAX_LETTERS + 1], "anna@gmail.com", "bo@gmail.com"])


@pytest.mark.django_db
def test_whoever_is_answered_is_signed_up_however_often_a_stranger_used_the_address():
    event = a_meeting(key=True)
    request, signup_request = RequestFactory().post("/"), SignupRequest(seats=2, language="da", email="anna@example.dk")
    for number in range(5):
        admission.sign_up(
            request, event, signup_request, Ticket(f"a stranger {number}", 1, accepts_waiting=False, age=9)
        )
    recognise_new()
    erase(Signup.objects.get(recognition__address_index__isnull=False))
    Letter.objects.all().delete()

    answer = admission.sign_up(request, event, signup_request, Ticket("anna", 1, accepts_waiting=False, age=9))

    recognise_new()
    anna = find_signup(answer.token)
    assert (anna.state, list(anna.letters.values_list("kind", flat=True))) == ("held", ["confirm"])
    confirm(anna)
    assert Signup.objects.get(pk=anna.pk).state == "confirmed"


@pytest.mark.django_db
def test_a_mailbox_gets_eleven_letters_at_most_from_whoever_signs_its_address_up_over_and_over():
    event = a_meeting(key=True)
    request, signup_request = RequestFactory().post("/"), SignupRequest(seats=2, language="da", email="anna@example.dk")

    for number in range(30):
        admission.sign_up(
            request, event, signup_request, Ticket(f"a stranger {number}", 1, accepts_waiting=False, age=9)
        )
        recognise_new()
        Signup.objects.exclude(until=None).update(until=timezone.now())
        lapse_holds()
        deliver(Letter.objects.select_related("event__seats", "signup__event"), render_letter)

    assert len(mail.outbox) == 1 + MAX_LETTERS
    link = re.search(r"/min-tilmelding/([^/]+)/", mail.outbox[-1].body)[1]
    assert find_signup(link) == Signup.objects.get(recognition__address_index__isnull=False), (
        "the last letter's link works"
    )


@pytest.mark.django_db
def test_only_a_whole_form_without_a_mail_is_asked_for_one_and_only_from_a_busy_network():
    event = a_meeting(key=True)

    def notice(address="192.0.2.1", *, is_valid=True, **typed):
        ticket = form_tokens.issue(event, accepts_waiting=False)
        request = RequestFactory().post("/", {"ticket": ticket} | typed, REMOTE_ADDR=address)
        return admission.check_form(request, event, is_valid=is_valid)[1].notice

    for number in range(admission.PER_NETWORK_BARE):
        assert not notice()
        request = RequestFactory().post("/", REMOTE_ADDR=f"192.0.2.{number}")
        admission.sign_up(
            request, event, SignupRequest(1, "da"), Ticket(f"bare {number}", 1, accepts_waiting=False, age=9)
        )

    assert notice().startswith("Der er kommet mange tilmeldinger uden mailadresse fra dit net.")
    assert [notice(is_valid=False), notice(email="bo@example.dk"), notice("198.51.100.1")] == ["", "", ""]
