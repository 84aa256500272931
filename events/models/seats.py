"""A meeting's seats, and the key that its sealed list is made with."""

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from nejtilbander.security.signatures import is_signed

MAX_CAPACITY = 20_000  # seats
KEY_PURPOSE = "key of a meeting"  # what the signature of a public key is for


class SeatsQuerySet(models.QuerySet["Seats"]):
    def record_first_ends(self) -> int:
        """Keep the end of meetings that have begun and have a list, once. Returns how many were kept."""
        started = self.filter(first_end=None, last_position__gt=0, event__starts_at__lte=timezone.now())
        ends = self.model._base_manager.filter(pk=OuterRef("pk")).values("event__ends_at")
        return started.update(first_end=Subquery(ends))


class Seats(models.Model):
    """A meeting's seats, in a table of their own, so that saving the meeting in the admin never touches them.

    The counters are changed only in signups/seats.py. `version` is counted up when the meeting is moved or cancelled,
    so that a form shown before is refused.
    """

    event = models.OneToOneField(
        "events.Event", models.CASCADE, primary_key=True, related_name="seats", verbose_name="stormøde"
    )
    capacity = models.PositiveIntegerField("pladser i alt", default=0)
    taken = models.PositiveIntegerField("optagne pladser", default=0)
    unverified = models.PositiveIntegerField("heraf ikke bekræftet", default=0)
    unverified_cap = models.PositiveIntegerField("højst ikke bekræftet", default=0)
    last_position = models.PositiveIntegerField("sidste nummer i rækken", default=0)
    is_closed = models.BooleanField("lukket for tilmelding", default=False)
    version = models.PositiveIntegerField(default=1)
    public_key = models.BinaryField(null=True)
    key_signature = models.BinaryField(null=True)  # by staff: see `key`
    access_count = models.PositiveIntegerField("gange listen er åbnet", default=0)
    erased_at = models.DateTimeField("slettet", null=True)
    # The end as it was when the meeting had begun: moving it afterwards does not lengthen retention.
    first_end = models.DateTimeField("sluttede første gang", null=True)
    alarmed_on = models.DateField(null=True)  # the last letter to ALARM_TO about many seats from one place

    objects = SeatsQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "pladser"
        constraints = [
            models.CheckConstraint(condition=Q(taken__gte=0), name="seats_taken_not_negative"),
            models.CheckConstraint(condition=Q(unverified__gte=0), name="seats_unverified_not_negative"),
            models.CheckConstraint(condition=Q(capacity__lte=MAX_CAPACITY), name="seats_capacity_within_bounds"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id}: {self.taken}"

    @property
    def stored_key(self) -> bytes:
        """The public key in the database, whoever wrote it; empty until the meeting has one."""
        return bytes(self.public_key or b"")

    @property
    def key(self) -> bytes:
        """The public key of the sealed boxes, 32 bytes; empty unless staff made it for this very meeting.

        Nobody seals for another, and the form is closed: whoever can write in the database could read what is typed.
        """
        stored = self.stored_key
        return stored if is_signed(self.key_signature, KEY_PURPOSE, self.pk, stored.hex()) else b""

    @property
    def has_foreign_key(self) -> bool:
        """True when the database holds a key that staff did not make for this meeting."""
        return bool(self.stored_key) and not self.key
