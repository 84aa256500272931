"""Requests that a second person answers, and the letters about them (docs/decisions/0021)."""

import hashlib
import json
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from nejtilbander.background.outbox import OutgoingMail, OutgoingMailQuerySet

LIFETIME = timedelta(hours=24)  # a request that nobody has answered is refused from then on
USE_WITHIN = timedelta(minutes=30)  # after the yes, where the asker then acts


def expiry() -> datetime:
    return timezone.now() + LIFETIME


class ApprovalQuerySet(models.QuerySet["Approval"]):
    def waiting(self) -> "ApprovalQuerySet":
        return self.filter(decision="", expires_at__gt=timezone.now())

    def usable(self) -> "ApprovalQuerySet":
        """Approved so lately that the asker may act on it. One that counts once is gone when it is used."""
        lately = Q(decision=Approval.Decision.APPROVED, decided_at__gt=timezone.now() - USE_WITHIN)
        return self.filter(lately).filter(Q(is_once=False) | Q(used_at=None))


class Approval(models.Model):
    """Somebody asks to do what one must not do alone. `change`: what is asked for, as the action reads it (JSON).

    Only `decision`, who and when, and `used_at` change after it is made: a yes is to what was shown.
    """

    class Decision(models.TextChoices):
        APPROVED = "approved", "ja"
        REFUSED = "refused", "nej"

    action = models.CharField("handling", max_length=20)  # a key of rules.actions
    what = models.CharField("slags", max_length=100)  # the model's label of what it is about
    which = models.CharField("nr. på det", max_length=255)  # its primary key
    change = models.JSONField("ændring", default=dict)
    state = models.CharField("tilstand", max_length=64)  # of what it is about, when it was asked: see Action.state
    is_once = models.BooleanField("én gang", default=True)
    # None: somebody at the host's command line, where nobody has a login.
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", verbose_name="spurgt af"
    )
    asked_at = models.DateTimeField("spurgt", default=timezone.now)
    expires_at = models.DateTimeField("udløber", default=expiry)
    decision = models.CharField("svar", max_length=8, choices=Decision, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="besvaret af"
    )
    decided_at = models.DateTimeField("besvaret", null=True)
    reason = models.CharField("begrundelse", max_length=500, blank=True)
    used_at = models.DateTimeField("brugt", null=True)

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        verbose_name = "anmodning"
        verbose_name_plural = "anmodninger"
        default_permissions = ()
        ordering = ["-pk"]
        indexes = [models.Index(fields=["action", "what", "which"])]

    def __str__(self) -> str:
        return f"anmodning {self.pk}"

    @property
    def is_waiting(self) -> bool:
        return not self.decision and self.expires_at > timezone.now()

    @property
    def use_until(self) -> datetime | None:
        return self.decided_at + USE_WITHIN if self.decided_at else None

    def fingerprint(self) -> str:
        """A hash of what is shown to whoever decides: a yes counts for this text alone."""
        shown = [self.pk, self.action, self.what, self.which, self.change, self.state, self.asked_by_id]
        return hash_of(shown)


class ApprovalLetter(OutgoingMail):
    """A letter about a request, written when it leaves. `is_alarm`: to ALARM_TO; else to the people it concerns."""

    class Kind(models.TextChoices):
        ASKED = "asked"
        DECIDED = "decided"

    approval = models.ForeignKey(Approval, models.CASCADE, related_name="letters", verbose_name="anmodning")
    kind = models.CharField("slags", max_length=7, choices=Kind)
    is_alarm = models.BooleanField("til driften")

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = "mail om en anmodning"
        verbose_name_plural = "mails om anmodninger"
        default_permissions = ()
        indexes = [models.Index(fields=["state", "due_at"])]


def hash_of(value: object) -> str:
    """SHA-256 of a value as JSON with sorted keys."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()
