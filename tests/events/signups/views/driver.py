"""A visitor without scripts and cookies: opens the form, sends it, acts on the page behind the link."""

import re

from django.db import OperationalError

from events.letters.announcements import announce_changes
from events.models import Event, Letter, Need, Question, Seats, Signup
from events.signups import form_tokens
from events.signups.booking import manage_token
from events.signups.recognition import recognise_new
from nejtilbander.caching import memory

PLAIN = {"accept-encoding": ""}
FORM = "/stormoeder/proeve/tilmelding/"
RECEIPT = "/stormoeder/proeve/kvittering/"
FORGOTTEN = "/min-tilmelding/slettet/"
TYPED = {
    "name": "Alma O'Neil", "email": "alma@example.dk", "seats": "3", "needs": ["wheelchair", "interpreter_ar"],
    "contact": "on", "question": 'Hvad gør "I" nu?',
}  # fmt: skip


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
    answer = send(reader, ticket, **fields)
    recognise_new()  # the worker comes by
    return answer, manage_token(form_tokens.read(ticket, event).nonce, fields.get("email", ""))


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


def title_of(response):
    return re.search(r"<title>(.*?)</title>", response.content.decode())[1]


def folded(response):
    """Per folded part of the form: the name of its last field, and whether it is open."""
    form = response.content.decode().partition('id="form"')[2].partition("</form>")[0]
    parts = re.findall(r'<details class="fold"( open)?>(.*?)</details>', form, re.DOTALL)
    return {re.findall(r' name="(\w+)"', part)[-1]: bool(is_open) for is_open, part in parts}


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


def cancel(event):
    before = Event.objects.get(pk=event.pk)
    event.state, event.state_reason_da = Event.State.CANCELLED, "Salen er oversvømmet."
    event.save()
    announce_changes(event, before)
