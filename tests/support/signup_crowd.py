"""A crowd that signs up, confirms, changes and leaves at the same time, each person a process of its own.

`main` makes the meeting, lets the crowd loose and watches the seats from outside until all are done.
"""

import json
import multiprocessing
import random
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.management import call_command
from django.db import connection, connections
from django.db.models import Q
from django.utils import timezone

from events.models import Event, Letter, Seats, Signup
from events.signups import booking, more_seats, recognition, seats, self_service, waiting_list
from events.signups.booking import FormContext, SignupRequest, manage_token
from events.signups.seats import NoRoom, Reservation
from nejtilbander.security.sealed_boxes import token_hash
from tests.support.factories import a_meeting
from tests.support.waiting import MAX_WAIT, patience

GENTLE = ["confirm", "change", "more", "again", "run out", "run out", "lapse", "expire", "offer", "letters", "letters"]
ACTS = [*GENTLE, "cancel", "cancel", "forget"]
SHARED = 8  # addresses that several people sign up at the same time
FORK = multiprocessing.get_context("fork")
LIVE = f"{Signup._meta.db_table} WHERE event_id = s.event_id AND state IN {tuple(state.value for state in Signup.LIVE)}"
LOOK = f"""
    SELECT taken, unverified, capacity, unverified_cap,
        coalesce((SELECT sum(seats) FROM {LIVE}), 0), coalesce((SELECT sum(seats) FROM {LIVE} AND NOT verified), 0)
    FROM {Seats._meta.db_table} s
"""  # noqa: S608 - our own names, in one statement so that it is one moment


def let_statements_wait() -> None:
    """A visitor is told to try again after seconds; this crowd waits for its turn, on a busy machine too."""
    options = connections.settings["default"]["OPTIONS"]
    if connection.vendor == "sqlite":
        options["timeout"] = patience(20)
    else:
        options["options"] = f"-c statement_timeout={patience(15):.0f}s"


def main(*, people: int, tries: int, capacity: int, is_guarded: bool) -> None:
    let_statements_wait()
    call_command("migrate", verbosity=0)
    event = a_meeting(capacity=capacity, key=True)
    if not is_guarded:
        take_the_guard_away()
    connections.close_all()  # each process makes its own
    with FORK.Pool(people, _stand_at_the_door, [FORK.Barrier(people)]) as pool:
        crowd = pool.starmap_async(_person, [(who, people, tries, event.pk) for who in range(people)], chunksize=1)
        seen = watch(crowd.ready)
        stories = crowd.get()
    json.dump(seen | _ending(event.pk, stories), sys.stdout)


def watch(is_over: Callable[[], bool]) -> dict[str, Any]:
    """Looks at counter and sign-ups at one moment after the other. `wrong` holds the first moments that do not fit."""
    moments, wrong, fullest = 0, [], 0
    while not is_over():
        with connection.cursor() as cursor:
            cursor.execute(LOOK)
            taken, unverified, capacity, cap, live, live_unverified = moment = [int(n) for n in cursor.fetchone()]
        if not (taken == live <= capacity and unverified == live_unverified <= cap):
            wrong.append(moment)
        moments, fullest = moments + 1, max(fullest, taken)
        time.sleep(0.004)
    return {"moments": moments, "wrong": wrong[:5], "fullest": fullest}


def _ending(event_id: int, stories: list[dict[str, list[str]]]) -> dict[str, Any]:
    """What must be true when everyone has gone home. `lost` were answered and are not there."""
    told = {name: [entry for story in stories for entry in story[name]] for name in stories[0]}
    there = set(Signup.objects.values_list("token_hash", flat=True))
    forgotten = set(told["forgotten"])
    lost = [nonce for nonce in told["answered"] if nonce.startswith("own") and not _is_there(nonce, there, forgotten)]
    for which in range(SHARED):
        nonces = [nonce for nonce in told["answered"] if nonce.startswith(f"shared {which} ")]
        if nonces and not any(token_hash(token) in there for nonce in nonces for token in _tokens(nonce)):
            lost.append(nonces[0])
    risen = sorted(nonce for nonce in forgotten if any(token_hash(token) in there for token in _tokens(nonce)))
    return {
        "tries": len(told["answered"]) + len(told["turned away"]),
        "answered": len(told["answered"]),
        "lost": lost,
        "risen": risen,
        "sent twice": len(told["letters"]) - len(set(told["letters"])),
        "faults": sorted(told["faults"]),
        "drift": seats.discrepancy(event_id),
        "worked": sorted(set(told["worked"])),
        "states": sorted(set(Signup.objects.values_list("state", flat=True))),
    }


def _is_there(nonce: str, there: set[str], forgotten: set[str]) -> bool:
    return nonce in forgotten or any(token_hash(token) in there for token in _tokens(nonce))


def _stand_at_the_door(barrier: Any) -> None:
    global _door  # noqa: PLW0603 - a pool hands a barrier over in no other way
    _door = barrier


def _nonce(who: int, number: int) -> str:
    """Everyone can work out everyone's: so people also act on each other's sign-ups, as in two tabs."""
    if number % 5 == 4:
        return f"shared {(who + number) % SHARED} {who} {number}"
    return f"own {who} {number}"


def _address(nonce: str) -> str:
    kind, which, *_ = nonce.split()
    return f"shared{which}@example.dk" if kind == "shared" else f"{nonce.replace(' ', '.')}@example.dk"


def _tokens(nonce: str) -> list[str]:
    """With its address, or without one."""
    return [manage_token(nonce, _address(nonce)), manage_token(nonce)]


def _find(nonce: str) -> Signup | None:
    return next(filter(None, map(self_service.find_signup, _tokens(nonce))), None)


def _person(who: int, people: int, tries: int, event_id: int) -> dict[str, list[str]]:
    chance = random.Random(who)  # noqa: S311 - a test's
    story: dict[str, list[str]] = {
        "answered": [],
        "turned away": [],
        "forgotten": [],
        "letters": [],
        "worked": [],
        "faults": [],
    }
    tabs: list[tuple[str, Signup]] = []  # pages opened a while ago
    _door.wait(timeout=MAX_WAIT)
    for number in range(tries):
        nonce = _nonce(who, number)
        _come(nonce, event_id, chance, story)
        found = _find(nonce)
        if found and chance.random() < 0.7:
            _act("confirm", nonce, found, chance, story)
        nonce = _nonce(chance.randrange(people), chance.randrange(number + 1))
        if found := _find(nonce):
            tabs.append((nonce, found))
        if tabs:
            nonce, found = chance.choice(tabs[-6:])
            _act(chance.choice(ACTS if nonce.startswith("own") else GENTLE), nonce, found, chance, story)
    connections.close_all()
    return story


def _come(nonce: str, event_id: int, chance: random.Random, story: dict[str, list[str]]) -> None:
    email = _address(nonce)
    if nonce.startswith("own") and chance.random() < 0.2:
        email = ""
    signup_request = SignupRequest(seats=chance.randint(1, 4), language="da", email=email)
    networks = ["", *(f"192.0.{number}.0/24" for number in range(12))]  # a twelfth of the crowd is more than a tenth
    form_context = FormContext(
        nonce, 1, accepts_waiting=chance.random() < 0.8, hold=chance.random() < 0.8, network=chance.choice(networks)
    )
    try:
        booking.sign_up(Event.objects.with_seats().get(pk=event_id), signup_request, form_context)
        story["answered"].append(nonce)
        recognition.recognise_new()  # so many workers at once
    except NoRoom:
        story["turned away"].append(nonce)
    except Exception as error:  # noqa: BLE001 - whatever it is, a visitor would see an error
        story["turned away"].append(nonce)
        story["faults"].append(f"sign_up: {error!r}")


def _act(act: str, nonce: str, found: Signup, chance: random.Random, story: dict[str, list[str]]) -> None:
    """One thing a visitor or the worker may do."""
    try:
        if act == "confirm":
            self_service.confirm(found)
        elif act == "change":
            self_service.change_seats(found, chance.randint(1, 4))
        elif act == "again":
            self_service.resend_link(found)
        elif act == "cancel":
            self_service.cancel(found)
        elif act == "forget":
            self_service.erase(found)
            story["forgotten"].append(nonce)
        else:
            _work(act, found, story)
    except NoRoom:
        pass
    except Exception as error:  # noqa: BLE001
        story["faults"].append(f"{act}: {error!r}")


def _work(act: str, found: Signup, story: dict[str, list[str]]) -> None:
    if act == "run out":
        # And what is held for nobody, and every offer: else chance alone would say whether one ran out.
        whose = (
            Q(pk=found.pk) | Q(state=Signup.State.HELD, recognition__address_index=None) | Q(state=Signup.State.OFFERED)
        )
        Signup.objects.filter(whose).exclude(until=None).update(until=timezone.now() - timedelta(seconds=1))
    elif act == "letters":
        for letter in Letter.objects.select_related("signup").claim(5):
            story["letters"].append(str(letter.pk))
            letter.mark_sent()
    else:
        done = {
            "lapse": waiting_list.lapse_holds,
            "expire": waiting_list.expire_offers,
            "more": more_seats.grant_wanted,
            "offer": lambda: waiting_list.offer_seats_now(found.event_id),
        }[act]()
        story["worked"] += [act] * done


def take_the_guard_away() -> None:
    """Seats counted as a first attempt would: read, looked at, written."""

    def adjust_seats(event_id: int, taken: int, unverified: int = 0) -> bool:
        row = Seats.objects.get(pk=event_id)
        if row.taken + max(0, taken) > row.capacity or row.unverified + max(0, unverified) > row.unverified_cap:
            return False
        row.taken, row.unverified = row.taken + taken, row.unverified + unverified
        row.save(update_fields=["taken", "unverified"])
        return True

    def reserve(event_id: int, wanted: int, *, version: int, hold: bool) -> Reservation:
        return Reservation(random.randrange(2**31), hold and adjust_seats(event_id, wanted, wanted))  # noqa: S311

    for module in (seats, booking, self_service, waiting_list):
        for function in (adjust_seats, reserve):
            if hasattr(module, function.__name__):
                setattr(module, function.__name__, function)
