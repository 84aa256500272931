"""The key pairs of the meetings' sealed lists."""

from django.utils import timezone

from events.models import Seats, Signup
from nejtilbander.background.models import Heartbeat
from nejtilbander.security import keyring


def create_missing_keys() -> int:
    """Create a key pair for every meeting that has none and is not over. Returns how many were created."""
    without_key = Seats.objects.filter(public_key=None, erased_at=None, event__ends_at__gt=timezone.now())
    return sum(create_key(seats) for seats in without_key)


def replace_lost_keys() -> int:
    """Find keys that are missing from the keyring. Returns how many are lost while sign-ups are sealed with them.

    A meeting without sign-ups gets a new key. One with sign-ups is closed, and the health check reports it: boxes
    sealed for the lost key open only if the keyring is restored.
    """
    lost = 0
    for seats in Seats.objects.filter(erased_at=None, event__ends_at__gt=timezone.now()).exclude(public_key=None):
        if keyring.has_key(seats.key):
            continue
        if Signup.objects.filter(event_id=seats.pk).exists():
            Seats.objects.filter(pk=seats.pk).update(is_closed=True)
            lost += 1
        else:
            Seats.objects.filter(pk=seats.pk, public_key=seats.public_key).update(public_key=None)
    if lost:
        Heartbeat.objects.update_or_create(name="lost keys", defaults={"at": timezone.now()})
    else:
        Heartbeat.objects.filter(name="lost keys").delete()
    return lost


def create_key(seats: Seats) -> int:
    """Create the key pair; the private half is on disk before the public half is used.

    Of two processes the first wins. Returns the number of keys created: 0 or 1.
    """
    public = keyring.create_key()
    if Seats.objects.filter(pk=seats.pk, public_key=None).update(public_key=public):
        seats.public_key = public
        return 1
    keyring.destroy_key(public)
    seats.refresh_from_db()
    return 0
