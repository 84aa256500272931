"""Asking for seats, and what then stands in the database."""

import re

from events.models import Letter, Recognition, Seats, Signup
from events.signups import booking
from events.signups.booking import SignupRequest
from events.signups.recognition import recognise_new
from events.signups.self_service import cancel, erase
from nejtilbander.security import keyring
from nejtilbander.security.sealed_boxes import token_hash, unseal
from tests.support.factories import a_guest, a_signup

ANNA, BO, CARL = "anna@example.dk", "bo@example.dk", "carl@example.org"
State = Signup.State


def signup_request(email="", seats=1, **more):
    return SignupRequest(seats=seats, language="da", email=email, **more)


def sign_up(event, wishes, form):
    """A form comes in, and the worker looks at it."""
    answer = booking.sign_up(event, wishes, form)
    recognise_new()
    return answer


def counted(event):
    """(taken, unverified, last place) as the row of seats says."""
    return Seats.objects.values_list("taken", "unverified", "last_position").get(event=event)


def state(signup):
    return Signup.objects.values_list("state", flat=True).get(pk=signup.pk)


def letters(event):
    """(kind, number) of what waits; a duplicate's first letter is one to whoever has the address."""
    duplicates = dict(Recognition.objects.filter(event=event, address_index=None).values_list("pk", "number"))
    waiting = Letter.objects.waiting().filter(event=event).values_list("kind", "number", "signup")
    return sorted(("already", duplicates[pk]) if pk in duplicates else (kind, number) for kind, number, pk in waiting)


def behind(token):
    """The row a form made, whether a link leads there or not."""
    return Signup.objects.get(token_hash=token_hash(token))


def content(event, box):
    return unseal(keyring.private_key(event.seats.key), box)


def verbs(queries):
    """What each statement does to which table: "UPDATE events_seats"."""
    kinds = []
    for query in queries:
        words = query["sql"].replace('"', "").split()
        table = re.search(r"(?:INTO|UPDATE|FROM) (\w+)", " ".join(words))
        kinds.append(f"{words[0]} {table[1] if table and words[0] != 'RELEASE' else ''}".strip())
    return kinds


HISTORIES = {
    "unknown": lambda _: None,
    "held": lambda event: a_signup(event, ANNA, 2),
    "confirmed": lambda event: a_guest(event, ANNA, 2),
    "waiting": lambda event: a_signup(event, ANNA, 2, hold=False),
    "lapsed": lambda event: Signup.objects.filter(pk=a_signup(event, ANNA, 2, hold=False).pk).update(state="lapsed"),
    "cancelled": lambda event: cancel(a_guest(event, ANNA, 2)),
    "forgotten": lambda event: erase(a_guest(event, ANNA, 2)),
}


def gone(signup):
    cancel(signup)
    return signup
