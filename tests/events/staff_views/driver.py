"""Staff on the pages of one meeting: asking, acting, opening the list."""

import re
from datetime import timedelta

from django.contrib.auth.models import Permission
from django.core import mail
from django.utils import timezone

from events.letters.rendering import render_letter
from events.models import BulkLetter, Letter
from events.privacy.two_people import CONTACT_LIST
from nejtilbander.approvals import rules
from nejtilbander.background.outbox import deliver
from tests.support import admin
from tests.support.approvals import a_yes
from tests.support.factories import a_guest, a_meeting, a_signup

PLAIN = {"accept-encoding": ""}
SECRETS = re.compile(r"bo@example|lis@example|ida@example|Bodil|Lisbet|Idamarie")


def a_login(name, *codenames, **fields):
    return admin.a_login(name, permissions=Permission.objects.filter(codename__in=codenames), **fields)


def at(event, page):
    return f"/admin/events/event/{event.pk}/{page}/"


def get(browser, address):
    return browser.get(address, headers=PLAIN)


def main_of(response):
    return re.split(r'id="content-main"[^>]*>', response.content.decode())[-1].partition("<footer")[0]


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", main_of(response)).split())


def table_of(response):
    return dict(re.findall(r'<tr><th scope="row">(.*?)</th><td>(.*?)</td></tr>', response.content.decode()))


def act(browser, event, page, **fields):
    """Press a button; give what the page then says about it."""
    answer = browser.post(at(event, page), fields, headers=PLAIN)
    assert answer.status_code == 302, text_of(answer)
    shown = get(browser, answer.headers["Location"]).content.decode()
    return [message.strip() for message in re.findall(r'<li class="(?:success|warning|error)">(.*?)</li>', shown)]


def a_full_picture():
    """A meeting with someone in every state, and the secrets of each."""
    starts_at = timezone.now().replace(microsecond=0) + timedelta(days=10)  # as staff type it
    event = a_meeting(key=True, capacity=20, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2))
    bo = a_guest(event, "bo@example.dk", 3, name="Bodil", needs=["wheelchair"], contact=True)
    lis = a_signup(event, "lis@example.dk", 2, name="Lisbet", needs=["wheelchair", "interpreter_ar"], question="Hvem?")
    nameless = a_signup(event, seats=1)
    waiting = a_signup(event, "ida@example.dk", 4, name="Idamarie", hold=False)
    return event, bo, lis, nameless, waiting


def text_of_page(reader, address):
    return " ".join(re.sub(r"<[^>]+>", " ", get(reader, address).content.decode().partition("<main")[2]).split())


def letters_to(event, kind):
    """The addresses of every letter of `kind`, as they leave."""
    mail.outbox.clear()
    deliver(Letter.objects.filter(event=event, kind=kind), render_letter, number=50)
    return sorted(letter.to[0] for letter in mail.outbox)


def as_seen(event):
    """What the browser sends when the letter is left as it is shown."""
    draft = BulkLetter.objects.get(event=event, sent_at=None)
    return {"seen": draft.fingerprint(), **draft.texts}


def write_circular(staff, event, **texts):
    assert act(staff, event, "brev", action="save", **texts) == []
    return BulkLetter.objects.get(event=event)


def open_list(keeper, event, what):
    """With a yes from somebody else where it takes one."""
    if what == "contact" and not rules.usable(keeper.user, CONTACT_LIST, event):
        a_yes(keeper.user, CONTACT_LIST, event)
    page = keeper.post(at(event, f"liste/{what}"), headers=PLAIN)
    assert page.status_code == 200
    assert "no-store" in page.headers["Cache-Control"]
    cells = re.findall(r"<(?:td|li dir=\"auto\")>(.*?)</(?:td|li)>", main_of(page))
    return page, cells
