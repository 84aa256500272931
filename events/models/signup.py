"""Sign-ups, needs and questions, as hashes and sealed boxes: unreadable without the keyring (docs/decisions/0007)."""

import secrets
from datetime import datetime, timedelta
from typing import Self, TypedDict, Unpack

from django.db import models
from django.db.models import Q
from django.utils import timezone

MAX_SEATS = 6  # in one sign-up
MAX_QUESTION = 500  # characters
BOX_SIZE = 1024  # bytes of padded content in a sign-up's sealed box
QUESTION_BOX_SIZE = 2560  # 500 characters of at most four bytes, and the quoting
UNCONFIRMED_DAYS = 3  # then a sign-up that nobody confirmed is deleted


def random_id() -> int:
    """63 random bits: unlike a sequence, the id tells neither the time nor the order of creation."""
    return secrets.randbits(63)


class SignupChange(TypedDict, total=False):
    """The columns of a sign-up that change during its life."""

    state: str
    seats: int
    verified: bool
    until: datetime | None
    language: str
    sealed: bytes
    has_address: bool
    wanted: int
    refused: int


class SignupQuerySet(models.QuerySet["Signup"]):
    def live(self) -> Self:
        """Sign-ups that hold seats."""
        return self.filter(state__in=Signup.LIVE)

    def in_queue(self) -> Self:
        """The waiting list, in order: those confirmed by letter first, then those without an address.

        Anyone can invent groups without an address: they must not push real ones back.
        """
        queue = self.filter(Q(verified=True) | Q(has_address=False), state=Signup.State.WAITING)
        return queue.order_by("-verified", "position")

    def reachable(self) -> Self:
        """Sign-ups with an e-mail address."""
        return self.filter(has_address=True)

    def with_page(self) -> Self:
        """Those a manage link opens: not what made way for a newer one, nor with an address before the worker came."""
        replaced = Q(has_address=False, state=Signup.State.LAPSED)
        return self.exclude(replaced).exclude(has_address=True, is_new=True)

    def new(self) -> Self:
        """Those whose box the worker has not opened yet (recognition.py), in the order they came."""
        return self.filter(is_new=True).order_by("event", "position")

    def to_notify(self) -> Self:
        """Sign-ups to write to when the meeting changes: not those that left, nor addresses that never answered."""
        return self.filter(Q(verified=True) | Q(state=Signup.State.HELD)).exclude(state__in=Signup.GONE)

    def expired(self) -> Self:
        """Holds and offers whose time is up."""
        return self.filter(until__lte=timezone.now())

    def unconfirmed_too_long(self) -> Self:
        """Unconfirmed, holding no seats, and older than UNCONFIRMED_DAYS."""
        oldest = timezone.localdate() - timedelta(days=UNCONFIRMED_DAYS)
        return self.filter(Q(state=Signup.State.LAPSED) | Q(has_address=True)).filter(
            state__in=[Signup.State.LAPSED, Signup.State.WAITING], verified=False, day__lt=oldest
        )


class Signup(models.Model):
    """One group's sign-up. `until` ends a hold or an offer; `position` is its number in the event's order."""

    class State(models.TextChoices):
        HELD = "held", "reserveret, venter på svar"
        LAPSED = "lapsed", "ikke bekræftet i tide"
        CONFIRMED = "confirmed", "tilmeldt"
        WAITING = "waiting", "på venteliste"
        OFFERED = "offered", "har fået tilbud"
        EXPIRED = "expired", "tilbud udløbet"
        CANCELLED = "cancelled", "afmeldt"
        REFUSED = "refused", "taget ud"  # too many seats from one place (signups/caps.py)

    LIVE = (State.HELD, State.CONFIRMED, State.OFFERED)
    GONE = (State.EXPIRED, State.CANCELLED, State.REFUSED)
    # Overwritten when someone leaves: the row keeps a hash and a state, and the address is unknown again.
    ANONYMISED: SignupChange = {"sealed": b"", "has_address": False, "until": None, "language": "", "wanted": 0,
                                "refused": 0}  # fmt: skip

    id = models.BigIntegerField(primary_key=True, default=random_id, editable=False)
    event = models.ForeignKey("events.Event", models.CASCADE, related_name="signups", verbose_name="stormøde")
    position = models.PositiveIntegerField("rækkefølge")
    state = models.CharField("tilstand", max_length=9, choices=State)
    seats = models.PositiveSmallIntegerField("pladser")
    # Confirmed from the letter. Never true without an address: such seats count under the cap on unverified holds.
    verified = models.BooleanField("bekræftet", default=False)
    language = models.CharField("sprog", max_length=3)
    sealed = models.BinaryField()
    has_address = models.BooleanField("har mailadresse", default=False)
    token_hash = models.CharField(max_length=43, unique=True)
    day = models.DateField("dag")
    until = models.DateTimeField("indtil", null=True)
    nonce_hash = models.CharField(max_length=43, unique=True)  # of the form's random part: a ticket is used once
    # More seats: asked for on the visitor's page, and last not given. The worker gives them (signups/more_seats.py).
    wanted = models.PositiveSmallIntegerField(default=0)
    refused = models.PositiveSmallIntegerField(default=0)
    is_new = models.BooleanField(default=True)  # the worker has not opened its box yet

    objects = SignupQuerySet.as_manager()

    class Meta:
        verbose_name = "tilmelding"
        verbose_name_plural = "tilmeldinger"
        constraints = [
            models.UniqueConstraint(fields=["event", "position"], name="signup_one_per_position"),
            models.CheckConstraint(
                condition=Q(seats__gte=1) & Q(seats__lte=MAX_SEATS), name="signup_seats_within_bounds"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "until"]),
            models.Index(fields=["event", "position"], condition=Q(is_new=True), name="signup_new"),
        ]

    def __str__(self) -> str:
        return f"tilmelding {self.pk}"

    @property
    def is_live(self) -> bool:
        return self.state in self.LIVE

    @property
    def needs_confirming(self) -> bool:
        return self.has_address and (self.state == self.State.HELD or self.is_unconfirmed)

    @property
    def is_unconfirmed(self) -> bool:
        """True when it holds no seats and nobody has confirmed that the address is theirs."""
        return not self.verified and self.state in {self.State.LAPSED, self.State.WAITING}

    def seat_counts(self, **changes: Unpack[SignupChange]) -> tuple[int, int]:
        """(taken, unverified) seats this sign-up counts for, as it is or as it will be with `changes`."""
        state = changes.get("state", self.state)
        taken = changes.get("seats", self.seats) if state in self.LIVE else 0
        return taken, 0 if changes.get("verified", self.verified) else taken


class Need(models.Model):
    """The number of sign-ups that asked for something. It only grows: no sign-up is linked to its needs.

    `asked` counts the forms of duplicates too: what is shown to many must not tell a known address from an unknown one.
    """

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="needs", verbose_name="stormøde")
    kind = models.CharField("behov", max_length=20)
    total = models.PositiveIntegerField("antal", default=0)
    asked = models.PositiveIntegerField("formularer", default=0)

    class Meta:
        verbose_name = "behov"
        verbose_name_plural = "behov"
        constraints = [models.UniqueConstraint(fields=["event", "kind"], name="need_once")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.total}"


class Question(models.Model):
    """A question to the meeting: sealed, and not linked to the sign-up it came with."""

    id = models.BigIntegerField(primary_key=True, default=random_id, editable=False)
    event = models.ForeignKey("events.Event", models.CASCADE, related_name="questions", verbose_name="stormøde")
    sealed = models.BinaryField()
    is_fresh = models.BooleanField(default=True)  # not shuffled among the others yet

    class Meta:
        verbose_name = "spørgsmål"
        verbose_name_plural = "spørgsmål"

    def __str__(self) -> str:
        return "spørgsmål"
