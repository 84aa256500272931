"""The page behind the link in the letter: how it stands, and what its visitor may do."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from events.letters.rendering import render_letter
from events.models import Event, Letter, Seats, Signup
from events.signups.booking import manage_token
from events.signups.more_seats import grant_wanted
from events.signups.self_service import find_signup
from nejtilbander.background.outbox import deliver
from nejtilbander.i18n import dates
from nejtilbander.text.readability import lix
from tests.events.signups.views.driver import (
    FORGOTTEN,
    TYPED,
    act,
    cancel,
    get,
    rows,
    send,
    sign_up,
    title_of,
    to_manage,
    words_of,
)
from tests.nejtilbander.text.test_readability import body_text
from tests.support.factories import a_guest, a_meeting, a_signup

pytestmark = pytest.mark.django_db


def test_looking_at_the_page_however_often_changes_nothing(reader):
    event = a_meeting(key=True)
    found = [a_signup(event, "bo@example.dk"), a_signup(event), a_guest(event, "lis@example.dk")]
    before = rows()

    for signup in found:
        address = f"/min-tilmelding/{signup.token}/"
        for tail in ("", "?nyt=afmeldt", "?action=cancel&confirm=1", "?nyt=<script>", "kalender.ics"):
            assert get(reader, address + tail).status_code == 200
        assert reader.head(address).status_code == 200
    assert rows() == before


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ("held", "Du mangler at bekræfte"),
        ("lapsed", "Du mangler at bekræfte"),
        ("confirmed", "Du er tilmeldt"),
        ("waiting", "Du mangler at bekræfte"),
        ("offered", "Der er plads til dig"),
        ("expired", "Tilbuddet er gået videre"),
        ("cancelled", "Du er meldt fra"),
    ],
)
def test_the_page_says_how_it_stands_and_what_is_kept(reader, state, shown):
    signup = a_signup(a_meeting(key=True), "bo@example.dk", 2, name="Bo")
    gone = Signup.ANONYMISED if state in Signup.GONE else {}
    Signup.objects.filter(pk=signup.pk).update(state=state, **gone)

    page = get(reader, f"/min-tilmelding/{signup.token}/")

    assert f'<bdi dir="ltr">https://testserver/min-tilmelding/{signup.token}/</bdi>' in page.content.decode()
    assert f'<h2 id="status"> {shown} </h2>' in " ".join(page.content.decode().split())
    assert ("Ret din tilmelding" in words_of(page)) == (state not in Signup.GONE)
    assert "Slet alt om mig" in words_of(page)
    forms = re.findall(r'<input type="?hidden"? name="?action"? value="?(\w+)', page.content.decode())
    asks_first = {
        action
        for details in re.findall(r"<details.*?</details>", page.content.decode(), re.DOTALL)
        for action in re.findall(r'name="?action"? value="?(\w+)', details)
    }
    assert asks_first == {"cancel", "forget"} & set(forms)
    assert ("cancel" in forms) == (state not in Signup.GONE)
    assert "bo@example.dk" not in page.content.decode()
    assert lix(body_text(page.content.decode())) <= 30
    box = "Slettet" if state in Signup.GONE else "Låst"
    assert f"Navn, mailadresse og link {box}" in words_of(page)


def test_whoever_asks_what_is_kept_is_told_of_every_part_of_it(reader):
    event = a_meeting(key=True)
    signup = a_signup(event, "bo@example.dk", 2, name="Bo", needs=["other"], contact=True)
    sign_up(reader, email="bo@example.dk")

    words = words_of(get(reader, f"/min-tilmelding/{signup.token}/"))

    assert "Navn, mailadresse og link Låst. Uden nøglen kan ingen læse dem. Dine behov ligger der også, " in words
    assert f"Frist {dates.format_day(signup.until)} kl. {dates.format_time(signup.until)}" in words
    assert "Mails på vej til dig 1" in words
    without = words_of(get(reader, f"/min-tilmelding/{a_signup(event).token}/"))
    assert not re.search("Frist|Mails på vej", without)


def test_who_waits_without_a_mail_while_seats_are_free_is_told_whom_they_are_for(reader):
    event = a_meeting(key=True, capacity=24)
    a_signup(event, "bo@example.dk", 6)
    without, with_mail = a_signup(event), a_guest(event, "lis@example.dk", 6)
    Signup.objects.filter(pk=with_mail.pk).update(state="waiting")
    told = "Der er ledige pladser, men kun til dem, der bekræfter på mail."

    pages = [words_of(get(reader, f"/min-tilmelding/{one.token}/")) for one in (without, with_mail)]
    assert [told in page for page in pages] == [True, False]
    Seats.objects.filter(event=event).update(taken=24)
    assert told not in words_of(get(reader, f"/min-tilmelding/{without.token}/"))


def test_the_whole_way_from_the_letter_to_being_forgotten(reader):
    event = a_meeting(key=True)
    _answer, token = sign_up(reader, **TYPED)
    deliver(Letter.objects.all(), render_letter)
    assert mail.outbox[0].to == ["alma@example.dk"]
    assert f"/min-tilmelding/{token}/" in mail.outbox[0].body

    assert act(reader, token, action="confirm") == to_manage(token, "bekraeftet")
    assert act(reader, token, action="confirm") == to_manage(token, "bekraeftet")
    assert act(reader, token, action="seats", seats="5") == to_manage(token, "oensket")
    assert "Du har bedt om 5 pladser." in words_of(get(reader, f"/min-tilmelding/{token}/"))
    grant_wanted()
    assert act(reader, token, action="seats", seats="5") == to_manage(token, "aendret")
    assert act(reader, token, action="again") == to_manage(token, "sendt")
    signup = Signup.objects.get()
    assert (signup.state, signup.seats, signup.verified) == ("confirmed", 5, True)
    assert Seats.objects.filter(event=event).values_list("taken", "unverified").get() == (5, 0)
    assert sorted(Letter.objects.values_list("kind", flat=True)) == ["again", "confirm", "confirmed"]

    assert act(reader, token, action="forget") == (303, FORGOTTEN)
    assert get(reader, FORGOTTEN).status_code == 200
    assert not Signup.objects.exists()
    assert list(Letter.objects.values_list("kind", "signup")) == [("forgotten", None)]
    assert Seats.objects.get(event=event).taken == 0
    assert find_signup(token) is None


def test_whoever_leaves_can_sign_up_again_with_the_same_address(reader):
    event = a_meeting(key=True)
    guest = a_guest(event, "bo@example.dk", 2)

    assert act(reader, guest.token, action="cancel") == to_manage(guest.token, "afmeldt")
    assert act(reader, guest.token, action="cancel") == to_manage(guest.token, "afmeldt")

    gone = Signup.objects.get()
    assert (gone.state, bytes(gone.sealed), gone.has_address, gone.language) == ("cancelled", b"", False, "")
    assert Seats.objects.get(event=event).taken == 0
    sign_up(reader, email="bo@example.dk")
    assert sorted(Signup.objects.values_list("state", flat=True)) == ["cancelled", "held"]


@pytest.mark.parametrize("number", ["0", "7", "-1", "1.5", "x", "", " ", "２", "1" * 400, "1\0", None])
def test_a_number_of_seats_that_is_none_changes_nothing_and_says_what_to_choose(reader, number):
    guest = a_guest(a_meeting(key=True), "bo@example.dk", 2)
    before = rows()

    fields = {} if number is None else {"seats": number}
    assert act(reader, guest.token, action="seats", **fields) == to_manage(guest.token, "antal")

    assert rows() == before
    assert "Vælg fra 1 til 6 pladser." in words_of(get(reader, f"/min-tilmelding/{guest.token}/?nyt=antal"))


@pytest.mark.parametrize(
    ("news", "role", "title"),
    [
        ("aendret", "status", "Din tilmelding"),
        ("bekraeftet", "status", "Din tilmelding"),
        ("fuldt", "alert", "Fejl: Din tilmelding"),
        ("ikke-sendt", "alert", "Fejl: Din tilmelding"),
    ],
)
def test_what_came_of_an_action_takes_the_focus_and_a_failure_stands_in_the_title(reader, news, role, title):
    guest = a_guest(a_meeting(key=True), "bo@example.dk")
    box = r'<div class="alert[^"]*" role="(\w+)" tabindex="-1" autofocus>'

    page = get(reader, f"/min-tilmelding/{guest.token}/?nyt={news}")

    assert (re.findall(box, page.content.decode()), title_of(page)) == ([role], title)
    assert " autofocus" not in get(reader, f"/min-tilmelding/{guest.token}/").content.decode()


def test_more_seats_only_if_they_are_free(reader):
    event = a_meeting(key=True, capacity=5)
    guest = a_guest(event, "bo@example.dk", 2)

    assert act(reader, guest.token, action="seats", seats="6") == to_manage(guest.token, "fuldt")
    assert Signup.objects.get().seats == 2
    assert act(reader, guest.token, action="seats", seats="5") == to_manage(guest.token, "oensket")
    assert grant_wanted() == 1
    assert Seats.objects.get(event=event).taken == 5


def test_an_offer_is_taken_with_the_button(reader):
    event = a_meeting(key=True, capacity=2)
    first, second = a_guest(event, "bo@example.dk", 2), a_guest(event, "lis@example.dk", 2)
    assert "Du er nummer 1 i køen." in words_of(get(reader, f"/min-tilmelding/{second.token}/"))

    act(reader, first.token, action="cancel")
    assert "Ja tak til pladserne" in words_of(get(reader, f"/min-tilmelding/{second.token}/"))
    assert act(reader, second.token, action="confirm") == to_manage(second.token, "bekraeftet")

    assert Signup.objects.get(pk=second.pk).state == "confirmed"
    assert Seats.objects.get(event=event).taken == 2


def test_who_waits_is_promised_no_offer_when_it_is_too_late_for_one(reader):
    event = a_meeting(key=True, capacity=2)
    _, second = a_guest(event, "bo@example.dk", 2), a_guest(event, "lis@example.dk", 2)
    starts_at = timezone.now() + timedelta(hours=2, minutes=20)  # an offer two hours before would last 20 minutes
    Event.objects.filter(pk=event.pk).update(starts_at=starts_at, ends_at=starts_at + timedelta(hours=2))

    said = words_of(get(reader, f"/min-tilmelding/{second.token}/"))

    assert "Der kommer ikke flere tilbud om plads til dette møde." in said
    assert "i køen" not in said


def test_the_link_is_sent_again_ten_times_and_never_without_an_address(reader):
    event = a_meeting(key=True)
    guest, nameless = a_guest(event, "bo@example.dk"), a_signup(event)

    news = [act(reader, guest.token, action="again") for _ in range(11)]

    assert news == [to_manage(guest.token, "sendt")] * 10 + [to_manage(guest.token, "ikke-sendt")]
    assert Letter.objects.filter(kind=Letter.Kind.AGAIN).count() == 10
    assert act(reader, nameless.token, action="again") == to_manage(nameless.token, "ikke-sendt")


@pytest.mark.parametrize("action", [{}, {"action": "delete"}, {"action": "confirm\0"}, {"seats": "3"}])
def test_an_action_nobody_knows_does_nothing(reader, action):
    signup = a_signup(a_meeting(key=True), "bo@example.dk")
    before = rows()

    assert act(reader, signup.token, **action) == to_manage(signup.token, "")
    assert rows() == before


@pytest.mark.parametrize(
    "over", [cancel, lambda event: Event.objects.filter(pk=event.pk).update(starts_at=event.created)]
)
def test_when_the_meeting_is_over_or_cancelled_one_can_only_leave(reader, over):
    event = a_meeting(key=True)
    event.created = timezone.now() - timedelta(minutes=1)
    guest = a_guest(event, "bo@example.dk", 2)
    over(event)

    assert act(reader, guest.token, action="confirm") == to_manage(guest.token, "lukket")
    assert act(reader, guest.token, action="seats", seats="1") == to_manage(guest.token, "lukket")
    assert Signup.objects.get().seats == 2
    assert act(reader, guest.token, action="forget") == (303, FORGOTTEN)
    assert not Signup.objects.exists()


def test_links_that_lead_nowhere_all_lead_to_one_neutral_page(reader):
    event = a_meeting(key=True)
    forgotten = a_guest(event, "bo@example.dk", 2)
    act(reader, forgotten.token, action="forget")
    known = a_guest(event, "lis@example.dk")
    wrong = {
        "never given": manage_token("x"), "used up": forgotten.token, "cut": known.token[:-1],
        "another's, in capitals": known.token.swapcase(), "the mark in the database": known.token_hash,
        "the row's number": str(known.pk)
    }  # fmt: skip
    before = rows()

    bodies = {}
    for what, token in wrong.items():
        address = f"/min-tilmelding/{token}/"
        for answer in (get(reader, address), send(reader, "", address), get(reader, f"{address}kalender.ics")):
            assert answer.status_code == 404, what
            headers = {name: value for name, value in answer.headers.items() if name != "Content-Length"}
            bodies[what] = (answer.content.decode().replace(token, "…").replace("kalender.ics", ""), headers)
            assert list(bodies.values())[0] == bodies[what], what  # noqa: RUF015
    assert "Linket leder ikke til en tilmelding." in words_of(answer)
    assert rows() == before


def test_the_page_is_in_the_language_of_its_address_and_names_nobody(reader):
    guest = a_guest(a_meeting(key=True), "bo@example.dk", 2, name="Bodil", language="ar")

    page = get(reader, f"/ar/min-tilmelding/{guest.token}/")

    assert '<html lang="ar" dir="rtl">' in page.content.decode()
    assert not re.search("Bodil|bo@example", page.content.decode())
