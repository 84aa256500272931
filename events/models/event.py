"""Meetings ("stormøder", big public meetings at Rådhuset)."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from events.models.seats import Seats
from nejtilbander.documents.models import RELATION
from nejtilbander.i18n.languages import SOURCE
from nejtilbander.images.models import Pictured
from nejtilbander.publishing.fields import AddressField
from nejtilbander.publishing.models import ContentModel, ContentQuerySet
from nejtilbander.text.prose import ProseField
from nejtilbander.web import subrequests

DOORS_TOO_EARLY = "Dørene åbner mere end 12 timer før mødet. Er mødet flyttet, så ret også det."
LIST_WOULD_BE_LOST = "Der er tilmeldte. Mødet kan ikke flyttes til en dag, der er gået: Listen ville blive slettet."
MAX_DOORS = timedelta(hours=12)  # that the doors open before the meeting
FEW_SEATS = 0.15  # share of the capacity; below it readers are told "kun få", never a number
UNCONFIRMED = "Skriv kun det, huset har bekræftet. Er feltet tomt, siger siden, at det ikke er bekræftet endnu."
BESIDE_ADDRESS = "Adressen og Rejseplanen står på siden i forvejen."
UNDECIDED = "Er feltet tomt, siger siden, at det ikke er besluttet endnu, og hvem man kan spørge."
MAX_RETENTION_DAYS = 30
INTERPRETERS: dict[str, Promise] = {  # by ISO 639 code
    "en": gettext_lazy("engelsk"), "ar": gettext_lazy("arabisk"), "so": gettext_lazy("somalisk"),
    "tr": gettext_lazy("tyrkisk"), "fa": gettext_lazy("persisk"), "sgn": gettext_lazy("dansk tegnsprog"),
}  # fmt: skip


def interpreter_codes(value: object) -> None:
    """Validator. Raises ValidationError unless `value` is a list of known language codes, each once."""
    codes = value if isinstance(value, list) else [None]
    if any(code not in list(INTERPRETERS) for code in codes) or any(codes.count(code) > 1 for code in codes):
        raise ValidationError(f"Skriv en liste med disse koder: {', '.join(INTERPRETERS)}.")


class EventQuerySet(ContentQuerySet):
    def upcoming(self) -> Self:
        """Not over yet, soonest first; a cancelled one stays until its day has passed."""
        return self.public().filter(ends_at__gte=timezone.now()).order_by("starts_at")

    def past(self) -> Self:
        """Over, latest first. A cancelled meeting never took place and is left out."""
        return self.public().filter(ends_at__lt=timezone.now(), state=Event.State.CONFIRMED).order_by("-starts_at")

    def with_outcome(self) -> Self:
        """Those of which staff have written what came of them."""
        return self.filter(**{f"outcome_{SOURCE}__gt": ""})

    def past_years(self) -> list[int]:
        """The years, in Danish time, that have past meetings, latest first."""
        return [first_day.year for first_day in self.past().datetimes("starts_at", "year", order="DESC")]

    def with_seats(self) -> Self:
        return self.select_related("seats")

    def without_texts(self) -> Self:
        """With seats, without the text columns: all that signing up needs, at a third of the time."""
        return self.with_seats().only(
            "slug", "starts_at", "ends_at", "signup_opens_at", "signup_closes_at", "state", "public_from",
            "withdrawn_at", "withdrawn_to", "public_until", "updated_at", "retention_days", "seats",
        )  # fmt: skip


class Event(Pictured, ContentModel):
    """A public meeting. Times are aware datetimes; capacity is seats."""

    class State(models.TextChoices):  # iCalendar STATUS, RFC 5545 section 3.8.1.11
        CONFIRMED = "confirmed", "afholdes"
        CANCELLED = "cancelled", "aflyst"

    class SignupStatus(models.TextChoices):
        """The state of sign-up at a moment; computed, never stored."""

        NOT_OPEN = "not_open"
        OPEN = "open"
        FEW = "few"
        WAITING_LIST = "waiting_list"
        CLOSED = "closed"
        CANCELLED = "cancelled"
        PAST = "past"

    staff_messages: list[str]  # shown to staff after publishing

    content_fields = (
        "title", "summary", "body", "programme", "place", "access", "directions", "press", "state_reason", "outcome",
        "picture_alt", "withdrawn_reason",
    )  # fmt: skip
    fact_fields = ("state_reason",)
    part_names = (RELATION,)

    # Who it is to calendars and feed readers. From its creation on, whatever becomes of its address; also in versions.
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = AddressField("webadresse", max_length=60, unique=True)
    title = models.CharField("titel", max_length=120)
    summary = models.CharField("indledning", max_length=240)
    body = ProseField("om mødet", blank=True)
    programme = ProseField("program", blank=True)
    starts_at = models.DateTimeField("begynder")
    ends_at = models.DateTimeField("slutter")
    doors_at = models.DateTimeField("dørene åbner", null=True, blank=True)
    place = models.CharField("stedets navn", max_length=120)
    address = models.CharField("vej, nummer, by", max_length=120)
    access = models.TextField("adgang uden trin", blank=True, help_text=UNCONFIRMED)
    directions = ProseField("sådan kommer du hertil", blank=True, help_text=BESIDE_ADDRESS)
    press = ProseField("presse og foto", blank=True, help_text=UNDECIDED)
    interpreters = models.JSONField(
        "tolke", default=list, blank=True, validators=[interpreter_codes],
        help_text='Liste med koder, fx ["ar", "so", "sgn"]. sgn er tegnsprog.',
    )  # fmt: skip
    signup_opens_at = models.DateTimeField("tilmelding åbner", null=True, blank=True)
    signup_closes_at = models.DateTimeField("tilmelding lukker", null=True, blank=True)
    state = models.CharField("tilstand", max_length=10, choices=State, default=State.CONFIRMED)
    state_reason = models.CharField("grund til aflysning", max_length=300, blank=True)
    retention_days = models.PositiveSmallIntegerField(
        "dage før listen slettes", default=14,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_RETENTION_DAYS)],
        help_text="Så mange dage efter mødet bliver tilmeldinger, mails og nøgle slettet af sig selv. Højst 30. "
        "Flyttes mødet, efter at det er begyndt, regnes dagene fra den første slutning.",
    )  # fmt: skip
    # Last change of time or place after sign-up had opened.
    moved_at = models.DateTimeField("flyttet", null=True, editable=False)
    cancelled_at = models.DateTimeField("aflyst den", null=True, editable=False)
    outcome = ProseField("hvad kom der ud af mødet", blank=True)
    is_example = models.BooleanField("eksempel", default=False, help_text="Et opdigtet møde, der viser siden frem.")

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = "stormøde"
        verbose_name_plural = "stormøder"
        ordering = ["-starts_at"]
        permissions = [("open_list", "Kan åbne listen over tilmeldte")]
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
            models.CheckConstraint(
                condition=Q(retention_days__gte=1) & Q(retention_days__lte=MAX_RETENTION_DAYS),
                name="event_retention_within_bounds",
                violation_error_message="Listen skal slettes 1 til 30 dage efter mødet.",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["ends_at"])]

    def __str__(self) -> str:
        return f"EKSEMPEL: {self.title}" if self.is_example else self.title

    def clean(self) -> None:
        super().clean()
        self.interpreters = self.interpreters or []  # an emptied field is no interpreters
        match = subrequests.resolve_public(f"/stormoeder/{self.slug}/") if self.slug else None
        if match and match.view_name != "events:event":
            raise ValidationError({"slug": "Adressen bruges allerede af siden selv. Vælg en anden."})
        if self.doors_at and self.starts_at and self.starts_at - self.doors_at > MAX_DOORS:  # pages show its time alone
            raise ValidationError(DOORS_TOO_EARLY)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with the moment it was cancelled, and create the row of seats with the meeting.

        The end of a meeting that has begun is kept first, whoever moves it: staff, an import, a version or a plan.
        """
        is_cancelled = self.state == self.State.CANCELLED
        self.cancelled_at = (self.cancelled_at or timezone.now()) if is_cancelled else None
        Seats.objects.filter(event=self.pk).record_first_ends()
        super().save(*args, **kwargs)
        if not hasattr(self, "seats"):
            self.seats, _ = Seats.objects.get_or_create(event=self)

    def words(self, language: str) -> str:
        """The texts and the address, so that search finds a meeting by where it is."""
        return f"{super().words(language)} {self.address}"

    def get_absolute_url(self) -> str:
        return reverse("events:event", args=[self.slug])

    def signup_state(self, now: datetime | None = None) -> SignupStatus:
        """The state of sign-up at the time `now`; by default the current time."""
        now = now or timezone.now()
        if self.state == self.State.CANCELLED:
            return self.SignupStatus.CANCELLED
        if self.ends_at < now:
            return self.SignupStatus.PAST
        if now >= min(self.signup_closes_at or self.starts_at, self.starts_at) or self.seats.is_closed:
            return self.SignupStatus.CLOSED
        if self.signup_opens_at is None or now < self.signup_opens_at:
            return self.SignupStatus.NOT_OPEN
        free = self.seats.capacity - self.seats.taken
        if free <= 0:
            return self.SignupStatus.WAITING_LIST
        return self.SignupStatus.FEW if free < self.seats.capacity * FEW_SEATS else self.SignupStatus.OPEN

    @property
    def public_title(self) -> str:
        """The title as readers see it: an example says that it is one, in the language that the title is in."""
        if not self.is_example:
            return self.title
        language = translation.get_language() or SOURCE
        with translation.override(SOURCE if self.falls_back("title", language) else language):
            return f"{translation.gettext('Eksempel')}: {self.title}"

    @property
    def takes_signups(self) -> bool:
        return self.signup_state() in {self.SignupStatus.OPEN, self.SignupStatus.FEW, self.SignupStatus.WAITING_LIST}

    @property
    def erased_at(self) -> datetime:
        """When the list is erased: days after the end, or after the first end of a meeting moved when it had begun."""
        first_end = self.seats.first_end or self.ends_at
        return min(self.ends_at, first_end) + timedelta(days=self.retention_days)

    @property
    def erased_on(self) -> date:
        """The day the list is erased."""
        return timezone.localdate(self.erased_at)

    @property
    def ends_another_day(self) -> bool:
        return timezone.localdate(self.ends_at) != timezone.localdate(self.starts_at)

    def would_lose_list(self, ends_at: datetime) -> bool:
        """True when moving the end to `ends_at`, which has passed, would have the list of sign-ups erased."""
        return ends_at < timezone.now() < self.ends_at and self.signups.exists()

    @property
    def is_past(self) -> bool:
        return self.ends_at < timezone.now()
