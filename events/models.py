"""What the campaign arranges: stormøder, the big public meetings at Rådhuset."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from nejtilbander.languages import Translated
from nejtilbander.prose import ProseField
from nejtilbander.publishing import Publishable, PublishableQuerySet

FEW_SEATS = 0.15  # share of the capacity; below it readers are told "få pladser", never a number
INTERPRETER_LANGUAGES = [
    *(code for code, _ in settings.LANGUAGES if code != "da"),
    "sgn",
]  # sgn: sign language


def interpreter_codes(value: object) -> None:
    """Refuses anything but a list of known language codes, each once."""
    codes = value if isinstance(value, list) else [None]
    if any(code not in INTERPRETER_LANGUAGES for code in codes) or any(codes.count(code) > 1 for code in codes):
        raise ValidationError(f"Skriv en liste med disse koder: {', '.join(INTERPRETER_LANGUAGES)}.")


class EventQuerySet(PublishableQuerySet):
    def upcoming(self) -> Self:
        """Not over yet, soonest first; a cancelled one stays until its day has passed."""
        return self.public().filter(ends_at__gte=timezone.now()).order_by("starts_at")

    def past(self) -> Self:
        """Over, latest first. A cancelled meeting never took place and is left out."""
        return self.public().filter(ends_at__lt=timezone.now(), state=Event.State.CONFIRMED).order_by("-starts_at")

    def with_seats(self) -> Self:
        return self.select_related("seats")


class Event(Publishable, Translated):
    """A public meeting. Times are aware datetimes; capacity is seats."""

    class State(models.TextChoices):  # iCalendar STATUS, RFC 5545 section 3.8.1.11
        CONFIRMED = "confirmed", "afholdes"
        CANCELLED = "cancelled", "aflyst"

    class Signup(models.TextChoices):
        """Where sign-up stands at a moment; worked out, never stored."""

        NOT_OPEN = "not_open"
        OPEN = "open"
        FEW = "few"
        WAITING_LIST = "waiting_list"
        CLOSED = "closed"
        CANCELLED = "cancelled"
        PAST = "past"

    content_fields = (
        "title", "summary", "body", "programme", "place", "access", "state_reason", "outcome", "withdrawn_reason",
    )  # fmt: skip

    slug = models.SlugField("adresse", max_length=60, unique=True)
    title = models.CharField("titel", max_length=120)
    summary = models.CharField("en sætning", max_length=240)
    body = ProseField("om mødet", blank=True)
    programme = ProseField("program", blank=True)
    starts_at = models.DateTimeField("begynder")
    ends_at = models.DateTimeField("slutter")
    doors_at = models.DateTimeField("dørene åbner", null=True, blank=True)
    place = models.CharField("sted", max_length=120)
    address = models.CharField("postadresse", max_length=120)
    access = models.TextField("adgang uden trin", blank=True)
    interpreters = models.JSONField(
        "tolke", default=list, blank=True, validators=[interpreter_codes],
        help_text='Liste med koder, fx ["ar", "so", "sgn"]. sgn er tegnsprog.',
    )  # fmt: skip
    capacity = models.PositiveIntegerField("pladser i alt", validators=[MaxValueValidator(20_000)])
    signup_opens_at = models.DateTimeField("tilmelding åbner", null=True, blank=True)
    signup_closes_at = models.DateTimeField("tilmelding lukker", null=True, blank=True)
    state = models.CharField("tilstand", max_length=10, choices=State, default=State.CONFIRMED)
    state_reason = models.CharField("grund til aflysning", max_length=300, blank=True)
    outcome = ProseField("hvad kom der ud af mødet", blank=True)
    is_example = models.BooleanField("eksempel", default=False, help_text="Et opdigtet møde, der viser siden frem.")

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = "stormøde"
        verbose_name_plural = "stormøder"
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="event_ends_after_it_starts",
                violation_error_message="Mødet skal slutte, efter at det er begyndt.",
            ),
            models.CheckConstraint(
                condition=Q(doors_at=None) | Q(doors_at__lte=F("starts_at")), name="event_doors_before_start",
                violation_error_message="Dørene skal åbne, før mødet begynder.",
            ),
            models.CheckConstraint(
                condition=Q(signup_opens_at=None) | Q(signup_closes_at=None)
                | Q(signup_closes_at__gt=F("signup_opens_at")),
                name="event_signup_closes_after_it_opens",
                violation_error_message="Tilmeldingen skal lukke, efter at den er åbnet.",
            ),
            models.CheckConstraint(condition=Q(capacity__gte=0), name="event_capacity_not_negative"),
        ]  # fmt: skip
        indexes = [models.Index(fields=["ends_at"])]

    def __str__(self) -> str:
        return f"EKSEMPEL: {self.title}" if self.is_example else self.title

    def clean(self) -> None:
        super().clean()
        self.interpreters = self.interpreters or []  # an emptied field is no interpreters

    def words(self, language: str) -> str:
        """Also the address: a reader who remembers only where finds the meeting."""
        return f"{super().words(language)} {self.address}"

    def get_absolute_url(self) -> str:
        return reverse("events:event", args=[self.slug])

    def signup_state(self, now: datetime | None = None) -> Signup:
        """Where sign-up stands `now` (default: this moment)."""
        now = now or timezone.now()
        if self.state == self.State.CANCELLED:
            return self.Signup.CANCELLED
        if self.ends_at < now:
            return self.Signup.PAST
        if now >= (self.signup_closes_at or self.starts_at):
            return self.Signup.CLOSED
        if self.signup_opens_at is None or now < self.signup_opens_at:
            return self.Signup.NOT_OPEN
        free = self.capacity - self.taken
        if free <= 0:
            return self.Signup.WAITING_LIST
        return self.Signup.FEW if free < self.capacity * FEW_SEATS else self.Signup.OPEN

    @property
    def taken(self) -> int:
        """Seats taken. A meeting nobody has signed up for has no row yet."""
        return self.seats.taken if hasattr(self, "seats") else 0

    @property
    def ends_another_day(self) -> bool:
        return timezone.localdate(self.ends_at) != timezone.localdate(self.starts_at)

    @property
    def is_past(self) -> bool:
        return self.ends_at < timezone.now()


class Seats(models.Model):
    """How many seats are taken: a table of its own, so that saving a meeting in the admin never touches it."""

    event = models.OneToOneField(Event, models.CASCADE, primary_key=True, related_name="seats", verbose_name="stormøde")
    taken = models.PositiveIntegerField("optagne pladser", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "pladser"
        constraints = [models.CheckConstraint(condition=Q(taken__gte=0), name="seats_taken_not_negative")]

    def __str__(self) -> str:
        return f"{self.event_id}: {self.taken}"
