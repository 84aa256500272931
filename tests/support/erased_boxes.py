"""People leave a meeting in every way, in a site's own process; then its files are searched for their boxes."""

import json
import time
from datetime import timedelta
from pathlib import Path

from django.db import connection
from django.utils import timezone

from events.models import Event, Signup
from events.privacy import scrubbing
from events.signups.self_service import cancel, erase
from nejtilbander.background import worker
from nejtilbander.background.models import Heartbeat
from tests.support.factories import a_guest, a_meeting, a_signup
from tests.support.waiting import patience

PIECE = 24  # bytes: what a search finds, and chance does not


def main() -> None:
    """Print how many pieces of the boxes of those who left lie in the files: before, and after the worker came by."""
    event, ended = a_meeting(key=True), a_meeting("andet", key=True, retention_days=1)
    stays = [a_guest(event, f"bliver{number}@example.dk", question="Hvorfor?") for number in range(20)]
    boxes = [*leave(event), *end(ended)]
    before = sum(map(pieces_left, boxes))
    worker.run(forever=False)  # farewells leave, and go
    deadline = time.monotonic() + patience(20)
    while sum(map(pieces_left, boxes)) and time.monotonic() < deadline:  # PostgreSQL counts changes a little later
        Heartbeat.objects.update_or_create(name="scrub", defaults={"at": timezone.now() - scrubbing.INTERVAL})
        worker.run_tasks()
    kept = [pieces_left(box_of(guest)) for guest in stays]
    print(json.dumps([before, sum(map(pieces_left, boxes)), min(kept)]))


def box_of(signup: Signup) -> bytes:
    return bytes(Signup.objects.values_list("sealed", flat=True).get(pk=signup.pk))


def leave(event: Event) -> list[bytes]:
    """The boxes of four people: two erased themselves, one cancelled, one never confirmed."""
    guests = [a_guest(event, f"gaar{number}@example.dk") for number in range(3)]
    guests.append(a_signup(event, "tier@example.dk", hold=False))
    boxes = [box_of(guest) for guest in guests]
    erase(guests[0])
    erase(guests[1])
    cancel(guests[2])
    day = timezone.localdate() - timedelta(days=9)
    Signup.objects.filter(pk=guests[3].pk).update(state=Signup.State.LAPSED, day=day)
    return boxes


def end(event: Event) -> list[bytes]:
    """The boxes of a meeting whose list is due to be erased."""
    boxes = [box_of(a_guest(event, f"var{number}@example.dk", question="Hvad nu?")) for number in range(5)]
    boxes += [bytes(box) for box in event.questions.values_list("sealed", flat=True)]
    ends_at = timezone.now() - timedelta(days=2)
    Event.objects.filter(pk=event.pk).update(starts_at=ends_at - timedelta(hours=2), ends_at=ends_at)
    return boxes


def pieces_left(box: bytes) -> int:
    on_disk = files()
    return sum(box[start : start + PIECE] in on_disk for start in range(0, len(box) - PIECE, PIECE))


def files() -> bytes:
    """The tables that hold boxes, as a thief finds them: SQLite's files with the log, PostgreSQL's without its own."""
    if connection.vendor == "sqlite":
        name = str(connection.settings_dict["NAME"])
        return b"".join(file.read_bytes() for tail in ("", "-wal") if (file := Path(name + tail)).exists())
    found = b""
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        for table in scrubbing.TABLES:
            cursor.execute(
                "SELECT pg_read_binary_file(pg_relation_filepath(oid)),"
                " coalesce(pg_read_binary_file(pg_relation_filepath(nullif(reltoastrelid, 0))), '')"
                " FROM pg_class WHERE oid = %s::regclass",
                [table],
            )
            found += b"".join(bytes(part) for part in cursor.fetchone() or ())
    return found
