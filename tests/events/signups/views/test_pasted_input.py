"""What people paste and what their keyboards add is cleaned before it is judged. What is refused, is so in words."""

import pytest
from django.http import QueryDict

from events.models import Signup
from events.signups.forms import SignupForm
from nejtilbander.security import keyring
from nejtilbander.security.sealed_boxes import unseal
from tests.events.signups.views.driver import get, send, ticket_of
from tests.support.factories import a_meeting, a_signup

pytestmark = pytest.mark.django_db
WRONG = "Mailadressen ser forkert ud. Skriv den som navn@eksempel.dk, eller lad feltet stå tomt."


def judged(**fields):
    """(the cleaned values, the error messages) of a form with `fields` typed."""
    typed = QueryDict(mutable=True)
    typed.update({"seats": "1"} | fields)
    form = SignupForm(typed)
    form.is_valid()
    return form.cleaned_data, form.first_errors()


@pytest.mark.parametrize(
    ("field", "pasted", "kept"),
    [
        ("email", "\u200eanna@example.dk", "anna@example.dk"),
        ("email", "\u00a0anna@example.dk\u200b", "anna@example.dk"),
        ("email", "anna＠example.dk", "anna@example.dk"),
        ("email", "Anna <anna@example.dk>", "anna@example.dk"),
        ("email", "navn@straße.example.de", "navn@xn--strae-oqa.example.de"),
        ("email", "navn@søren.example.dk", "navn@xn--sren-gra.example.dk"),
        ("name", "\ufeffOle\u00a0Emil\u202e", "Ole Emil"),
        ("name", "\u200fعلی\u200cرضا", "علی\u200cرضا"),
        ("seats", "٣", 3),
        ("seats", "۳\u200f", 3),
        ("seats", "\u00a0３", 3),
    ],
)
def test_what_came_along_is_left_out(field, pasted, kept):
    data, errors = judged(**{field: pasted})

    assert errors == {}
    assert data[field] == kept


@pytest.mark.parametrize(
    "email",
    [
        "navn@localhost",
        "navn@kontor.local",
        "navn@127.0.0.1",
        "navn@[127.0.0.1]",
        "navn@a..dk",
        "navn@exa_mple.dk",
        "navn@😀.dk",
    ],
)
def test_an_address_where_no_mail_can_arrive_is_refused(email):
    assert judged(email=email)[1] == {"email": WRONG}


@pytest.mark.parametrize("email", ["søren@example.dk", "علي@example.dk", "s\u00f8ren@søren.example.dk"])
def test_an_address_that_only_some_servers_know_is_refused_with_the_reason(email):
    assert judged(email=email)[1]["email"].startswith("Vi kan ikke sende til adressen. Før @ må der kun stå")


@pytest.mark.parametrize("name", ["Jens 2", "Ali ٣", "70101212", "Ⅳ"])
def test_a_name_with_a_number_in_it_is_refused_with_the_reason(name):
    assert judged(name=name)[1] == {"name": "Skriv navnet uden tal."}


def test_what_is_sealed_is_the_address_that_is_written_to(reader):
    event = a_meeting(key=True)
    assert send(reader, ticket_of(get(reader)), seats="1", email="\u200enavn@Straße.example.de").status_code == 303

    content = unseal(keyring.private_key(event.seats.key), Signup.objects.get().sealed)

    assert content["email"] == "navn@xn--strae-oqa.example.de"


def test_one_mailbox_signed_up_by_both_names_of_its_domain_is_one():
    event = a_meeting(key=True)
    first = a_signup(event, "n@søren.example.dk")

    with pytest.raises(AssertionError, match="the address was signed up before"):
        a_signup(event, "N@xn--sren-gra.example.dk")
    assert first.recognition.address_index
