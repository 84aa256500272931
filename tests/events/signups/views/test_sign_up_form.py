"""What a visitor types in the form, and what is said of what cannot be."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.html import escape

from events.models import Letter, Need, Question, Seats, Signup
from nejtilbander.security import keyring
from nejtilbander.security.sealed_boxes import unseal
from tests.events.signups.views.driver import (
    FORM,
    RECEIPT,
    TYPED,
    act,
    folded,
    get,
    rows,
    send,
    sign_up,
    summary_of,
    ticket_of,
    title_of,
    to_manage,
    typed_in,
)
from tests.support.factories import a_meeting

pytestmark = pytest.mark.django_db


def test_with_an_address_seats_are_held_and_a_letter_asks_to_confirm(reader):
    event = a_meeting(key=True)

    answer, token = sign_up(reader, **TYPED)

    signup = Signup.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (303, RECEIPT)
    assert (signup.state, signup.seats, signup.verified, signup.language) == ("held", 3, False, "da")
    assert timedelta(minutes=59) < signup.until - timezone.now() <= timedelta(minutes=65)
    assert unseal(keyring.private_key(event.seats.key), signup.sealed) == {
        "id": signup.pk, "token": token, "name": "Alma O'Neil", "email": "alma@example.dk",
        "needs": ["wheelchair", "interpreter_ar"],
    }  # fmt: skip
    assert list(Letter.objects.values_list("kind", "signup", "language")) == [("confirm", signup.pk, "da")]
    assert dict(Need.objects.values_list("kind", "total")) == {"wheelchair": 1, "interpreter_ar": 1}
    assert Seats.objects.filter(event=event).values_list("taken", "unverified").get() == (3, 3)
    assert get(reader, RECEIPT).status_code == 200


def test_without_an_address_the_page_shows_the_code_and_the_link_to_keep(reader):
    event = a_meeting(key=True)

    answer, token = sign_up(reader, seats="2", needs=["hearing_loop"], question="Hvem kommer?")

    assert (answer.status_code, answer.headers["Location"]) == to_manage(token, "tilmeldt")
    page = get(reader, answer.headers["Location"])
    signup = Signup.objects.get()
    assert (signup.state, signup.seats, signup.verified, signup.has_address) == ("confirmed", 2, False, False)
    assert re.search(r'<p class="code"><bdi dir="ltr">([A-Z2-9]{4}-[A-Z2-9]{4})</bdi>', page.content.decode())
    assert f'<bdi dir="ltr">https://testserver/min-tilmelding/{token}/</bdi>' in page.content.decode()
    assert not Letter.objects.exists()
    box = unseal(keyring.private_key(event.seats.key), Question.objects.get().sealed)
    assert box == {"event": event.pk, "question": "Hvem kommer?"}


@pytest.mark.parametrize("language", ["en", "ar", "so", "tr", "fa"])
def test_the_letter_is_in_the_language_the_form_was_filled_in(reader, language):
    a_meeting(key=True)
    form = f"/{language}{FORM}"

    answer = send(reader, ticket_of(get(reader, form)), form, email="alma@example.dk")

    assert answer.headers["Location"] == f"/{language}{RECEIPT}"
    assert list(Letter.objects.values_list("language", "signup__language")) == [(language, language)]


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "علی\u200cرضا", "email": "ali@example.org"},
        {"name": "𝔸" * 30, "email": "a@" + ".".join(["b" * 60] * 4) + ".dk", "contact": "on", "needs": ["other"]},
        {"question": "Et\r\nto\r\n" * 60},
        {"question": "\x01\x02\x7f" * 166, "name": "'" * 30},
        {"question": "🙂" * 500},
    ],
    ids=["a Persian name", "the longest", "lines", "control characters", "emoji"],
)
def test_whatever_can_be_typed_fits_in_the_sealed_box(reader, fields):
    a_meeting(key=True)

    answer, _token = sign_up(reader, **fields)

    assert answer.status_code == 303
    assert Signup.objects.count() == 1


def test_a_domain_that_is_too_long_for_any_server_is_refused_in_words(reader):
    a_meeting(key=True)

    fits, _token = sign_up(reader, email="a@" + ".".join(["日" * 50] * 3) + ".dk", name="𝔸" * 30)
    answer, _token = sign_up(reader, email="a@" + "日本" * 40 + ".dk", name="𝔸" * 30)

    assert (fits.status_code, answer.status_code) == (303, 422)
    said = "Mailadressen ser forkert ud. Skriv den som navn@eksempel.dk, eller lad feltet stå tomt."
    assert summary_of(answer) == [("email", said)]


def test_every_field_wrong_at_once_gives_the_same_page_with_all_that_was_typed_and_a_linked_summary(reader):
    a_meeting(key=True)
    before, long = rows(), "<i>æ" * 126

    answer, _token = sign_up(
        reader, name="N" * 81, email='al"ma', seats="7", needs=["wheelchair", "helicopter"], contact="on",
        question=long, website="http://spam.example.org",
    )  # fmt: skip

    assert answer.status_code == 422
    assert summary_of(answer) == [
        ("seats", "Vælg fra 1 til 6 pladser."),
        ("email", "Mailadressen ser forkert ud. Skriv den som navn@eksempel.dk, eller lad feltet stå tomt."),
        ("name", "Skriv kun et fornavn, højst 30 bogstaver."),
        ("needs", "Et af valgene findes ikke. Vælg igen."),
        ("question", "Spørgsmålet er for langt. Skriv højst 500 tegn."),
        ("website", "Lad dette felt stå tomt. Det er en fælde for robotter."),
    ]
    html = answer.content.decode()
    assert all(f' id="{field}"' in html for field, _words in summary_of(answer))
    assert html.count('aria-invalid="true"') == 5  # all but the group of ticks
    assert typed_in(answer) == {
        "name": "N" * 81, "email": "al&quot;ma", "seats": "", "needs": ["wheelchair"], "contact": True,
        "question": escape(long), "website": "http://spam.example.org",
    }  # fmt: skip
    assert rows() == before


def test_what_few_need_is_folded_until_something_is_typed_in_it_or_wrong(reader):
    a_meeting(key=True)
    wrong = {"email": "ingen", "seats": "1"}

    def after(**fields):
        return folded(send(reader, ticket_of(get(reader)), **wrong | fields))

    assert folded(get(reader)) == after() == {"contact": False, "question": False}
    assert after(needs=["other"]) == after(contact="on") == after(needs=["?"]) == {"contact": True, "question": False}
    assert after(question="Hvem?") == after(question="x" * 501) == {"contact": False, "question": True}


def test_the_title_begins_with_the_error_and_only_then(reader):
    a_meeting(key=True)
    page = get(reader)

    assert title_of(page) == "Tilmeld dig"
    assert title_of(send(reader, ticket_of(page), email="ingen")) == "Fejl: Tilmeld dig"
    assert title_of(send(reader, "", seats="1")) == "Fejl: Tilmeld dig"


def test_an_error_is_described_before_the_hint_and_a_hint_describes_the_group_of_ticks(reader):
    a_meeting(key=True)
    described = r'<(?:select|input|fieldset|textarea)[^>]* aria-describedby="([^"]+)"'
    fields = ("seats", "email", "name", "needs", "question")

    page = get(reader)
    assert re.findall(described, page.content.decode()) == [f"{field}-hint" for field in fields]
    wrong = send(
        reader, ticket_of(page), seats="7", email="ingen", name="1", needs=["?"], question="x" * 501, website="x"
    )  # fmt: skip
    assert re.findall(described, wrong.content.decode()) == [
        *(f"{field}-error {field}-hint" for field in fields), "website-error",
    ]  # fmt: skip
    ids = re.findall(r' id="([^"]+)"', wrong.content.decode())
    assert len(ids) == len(set(ids))
    assert {f"{field}-{kind}" for field in fields for kind in ("error", "hint")} < set(ids)


def test_to_be_contacted_takes_an_address(reader):
    a_meeting(key=True)

    answer, _token = sign_up(reader, contact="on", needs=["other"])

    assert (answer.status_code, summary_of(answer)) == (
        422, [("email", "Skriv en mailadresse, hvis vi skal skrive til dig. Eller fjern krydset.")],
    )  # fmt: skip
    assert not Signup.objects.exists()


def test_only_reading_and_sending_are_understood(reader):
    a_meeting(key=True)

    assert {method: reader.generic(method, FORM).status_code for method in ("HEAD", "PUT", "DELETE", "PATCH")} == {
        "HEAD": 200, "PUT": 405, "DELETE": 405, "PATCH": 405,
    }  # fmt: skip


def test_no_title_and_no_address_on_any_page_names_the_visitor(reader):
    a_meeting(key=True)
    answer, token = sign_up(reader, **TYPED | {"name": "Almarosa"})
    wrong = send(reader, "", **TYPED | {"name": "Almarosa"})
    seen = [get(reader, answer.headers["Location"]), get(reader), wrong, get(reader, f"/min-tilmelding/{token}/")]
    locations = [act(reader, token, action=action)[1] for action in ("confirm", "again", "cancel")]
    seen += [get(reader, location) for location in locations]

    for page in seen:
        html = page.content.decode()
        title = re.search(r"<title>(.*?)</title>", html)[1]
        addresses = re.findall(r'(?:href|src|action|content)="([^"]*)"', html)
        assert addresses
        assert not any(word in text for text in (title, *addresses) for word in ("Almarosa", "alma@", "alma%40"))
        assert token not in title
        assert "bander" not in title.lower(), "what stands on a tab and in the history"
        assert not any(token in address and "/min-tilmelding/" not in address for address in addresses)
        is_key = "/min-tilmelding/" in page.request["PATH_INFO"]
        referrer = "no-referrer" if is_key else "same-origin"
        assert (page.headers["Cache-Control"], page.headers["Referrer-Policy"]) == ("no-store", referrer)
        assert '<meta name="robots" content="noindex">' in html
        assert page is wrong or "Almarosa" not in html
    assert all("alma" not in location.lower() for location in (answer.headers["Location"], *locations))


def test_a_name_is_a_first_name_and_not_a_message(reader):
    a_meeting(key=True)

    for name in ("Vi ved hvor du bor", "http://ond.example.org", "Ole<3", "N" * 31, "1000 kr"):
        assert summary_of(send(reader, ticket_of(get(reader)), seats="1", name=name))[0][0] == "name", name
    for name in ("Anna Marie", "O'Neil", "علی\u200cرضا", "\u200fليلى", "Åse-Ø"):
        assert send(reader, ticket_of(get(reader)), seats="1", name=name, email="a@example.dk").status_code == 303, name
