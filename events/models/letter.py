"""Letters about sign-ups, and letters from staff to everyone who is coming."""

import json

from django.conf import settings
from django.db import models

from events.models.signup import Signup
from nejtilbander.background.outbox import OutgoingMail, OutgoingMailQuerySet
from nejtilbander.security import sealed_boxes


class BulkLetter(models.Model):
    """One letter from staff to everyone who is coming. `texts`: language code to text; "da" is always there."""

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="bulk_letters", verbose_name="stormøde")
    texts = models.JSONField("tekster", default=dict)
    sent_at = models.DateTimeField("sendt", null=True, blank=True)

    class Meta:
        verbose_name = "mail til alle"
        verbose_name_plural = "mails til alle"

    def __str__(self) -> str:
        return f"mail {self.pk}"

    def fingerprint(self) -> str:
        """A hash of the texts: only the version that was previewed may be sent."""
        return sealed_boxes.token_hash(json.dumps(self.texts, sort_keys=True))

    def text(self, language: str) -> str:
        """The text in `language`, else in Danish."""
        return str(self.texts.get(language) or self.texts["da"])


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
