"""Letters about sign-ups, and letters from staff to everyone who is coming."""

import json
import uuid
from datetime import UTC, datetime

from django.conf import settings
from django.db import models

from events.models.signup import Signup
from nejtilbander.background.outbox import OutgoingMail, OutgoingMailQuerySet
from nejtilbander.security import sealed_boxes
from nejtilbander.security.signatures import is_signed, sign

BULK_PURPOSE = "letter to all"  # what the signature of a bulk letter is for
_FAREWELLS = uuid.UUID("5f3c1f0e-8f0b-4c0e-9a55-0d6a4f1c7b21")  # a namespace (RFC 9562, section 6.6)


class BulkLetter(models.Model):
    """One letter from staff to everyone who is coming. `texts`: language code to text; "da" is always there.

    Signed by the staff process whenever it is written or sent: the worker sends no other (docs/decisions/0023).
    """

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="bulk_letters", verbose_name="stormøde")
    texts = models.JSONField("tekster", default=dict)
    sent_at = models.DateTimeField("sendt", null=True, blank=True)
    signature = models.BinaryField(default=b"")

    class Meta:
        verbose_name = "mail til alle"
        verbose_name_plural = "mails til alle"

    def __str__(self) -> str:
        return f"mail {self.pk}"

    def fingerprint(self) -> str:
        """A hash of the texts: only the version that was previewed may be sent."""
        return sealed_boxes.token_hash(json.dumps(self.texts, sort_keys=True))

    def sign(self) -> None:
        """Sign and store what it says, to whom and since when. Raises ImproperlyConfigured where staff do not sign."""
        self.signature = sign(BULK_PURPOSE, *self._signed_content())
        self.save(update_fields=["signature"])

    @property
    def is_signed(self) -> bool:
        """True when staff wrote exactly this, for this meeting, and sent it exactly then or not yet."""
        return is_signed(self.signature, BULK_PURPOSE, *self._signed_content())

    def _signed_content(self) -> tuple[object, ...]:
        sent_at: datetime | None = self.sent_at
        return self.pk, self.event_id, self.texts, sent_at and sent_at.astimezone(UTC).isoformat()

    def text(self, language: str) -> str:
        """The text in `language`, else in Danish."""
        return str(self.texts.get(language) or self.texts["da"])


def farewell_id(event_id: int, kind: str, signup_id: object) -> uuid.UUID:
    """The id of the farewell letter about a sign-up. Its box holds `signup_id`, so it fits no other row."""
    return uuid.uuid5(_FAREWELLS, f"{event_id}:{kind}:{signup_id}")


class Letter(OutgoingMail):
    """A letter about a sign-up, or to staff. `number` distinguishes letters of one kind to one sign-up."""

    class Kind(models.TextChoices):
        CONFIRM = "confirm"
        CONFIRMED = "confirmed"
        WAITING = "waiting"
        OFFER = "offer"
        OFFER_EXPIRED = "offer_expired"
        REMINDER = "reminder"
        CHANGED = "changed"
        CANCELLED = "cancelled"
        ALREADY = "already"  # what a duplicate's CONFIRM becomes when it is rendered; never stored
        CROWDED = "crowded"  # what the CONFIRM of one that was set aside becomes when it is rendered; never stored
        AGAIN = "again"
        FORGOTTEN = "forgotten"
        TAKEN_OUT = "taken_out"
        BULK = "bulk"
        TEST = "test"  # of a bulk letter, to the member of staff who wrote it
        ALARM = "alarm"  # to staff: unusually many sign-ups
        CONCENTRATION = "concentration"  # to staff: many seats from one place
        OPENED = "opened"  # to staff: the list was opened
        TAMPERED = "tampered"  # to staff: a key or a bulk letter that staff did not sign

    kind = models.CharField("slags", max_length=13, choices=Kind)
    event = models.ForeignKey("events.Event", models.CASCADE, related_name="letters", verbose_name="stormøde")
    signup = models.ForeignKey(Signup, models.CASCADE, null=True, related_name="letters", verbose_name="tilmelding")
    number = models.PositiveIntegerField(default=0)
    language = models.CharField("sprog", max_length=3)
    # The sealed box of a farewell letter, because the sign-up no longer has it; deleted with the letter.
    sealed = models.BinaryField(default=b"")
    bulk_letter = models.ForeignKey(BulkLetter, models.CASCADE, null=True, related_name="letters")
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = "mail"
        verbose_name_plural = "mails"
        constraints = [
            models.UniqueConstraint(fields=["signup", "kind", "number"], name="letter_once"),
        ]
        indexes = [models.Index(fields=["state", "due_at"])]
