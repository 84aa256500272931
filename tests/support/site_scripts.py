"""Code for processes in the site's own environment: one that makes a meeting, one that looks afterwards."""

import subprocess
import sys

from tests.support.live_server import ROOT
from tests.support.waiting import patience

PREPARE = """
import django; django.setup()
from django.core.management import call_command
from tests.support.factories import a_meeting
call_command("migrate", verbosity=0)
a_meeting("proeve", capacity=int(sys.argv[1]), key=True)
"""
# Five minutes must pass before what a dead worker had leased is tried again: here they have passed.
FINISH = """
import django; django.setup()
from io import StringIO
from django.core.management import call_command
from django.utils import timezone
from events.models import Event, Letter, Recognition, Seats, Signup
from nejtilbander.background import worker
from nejtilbander.security.sealed_boxes import blind_index, token_hash
leased = Letter.objects.waiting().exclude(lease="").update(due_at=timezone.now())
worker.run(forever=False)
asked, event, said = json.loads(sys.argv[1]), Event.objects.with_seats().get(slug="proeve"), StringIO()
call_command("reconcile", stdout=said)
live = sum(Signup.objects.live().values_list("seats", flat=True))
print(json.dumps({
    "leased": leased,
    "missing": [who for who in asked["addresses"]
        if Recognition.objects.filter(address_index=blind_index(event.pk, who)).count() != 1]
        + [token for token in asked["tokens"] if not Signup.objects.filter(token_hash=token_hash(token)).exists()],
    # Not what is held for nobody: whoever sent a second form, because the first was not answered, has one.
    "sign-ups": Signup.objects.exclude(has_address=True, recognition__address_index=None)
        .exclude(has_address=False, state="lapsed").count(),
    "states": sorted(set(Signup.objects.values_list("state", flat=True))),
    "unsent": list(Letter.objects.exclude(state="sent").values_list("kind", "state", "error")),
    "sent": [letter.message_id() for letter in Letter.objects.all()],
    "reconciled": said.getvalue(),
    "taken": event.seats.taken, "live": live,
}))
"""


def script(settings: dict[str, str], code: str, *words: str) -> str:
    """What `code` prints, in the site's own environment."""
    done = subprocess.run(
        [sys.executable, "-c", f"import json, sys\n{code}", *words],
        cwd=ROOT, env=settings | {"DJANGO_SETTINGS_MODULE": "nejtilbander.settings"},
        capture_output=True, text=True, timeout=patience(12), check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout
