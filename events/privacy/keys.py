"""The key pairs of the meetings' sealed lists."""

from django.utils import timezone

from events.models import Seats, Signup
from events.models.seats import KEY_PURPOSE
from nejtilbander.background.models import Heartbeat
from nejtilbander.security import keyring, signatures


def create_missing_keys() -> int:
    """Create a key pair for every meeting that has none and is not over. Returns how many were created.

    Only where keys can be signed: in the staff process, beside its requests (apps.py), or in one that is all.
    """
    if not signatures.may_sign():
        return 0
    without_key = Seats.objects.filter(public_key=None, erased_at=None, event__ends_at__gt=timezone.now())
    return sum(create_key(seats) for seats in without_key)


def replace_lost_keys() -> int:
    """Find keys that the keyring lacks, or that KEYRING_SECRET does not open. Returns how many are lost.

    Counted are those that sign-ups are sealed with: such a meeting is closed, and the health check reports it, for the
    boxes open only if the keyring is restored. A meeting without sign-ups gets a new key.
    """
    lost = 0
    for seats in Seats.objects.filter(erased_at=None, event__ends_at__gt=timezone.now()).exclude(public_key=None):
        if seats.has_foreign_key or keyring.opens_key(seats.key):  # for the first, see tampering.py
            continue
        if Signup.objects.filter(event_id=seats.pk).exists():
            Seats.objects.filter(pk=seats.pk).update(is_closed=True)
            lost += 1
        else:
            Seats.objects.filter(pk=seats.pk, public_key=seats.public_key).update(public_key=None, key_signature=None)
    if lost:
        Heartbeat.objects.update_or_create(name="lost keys", defaults={"at": timezone.now()})
    else:
        Heartbeat.objects.filter(name="lost keys").delete()
    return lost


def create_key(seats: Seats) -> int:
    """Create and sign the key pair; the private half is on disk before the public half is used.

    Of two processes the first wins. Returns the number of keys created: 0 or 1. Signs no key that it has not made:
    one found in the database may be anybody's. Raises ImproperlyConfigured in a process without SIGNING_KEY.
    """
    public = keyring.create_key()
    signature = signatures.sign(KEY_PURPOSE, seats.pk, public.hex())
    if Seats.objects.filter(pk=seats.pk, public_key=None).update(public_key=public, key_signature=signature):
        seats.public_key, seats.key_signature = public, signature
        return 1
    keyring.destroy_key(public)
    seats.refresh_from_db()
    return 0


def sign_again() -> int:
    """Sign the keys of meetings anew, after SIGNING_KEY was changed. Returns how many.

    Only those whose private half the keyring holds, and one meeting each: another's key must not be put in its place.
    """
    seats_with_key = list(Seats.objects.filter(erased_at=None).exclude(public_key=None))
    stored = [seats.stored_key for seats in seats_with_key]
    signed = 0
    for seats in seats_with_key:
        if stored.count(seats.stored_key) == 1 and keyring.opens_key(seats.stored_key):
            signature = signatures.sign(KEY_PURPOSE, seats.pk, seats.stored_key.hex())
            signed += Seats.objects.filter(pk=seats.pk, public_key=seats.public_key).update(key_signature=signature)
    return signed
