"""`python -m bench.meetings slug capacity ...`: creates meetings that are open for sign-up, with keys.

The cap on unverified holds is lifted: nobody confirms the benchmark's sign-ups.
"""

import os
import sys
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nejtilbander.settings")
django.setup()

from django.utils import timezone  # noqa: E402

from events.models import Event, Seats  # noqa: E402
from events.privacy.keys import create_key  # noqa: E402
from events.signups.seats import set_capacity  # noqa: E402

for slug, capacity in zip(sys.argv[1::2], map(int, sys.argv[2::2]), strict=True):
    now = timezone.now()
    event = Event.objects.create(
        slug=slug, title_da="Prøvemøde", summary_da="Et møde.", place_da="Rådhuset", address="Flakhaven 2",
        starts_at=now + timedelta(days=10), ends_at=now + timedelta(days=10, hours=2),
        signup_opens_at=now - timedelta(days=1), public_from=now - timedelta(days=1),
    )  # fmt: skip
    set_capacity(event, capacity)
    Seats.objects.filter(event=event).update(unverified_cap=capacity)
    create_key(event.seats)
