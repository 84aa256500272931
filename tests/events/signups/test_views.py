"""The pages a visitor acts on, as a browser without scripts and cookies meets them."""

import hashlib
import re
import statistics
import time
from datetime import timedelta
from html import unescape
from random import Random

import pytest
from django.core import mail, signing
from django.db import OperationalError, connection
from django.utils import timezone
from django.utils.html import escape

from events.letters.announcements import announce_changes
from events.letters.rendering import render_letter
from events.models import Event, Letter, Need, Question, Seats, Signup
from events.signups import form_tokens, seats
from events.signups.booking import manage_token
from events.signups.self_service import find_signup
from nejtilbander.background.outbox import deliver
from nejtilbander.caching import memory
from nejtilbander.i18n import dates
from nejtilbander.security import keyring
from nejtilbander.security.rate_limits import rate_counters
from nejtilbander.security.sealed_boxes import unseal
from tests.make import a_guest, a_meeting, a_signup

pytestmark = pytest.mark.django_db
PLAIN = {"accept-encoding": ""}
FORM = "/stormoeder/proeve/tilmelding/"
RECEIPT = "/stormoeder/proeve/kvittering/"
FORGOTTEN = "/min-tilmelding/slettet/"
TYPED = {
    "name": "Alma O'Neil", "email": "alma@example.dk", "seats": "3", "needs": ["wheelchair", "interpreter_ar"],
    "contact": "on", "question": 'Hvad gør "I" nu?',
}  # fmt: skip
HUMANS, ROBOT = range(30), 40


@pytest.fixture(autouse=True)
def quiet_hour(db):
    """Nobody signed up before, and what the site keeps for a second is of this test alone."""
    for model in (Letter, Signup, Need, Question):
        model.objects.all().delete()
    rate_counters.forget()
    memory.clear()
    yield
    rate_counters.forget()
    memory.clear()


def a_second_later():
    """The site looks at a meeting anew."""
    memory.clear()


def get(reader, address=FORM):
    response = reader.get(address, headers=PLAIN)
    assert response.cookies == {}
    return response


def ticket_of(response):
    return re.search(r'name="ticket" value="([^"]+)"', response.content.decode())[1]


def send(reader, ticket, address=FORM, headers=None, **fields):
    """What the browser sends. Without `fields` the visitor asks for one seat."""
    response = reader.post(address, {"seats": "1", "ticket": ticket, **fields}, headers=PLAIN | (headers or {}))
    assert response.cookies == {}
    return response


def sign_up(reader, **fields):
    """Open the form, fill it in, send it. Gives the answer and the token of the sign-up it makes."""
    ticket = ticket_of(get(reader))
    event = Event.objects.get(slug="proeve")
    return send(reader, ticket, **fields), manage_token(form_tokens.read(ticket, event).nonce, fields.get("email", ""))


def act(reader, token, **fields):
    response = reader.post(f"/min-tilmelding/{token}/", fields, headers=PLAIN)
    assert response.cookies == {}
    return response.status_code, response.headers.get("Location")


def to_manage(token, news):
    return 303, f"/min-tilmelding/{token}/" + (f"?nyt={news}" if news else "")


def rows():
    """Everything the sign-up writes, to compare before and after."""
    return [list(model.objects.order_by("pk").values()) for model in (Seats, Signup, Letter, Need, Question)]


def what_counts():
    """Who has how many seats, what was asked for, and the letters that will leave."""
    return [
        list(Seats.objects.order_by("pk").values("taken", "unverified")),
        list(Signup.objects.order_by("pk").values("state", "seats", "token_hash")),
        list(Need.objects.order_by("pk").values("kind", "total")),
        list(Letter.objects.waiting().values("kind", "signup")),
    ]


def words_of(response):
    """The words of the page's main part, as one line."""
    html = response.content.decode().partition("<main")[2].partition("</main")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"<script>.*?</script>", "", html, flags=re.DOTALL)).split())


def summary_of(response):
    """The error summary: (address within the page, words) of each line."""
    html = response.content.decode()
    alert = re.search(r'<div class="alert alert-error" role="alert"[^>]*>(.*?)</div>', html, re.DOTALL)
    return re.findall(r'<li><a href="#(\w+)">(.*?)</a></li>', alert[1]) if alert else None


def typed_in(response):
    """What stands in the form's fields."""
    html = response.content.decode()
    fields = {name: re.search(rf'name="{name}"[^>]* value="([^"]*)"', html)[1] for name in ("email", "name", "website")}
    fields["seats"] = "".join(re.findall(r"<option selected>(\d)</option>", html))
    fields["question"] = re.search(r'<textarea[^>]*name="question"[^>]*>(.*?)</textarea>', html, re.DOTALL)[1]
    fields["needs"] = re.findall(r'name="needs" value="(\w+)" checked', html)
    fields["contact"] = bool(re.search(r'name="contact"[^>]* checked', html))
    return fields


def all_kept(**changed):
    return {
        "email": "alma@example.dk", "name": "Alma O&#x27;Neil", "website": "", "seats": "3",
        "question": "Hvad gør &quot;I&quot; nu?", "needs": ["wheelchair", "interpreter_ar"], "contact": True,
    } | changed  # fmt: skip


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
    assert (signup.state, signup.seats, signup.verified, signup.address_index) == ("confirmed", 2, False, None)
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


def test_an_address_whose_wide_letters_would_not_fit_is_refused_in_words(reader):
    a_meeting(key=True)

    answer, _token = sign_up(reader, email="a@" + ".".join(["日" * 50] * 4) + ".dk", name="𝔸" * 30)

    assert answer.status_code == 422
    assert summary_of(answer) == [("email", "Mailadressen er for lang.")]


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
    assert html.count('aria-invalid="true"') == 4  # all but the group of ticks and the trap
    assert typed_in(answer) == {
        "name": "N" * 81, "email": "al&quot;ma", "seats": "", "needs": ["wheelchair"], "contact": True,
        "question": escape(long), "website": "http://spam.example.org",
    }  # fmt: skip
    assert rows() == before


def test_to_be_contacted_takes_an_address(reader):
    a_meeting(key=True)

    answer, _token = sign_up(reader, contact="on", needs=["other"])

    assert (answer.status_code, summary_of(answer)) == (
        422, [("email", "Skriv din mail, hvis vi skal kontakte dig. Eller fjern krydset.")],
    )  # fmt: skip
    assert not Signup.objects.exists()


def test_a_program_that_fills_in_the_hidden_field_signs_nobody_up(reader):
    a_meeting(key=True)

    answer, _token = sign_up(reader, **TYPED, website="x")

    assert answer.status_code == 422
    assert typed_in(answer) == all_kept(website="x")
    assert not Signup.objects.exists()


def test_a_form_sent_faster_than_anyone_types_is_shown_again_and_then_accepted(reader, settings):
    settings.SIGNUP_MIN_SECONDS = 60
    a_meeting(key=True)
    ticket = ticket_of(get(reader))

    answer = send(reader, ticket, **TYPED)

    assert answer.status_code == 422
    assert "Det gik meget hurtigt." in words_of(answer)
    assert (typed_in(answer), ticket_of(answer)) == (all_kept(), ticket)
    settings.SIGNUP_MIN_SECONDS = 0
    assert send(reader, ticket_of(answer), **TYPED).headers["Location"] == RECEIPT


def wrong_tickets(reader):
    """Every ticket that must not count, by what is wrong with it."""
    good = ticket_of(get(reader))
    a_meeting("andet", key=True)
    signer = signing.TimestampSigner(salt="events.tickets")
    value = signer.unsign(good)
    old = f"{value}:{signing.b62_encode(int(time.time()) - form_tokens.MAX_AGE - 60)}"
    return {
        "none": "",
        "nonsense": "a:b:c\0",
        "changed": good.replace(".", "1.", 1),
        "for another meeting": ticket_of(get(reader, "/stormoeder/andet/tilmelding/")),
        "signed for another purpose": signing.TimestampSigner(salt="else").sign(value),
        "signed with another key": signing.TimestampSigner(salt="events.tickets", key="k" * 50).sign(value),
        "too old": f"{old}:{signer.signature(old)}",
    }


def test_a_ticket_that_is_wrong_gives_the_form_again_with_everything_kept_and_a_ticket_that_works(reader):
    event = a_meeting(key=True)
    before = rows()

    for what, ticket in wrong_tickets(reader).items():
        answer = send(reader, ticket, **TYPED)

        assert answer.status_code == 422, what
        assert "Siden havde stået åben for længe." in words_of(answer), what
        assert typed_in(answer) == all_kept(), what
        assert form_tokens.read(ticket_of(answer), event).version == 1, what
        assert not ticket or ticket not in answer.content.decode(), what
    assert rows()[1:] == before[1:]
    assert send(reader, ticket_of(answer), **TYPED).headers["Location"] == RECEIPT


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_a_foreign_site_sends_is_refused_and_changes_nothing(reader, site):
    event = a_meeting(key=True)
    guest = a_guest(event, "bo@example.dk")
    before, ticket = rows(), ticket_of(get(reader))

    for address in (FORM, f"/min-tilmelding/{guest.token}/"):
        answer = send(reader, ticket, address, {"sec-fetch-site": site}, action="cancel", **TYPED)
        assert answer.status_code == 403
        assert "Formularen blev sendt fra et andet sted." in words_of(answer)
    assert rows() == before
    assert send(reader, ticket, headers={"sec-fetch-site": "same-origin"}, **TYPED).headers["Location"] == RECEIPT


@pytest.mark.parametrize("fields", [TYPED, {"seats": "2", "needs": ["other"]}], ids=["address", "no address"])
def test_a_form_sent_twice_or_after_the_back_button_is_one_sign_up(reader, fields):
    a_meeting(key=True)
    ticket = ticket_of(get(reader))
    first = send(reader, ticket, **fields)
    after_one = what_counts()

    again = send(reader, ticket, **fields)
    changed = send(reader, ticket, **fields | {"seats": "5"})

    assert {answer.headers["Location"] for answer in (first, again, changed)} == {first.headers["Location"]}
    assert what_counts() == after_one


class LeavesAt:
    """The database answers until `word` is asked of it the nth time (from 0); from then on it is away.

    What was not committed is taken back, as it is when a connection is lost: here by the savepoint of the test.
    """

    def __init__(self, word, number=0):
        self.word, self.left = word, number

    def __call__(self, execute, sql, *given):
        self.left -= sql.startswith(self.word)
        if self.left < 0 and not sql.startswith(("ROLLBACK", "RELEASE")):
            raise OperationalError("the connection is lost")
        return execute(sql, *given)


WRITES = [("UPDATE", 0), *(("INSERT", number) for number in range(5))]  # seats, sign-up, letter, two needs, question


@pytest.mark.parametrize(("word", "number"), [("SELECT", 0), *WRITES])
def test_when_the_database_leaves_nothing_is_half_written_and_what_was_typed_can_be_sent_again(reader, word, number):
    a_meeting(key=True)
    ticket, before = ticket_of(get(reader)), rows()
    a_second_later()

    with connection.execute_wrapper(LeavesAt(word, number)):
        answer = send(reader, ticket, **TYPED)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "120")
    assert answer.headers["Cache-Control"] == "no-store"
    assert rows() == before
    again = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', answer.content.decode()):
        again.setdefault(name, []).append(unescape(value))
    assert again == {"ticket": [ticket]} | {
        name: value if isinstance(value, list) else [value] for name, value in TYPED.items()
    }
    assert reader.post(FORM, again).headers["Location"] == RECEIPT
    assert [list(Signup.objects.values_list("seats", "state")), Letter.objects.count()] == [[(3, "held")], 1]
    assert list(Seats.objects.filter(event__slug="proeve").values_list("taken", flat=True)) == [3]


def test_when_the_database_leaves_a_visitor_who_confirms_can_do_so_later(reader):
    token = a_signup(a_meeting(key=True), "alma@example.dk").token
    before = rows()

    with connection.execute_wrapper(LeavesAt("UPDATE", 1)):
        answer = reader.post(f"/ar/min-tilmelding/{token}/", {"action": "confirm"}, headers=PLAIN)

    assert (answer.status_code, answer.headers["Referrer-Policy"]) == (503, "no-referrer")
    assert '<input type="hidden" name="action" value="confirm">' in answer.content.decode()
    assert rows() == before
    assert act(reader, token, action="confirm") == to_manage(token, "bekraeftet")


def test_two_tabs_with_one_address_are_one_sign_up_and_a_letter_for_each(reader):
    a_meeting(key=True)
    one, other = ticket_of(get(reader)), ticket_of(get(reader))

    answers = [send(reader, one, **TYPED), send(reader, other, **TYPED | {"email": " ALMA@Example.dk "})]

    assert [answer.headers["Location"] for answer in answers] == [RECEIPT, RECEIPT]
    assert list(Signup.objects.reachable().values_list("seats", "state")) == [(3, "held")]
    assert sorted(Letter.objects.values_list("kind", "number")) == [("already", 1), ("confirm", 0)]
    assert Need.objects.get(kind="wheelchair").total == 1
    # The second tab holds seats for nobody, for an hour: else whoever counts seats could tell known from unknown.
    assert Seats.objects.get(event__slug="proeve").taken == 6


def test_only_reading_and_sending_are_understood(reader):
    a_meeting(key=True)

    assert {method: reader.generic(method, FORM).status_code for method in ("HEAD", "PUT", "DELETE", "PATCH")} == {
        "HEAD": 200, "PUT": 405, "DELETE": 405, "PATCH": 405,
    }  # fmt: skip


def fill(event):
    Seats.objects.filter(event=event).update(taken=99)


def close(event):
    seats.set_closed(event)


def end_signup(event):
    Event.objects.filter(pk=event.pk).update(signup_closes_at=timezone.now() - timedelta(seconds=1))


def move(event):
    before = Event.objects.get(pk=event.pk)
    event.place_da = "Borgernes Hus"
    event.save()
    announce_changes(event, before)


def cancel(event):
    before = Event.objects.get(pk=event.pk)
    event.state, event.state_reason_da = Event.State.CANCELLED, "Salen er oversvømmet."
    event.save()
    announce_changes(event, before)


@pytest.mark.parametrize(
    ("change", "said", "may_send_again"),
    [
        (fill, "Så mange pladser er der ikke længere. Vælg færre, eller send igen for at komme på ventelisten.", True),
        (close, "Tilmelding er lukket.", False),
        (end_signup, "Tilmelding er lukket.", False),
        (move, "Mødet er ændret, mens du skrev. Se tid og sted herunder.", True),
        (cancel, "Aflyst. Salen er oversvømmet.", False),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_a_meeting_that_changes_between_form_and_sending_says_so_and_loses_nothing(
    reader, change, said, may_send_again
):
    event = a_meeting(key=True)
    ticket = ticket_of(get(reader))
    change(event)
    a_second_later()
    before = rows()

    answer = send(reader, ticket, **TYPED)

    assert answer.status_code == 409
    assert said in words_of(answer)
    alert = re.search(
        r'<div class="alert alert-error" role="alert"[^>]*>(.*?)</div>', answer.content.decode(), re.DOTALL
    )
    assert (change.__name__ in {"close", "end_signup", "cancel"}) == (
        "Tilmeldingen lukkede, mens du skrev. Vi har ikke modtaget noget." in alert[1]
    )
    assert typed_in(answer) == all_kept()
    assert bool(re.search("<button[^>]*>(Tilmeld|Skriv mig på ventelisten)", answer.content.decode())) == may_send_again
    assert rows() == before
    again = send(reader, ticket_of(answer), **TYPED)
    assert again.status_code == (303 if may_send_again else 409)
    assert Signup.objects.count() == int(may_send_again)


@pytest.mark.parametrize("change", [fill, close, move, cancel])
def test_a_change_in_this_very_second_counts_at_once_though_the_form_is_kept_for_a_second(reader, change):
    event = a_meeting(key=True)
    ticket = ticket_of(get(reader))
    change(event)
    before = rows()

    answer = send(reader, ticket, **TYPED)

    assert (answer.status_code, typed_in(answer), rows() == before) == (409, all_kept(), True)


def test_the_moved_meetings_new_place_stands_on_the_form_that_comes_again(reader):
    event = a_meeting(key=True)
    ticket = ticket_of(get(reader))
    move(event)

    assert "Borgernes Hus , Flakhaven 2" in words_of(send(reader, ticket, **TYPED))


def test_whoever_sends_again_when_it_is_full_is_on_the_waiting_list(reader):
    event = a_meeting(key=True)
    ticket = ticket_of(get(reader))
    fill(event)
    a_second_later()
    page = send(reader, ticket, **TYPED)
    assert "send igen for at komme på ventelisten" in words_of(page)

    send(reader, ticket_of(page), **TYPED)

    assert list(Signup.objects.values_list("state", "seats")) == [("waiting", 3)]
    assert Seats.objects.get(event=event).taken == 99


def test_fewer_seats_than_asked_for_are_still_to_be_had_in_the_same_form(reader):
    event = a_meeting(key=True)
    ticket = ticket_of(get(reader))
    fill(event)
    page = send(reader, ticket, seats="2")

    assert send(reader, ticket_of(page), seats="1").status_code == 303
    assert list(Signup.objects.values_list("state", "seats")) == [("confirmed", 1)]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"signup_opens_at": None}, "Tilmelding er ikke åbnet endnu."),
        ({"signup_closes_at": timezone.now() - timedelta(minutes=1)}, "Tilmelding er lukket."),
        ({"days": -1}, "Mødet er holdt."),
        ({"state": Event.State.CANCELLED, "state_reason_da": "Storm."}, "Aflyst. Storm."),
        ({"key": False}, "Tilmeldingen er ved at blive gjort klar. Prøv igen om lidt."),
    ],
    ids=["not open", "closed", "past", "cancelled", "no key"],
)
def test_a_meeting_that_takes_no_sign_ups_says_why_shows_no_form_and_refuses(reader, fields, said):
    event = a_meeting(**{"key": True} | fields)

    page = get(reader)
    assert page.status_code == 200
    assert said in words_of(page)
    assert 'name="ticket"' not in page.content.decode()

    answer = send(reader, form_tokens.issue(event, accepts_waiting=True), **TYPED)
    assert (answer.status_code, typed_in(answer)) == (409, all_kept())
    assert said in words_of(answer)
    assert not Signup.objects.exists()


def test_a_form_not_open_yet_says_when_it_opens(reader):
    a_meeting(key=True, signup_opens_at=timezone.now() + timedelta(days=1))

    assert re.search(r"Tilmeldingen åbner \w+ den \d+\. \w+( \d+)? kl\. \d+\.\d\d ?\.", words_of(get(reader)))


def test_a_withdrawn_meeting_is_gone_with_its_reason_for_reading_and_sending(reader):
    event = a_meeting(key=True, withdrawn_at=timezone.now(), withdrawn_reason_da="Et forkert møde.")

    for answer in (get(reader), send(reader, form_tokens.issue(event, accepts_waiting=False), **TYPED)):
        assert answer.status_code == 410
        assert "Et forkert møde." in words_of(answer)
    assert not Signup.objects.exists()


def test_a_meeting_that_is_a_draft_or_unknown_is_not_found(reader):
    a_meeting(key=True, public_from=None)

    assert [get(reader).status_code, send(reader, "").status_code] == [404, 404]
    assert send(reader, "", "/stormoeder/findes-ikke/tilmelding/").status_code == 404


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

    assert f'<h2 id="status"> {shown} </h2>' in " ".join(page.content.decode().split())
    assert ("Ret din tilmelding" in words_of(page)) == (state not in Signup.GONE)
    assert "Glem mig nu" in words_of(page)
    forms = re.findall(r'<input type="?hidden"? name="?action"? value="?(\w+)', page.content.decode())
    asks_first = {
        action
        for details in re.findall(r"<details.*?</details>", page.content.decode(), re.DOTALL)
        for action in re.findall(r'name="?action"? value="?(\w+)', details)
    }
    assert asks_first == {"cancel", "forget"} & set(forms)
    assert ("cancel" in forms) == (state not in Signup.GONE)
    assert "bo@example.dk" not in page.content.decode()
    box = "Slettet" if state in Signup.GONE else "Låst"
    assert f"Navn, mail og link {box}" in words_of(page)


def test_whoever_asks_what_is_kept_is_told_of_every_part_of_it(reader):
    event = a_meeting(key=True)
    signup = a_signup(event, "bo@example.dk", 2, name="Bo", needs=["other"], contact=True)
    sign_up(reader, email="bo@example.dk")

    words = words_of(get(reader, f"/min-tilmelding/{signup.token}/"))

    assert "Navn, mail og link Låst. Uden nøglen kan ingen læse dem. Dine behov ligger der også, " in words
    assert f"Frist {dates.format_day(signup.until)} kl. {dates.format_time(signup.until)}" in words
    assert "Breve på vej til dig 2" in words
    assert "Skrevet op igen med din mail 1 gang" in words
    without = words_of(get(reader, f"/min-tilmelding/{a_signup(event).token}/"))
    assert not re.search("Frist|Breve på vej|Skrevet op", without)


def test_who_waits_without_a_mail_while_seats_are_free_is_told_whom_they_are_for(reader):
    event = a_meeting(key=True, capacity=24)
    a_signup(event, "bo@example.dk", 6)
    without, with_mail = a_signup(event), a_guest(event, "lis@example.dk", 6)
    Signup.objects.filter(pk=with_mail.pk).update(state="waiting")
    told = "Der er ledige pladser, men kun til dem, der bekræfter med mail."

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
    assert (gone.state, bytes(gone.sealed), gone.address_index, gone.language) == ("cancelled", b"", None, "")
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


def test_more_seats_only_if_they_are_free(reader):
    event = a_meeting(key=True, capacity=5)
    guest = a_guest(event, "bo@example.dk", 2)

    assert act(reader, guest.token, action="seats", seats="6") == to_manage(guest.token, "fuldt")
    assert Signup.objects.get().seats == 2
    assert act(reader, guest.token, action="seats", seats="5") == to_manage(guest.token, "aendret")
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


def addresses_in_every_state(event):
    """An address that is unknown, and one for each way to be known."""
    a_signup(event, "held@example.dk", 2)
    a_guest(event, "confirmed@example.dk", 2)
    gone = a_guest(event, "cancelled@example.dk")
    Signup.objects.filter(pk=gone.pk).update(state="cancelled", **Signup.ANONYMISED)
    for state in ("lapsed", "waiting", "offered"):
        one = a_signup(event, f"{state}@example.dk", hold=False)
        Signup.objects.filter(pk=one.pk).update(state=state)
    return ["unknown@example.dk"] + [f"{state}@example.dk" for state in
            ("held", "confirmed", "cancelled", "lapsed", "waiting", "offered")]  # fmt: skip


def whole_answer(reader, email, seats="2"):
    """Status, headers and body of the POST and of the page it leads to; the form's own words taken out."""
    ticket = ticket_of(get(reader))
    answers = [send(reader, ticket, email=email, seats=seats, needs=["other"], question="Hvorfor?")]
    if "Location" in answers[0].headers:
        answers.append(get(reader, answers[0].headers["Location"]))
    told = []
    for answer in answers:
        body = re.sub(r'name="ticket" value="[^"]+"', "", answer.content.decode()).replace(email, "…")
        told.append((answer.status_code, {**answer.headers, "Content-Length": ""}, body))
    return told


def statements(ask):
    """The statements `ask` sends to the database, without their values."""
    sent = []
    with connection.execute_wrapper(lambda run, sql, *rest: (sent.append(sql), run(sql, *rest))[1]):
        ask()
    return [re.sub(r'"s\d+_x\d+"|_\d+_x\d+', "", sql) for sql in sent]


@pytest.mark.parametrize("situation", ["free", "full", "waiting list", "network"])
def test_known_and_unknown_addresses_get_the_same_bytes_the_same_statements_and_one_letter_each(
    reader, settings, situation
):
    settings.SIGNUP_BURST = 1000
    event = a_meeting(key=True, capacity=100)
    addresses = addresses_in_every_state(event)
    if situation == "waiting list":
        Seats.objects.filter(event=event).update(taken=100)
    if situation == "network":
        for _ in range(30):
            rate_counters.add("network", "127.0.0.0/24")
    told, asked, written = {}, {}, {}
    for email in addresses:
        a_second_later()
        ticket = ticket_of(get(reader))
        if situation == "full":
            Seats.objects.filter(event=event).update(taken=100)
        count = Letter.objects.count()
        fields = {"email": email, "seats": "2", "needs": ["other"], "question": "Hvorfor?"}
        answers = []
        asked[email] = statements(lambda: answers.append(send(reader, ticket, **fields)))  # noqa: B023
        body = re.sub(r'name="ticket" value="[^"]+"', "", answers[0].content.decode()).replace(email, "…")
        told[email] = (answers[0].status_code, {**answers[0].headers, "Content-Length": ""}, body)
        written[email] = Letter.objects.count() - count
        Seats.objects.filter(event=event).update(taken=100 if situation == "waiting list" else 10)

    first = addresses[0]
    assert all(told[email] == told[first] for email in addresses)
    assert {email: asked[email] for email in addresses} == dict.fromkeys(addresses, asked[first])
    assert set(written.values()) == ({0} if situation == "full" else {1})
    assert told[first][0] == (409 if situation == "full" else 303)


def test_the_time_an_answer_takes_does_not_tell_whether_the_address_is_known(reader, settings):
    settings.SIGNUP_BURST = 10_000
    event = a_meeting(key=True, capacity=2000)
    for number in range(60):
        a_signup(event, f"known{number}@example.dk")
    kinds, times = ["known", "unknown"] * 60, {"known": [], "unknown": []}
    Random(7).shuffle(kinds)  # noqa: S311 - an order, not a secret
    for number, kind in enumerate(kinds):
        rate_counters.forget()
        ticket = ticket_of(get(reader))
        fields = {"email": f"{kind}{number if kind == 'unknown' else len(times[kind])}@example.dk", "seats": "1"}
        began = time.perf_counter()
        answer = reader.post(FORM, {"ticket": ticket, **fields}, headers=PLAIN)
        times[kind].append(time.perf_counter() - began)
        assert answer.status_code == 303

    assert Letter.objects.filter(kind=Letter.Kind.ALREADY).count() == 60
    apart, chance = difference(times["known"], times["unknown"])
    # A real difference is both: more than a tenth of the time it takes, and more than chance gives once in 500.
    assert apart < 0.1 or chance > 0.002, (apart, chance)


def difference(one, other):
    """How far the medians lie apart, as a share; and how often chance alone puts them as far apart (permutations)."""
    everything, dice = [*one, *other], Random(1)  # noqa: S311 - a dice, not a secret
    seen = abs(statistics.median(one) - statistics.median(other))
    as_far = 0
    for _ in range(1000):
        dice.shuffle(everything)
        far = abs(statistics.median(everything[: len(one)]) - statistics.median(everything[len(one) :]))
        as_far += far >= seen
    return seen / statistics.median(everything), as_far / 1000


@pytest.fixture
def clock(monkeypatch):
    """The time of day stands still, early in a stretch of ten minutes, and is moved by hand."""
    now = [time.time() // 3600 * 3600 + 100]
    monkeypatch.setattr(time, "time", lambda: now[0])
    return now


def solved(ticket, page):
    """What the page's script does: guess until the sum begins as the challenge says."""
    challenge = re.search(r'data-challenge="([0-9a-f]{16})" data-most="60000"', page.content.decode())[1]
    return next(
        number for number in range(60_000)
        if hashlib.sha256(f"{ticket}{number}".encode()).hexdigest().startswith(challenge)
    )  # fmt: skip


def attack(reader):
    """More sign-ups than the burst allows."""
    for number in range(4):
        answer, _token = sign_up(reader, email=f"robot{number}@example.org")
        assert answer.status_code == 303


@pytest.fixture
def attacked(reader, settings, clock):
    settings.SIGNUP_BURST = 3
    event = a_meeting(key=True)
    assert "data-challenge" not in get(reader).content.decode()
    attack(reader)
    return event


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


def test_many_without_a_mail_from_one_network_are_asked_for_one(reader):
    event = a_meeting(key=True)

    answers = [send(reader, ticket_of(get(reader)), seats="1") for _ in range(7)]

    assert [answer.status_code for answer in answers] == [303] * 6 + [422]
    assert "Der er kommet mange tilmeldinger uden mail fra dit net." in words_of(answers[6])
    with_mail = send(reader, ticket_of(answers[6]), seats="1", email="ny@example.dk")
    assert with_mail.headers["Location"] == RECEIPT
    assert Signup.objects.filter(event=event).count() == 7


def test_a_name_is_a_first_name_and_not_a_message(reader):
    a_meeting(key=True)

    for name in ("Vi ved hvor du bor", "http://ond.example.org", "Ole\u202e", "N" * 31, "1000 kr"):
        assert summary_of(send(reader, ticket_of(get(reader)), seats="1", name=name))[0][0] == "name", name
    for name in ("Anna Marie", "O'Neil", "علی\u200cرضا", "\u200fليلى", "Åse-Ø"):
        assert send(reader, ticket_of(get(reader)), seats="1", name=name, email="a@example.dk").status_code == 303, name


def test_the_receipt_of_a_meeting_that_is_not_there_is_not_there(reader):
    assert get(reader, "/stormoeder/findes-ikke/kvittering/").status_code == 404


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


@pytest.mark.parametrize(("written", "rows"), [("ALMA@example.dk", 6), ("alma+6@example.dk", 5)])
def test_the_sixth_time_with_one_mailbox_the_answer_is_the_same_and_no_seats_are_held(reader, written, rows):
    a_meeting(key=True)
    answers = [whole_answer(reader, "alma@example.dk") for _ in range(5)]

    answers.append(whole_answer(reader, written))

    assert all(answer == answers[0] for answer in answers)
    assert Seats.objects.get(event__slug="proeve").taken == 5 * 2
    assert Signup.objects.count() == Letter.objects.count() == rows


def test_the_cap_on_an_address_does_not_tell_that_somebody_used_it(reader):
    """Whoever tries a full meeting is refused every time, also with an address that was used as often as it may be."""
    event = a_meeting(key=True)
    ticket = ticket_of(get(reader))
    for _ in range(5):
        sign_up(reader, email="alma@example.dk")
    Seats.objects.filter(event=event).update(taken=100)

    tried = {email: [send(reader, ticket, email=email).status_code for _ in range(7)]
             for email in ("alma@example.dk", "bo@example.dk")}  # fmt: skip

    assert tried == dict.fromkeys(tried, [409] * 7)
