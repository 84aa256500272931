"""Under attack the form asks for a little work."""

import hashlib
import re

import pytest
from django.core import mail

from events.letters.rendering import render_letter
from events.models import Letter
from nejtilbander.background.outbox import deliver
from tests.events.signups.views.driver import RECEIPT, TYPED, all_kept, get, rows, send, ticket_of, typed_in, words_of

pytestmark = pytest.mark.django_db


def solved(ticket, page):
    """What the page's script does: guess until the sum begins as the challenge says."""
    challenge = re.search(r'data-challenge="([0-9a-f]{16})" data-most="60000"', page.content.decode())[1]
    return next(
        number for number in range(60_000)
        if hashlib.sha256(f"{ticket}{number}".encode()).hexdigest().startswith(challenge)
    )  # fmt: skip


def test_under_attack_the_form_asks_for_a_little_work_and_takes_the_right_answer_only(reader, attacked):
    page = get(reader)
    ticket = ticket_of(page)
    proof = solved(ticket, page)
    before = rows()

    for wrong in ("", str(proof + 1), "x", "-1", "１", "9" * 50):
        answer = send(reader, ticket, **TYPED, proof=wrong)
        assert answer.status_code == 422
        assert "Der er mange, der melder sig til lige nu. Vent et minut, og send igen." in words_of(answer)
        assert (typed_in(answer), ticket_of(answer)) == (all_kept(), ticket)
    assert rows() == before
    other = get(reader)
    assert send(reader, ticket_of(other), **TYPED, proof=str(proof)).status_code == 422
    assert send(reader, ticket, **TYPED, proof=str(proof)).headers["Location"] == RECEIPT


def test_without_scripts_a_minute_of_patience_does_for_ten_people_a_minute(reader, attacked, clock):
    waiting = [ticket_of(get(reader)) for _ in range(12)]
    clock[0] += 59
    assert send(reader, waiting[0], email="ny@example.dk", seats="1").status_code == 422
    clock[0] += 1
    assert {send(reader, waiting[0], email="ny@example.dk", seats="99").status_code for _ in range(12)} == {422}

    answers = [
        send(reader, ticket, email=f"ny{n}@example.dk", seats="1").status_code for n, ticket in enumerate(waiting)
    ]

    assert answers == [303] * 10 + [422] * 2, "what is not whole uses up nobody's turn"
    clock[0] += 60
    assert send(reader, waiting[11], email="ny11@example.dk", seats="1").status_code == 303


def test_the_attack_ends_by_itself_and_so_does_the_challenge(reader, attacked, clock):
    clock[0] += 600

    page = get(reader)

    assert "data-challenge" not in page.content.decode()
    assert send(reader, ticket_of(page), **TYPED).headers["Location"] == RECEIPT


def test_one_letter_tells_staff_of_the_attack_and_names_no_visitor(reader, attacked, settings):
    settings.ALARM_TO = ["vagt@example.org"]
    page = get(reader)
    send(reader, ticket_of(page), email="alma@example.dk", proof=str(solved(ticket_of(page), page)))

    assert list(Letter.objects.filter(signup=None).values_list("kind", "event")) == [("alarm", attacked.pk)]
    deliver(Letter.objects.filter(kind=Letter.Kind.ALARM), render_letter)
    letter = mail.outbox[0]
    assert (letter.to, letter.subject) == (["vagt@example.org"], "Mange tilmeldinger på kort tid")
    assert "Der kommer usædvanligt mange tilmeldinger til „Prøvemøde“." in letter.body
    assert "@example" not in letter.body
