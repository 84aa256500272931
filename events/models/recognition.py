"""What the worker knows of the addresses: the only table that tells a known address from an unknown one.

The internet-facing process never reads it. It only deletes the row of a sign-up that leaves (docs/decisions/0018).
"""

from typing import Self

from django.db import models
from django.utils import timezone

from events.models.signup import Signup


class Recognition(models.Model):
    """Of one sign-up. With an address and without an `address_index` it is a duplicate: it stands for nobody.

    `original_id` is then the sign-up that has the address (it may be gone), and `number` that of the letter to it.
    `is_somebody`: neither a duplicate nor set aside.
    `over_index`: that mark has as many seats as one place may have already (signups/caps.py), so this one counts for
    none; it is set aside, unless it is a duplicate.
    """

    signup = models.OneToOneField(Signup, models.CASCADE, primary_key=True, related_name="recognition")
    event = models.ForeignKey("events.Event", models.CASCADE, related_name="+")
    address_index = models.CharField(max_length=43, null=True)
    mailbox_index = models.CharField(max_length=43)  # without "+" tags: letters to one mailbox are counted by it
    # Marks of the mail domain and the network, "" where no cap is: keyed hashes, another one for each meeting.
    domain_index = models.CharField(max_length=43, default="")
    network_index = models.CharField(max_length=43, default="")
    over_index = models.CharField(max_length=43, default="")
    is_somebody = models.BooleanField(default=False)
    letters_asked = models.PositiveSmallIntegerField(default=0)
    original_id = models.BigIntegerField(null=True)  # no foreign key: whoever deletes a sign-up need not look here
    number = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "genkendelse"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["event", "address_index"], name="recognition_one_per_address"),
        ]
        indexes = [
            models.Index(fields=["event", "mailbox_index"], name="recognition_mailbox"),
            models.Index(fields=["event", "domain_index"], name="recognition_domain"),
            models.Index(fields=["event", "network_index"], name="recognition_network"),
        ]

    def __str__(self) -> str:
        return f"genkendelse {self.pk}"


class GroupDecisionQuerySet(models.QuerySet["GroupDecision"]):
    def waiting(self) -> Self:
        """Those that the worker has not carried out yet, oldest first."""
        return self.filter(done_at=None).order_by("pk")


class GroupDecision(models.Model):
    """What staff decided about the sign-ups of one mark at a meeting; the worker carries it out (signups/groups.py).

    A mark that was let in has no cap at this meeting, from when it was decided.
    """

    class Decision(models.TextChoices):
        TAKEN_OUT = "taken_out", "tages ud"
        LET_IN = "let_in", "lukkes ind"

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="+")
    mark = models.CharField(max_length=43)
    decision = models.CharField(max_length=9, choices=Decision)
    decided_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)

    objects = GroupDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = "afgørelse om en gruppe"
        verbose_name_plural = "afgørelser om grupper"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["event", "mark", "decision"], condition=models.Q(done_at=None), name="group_decision_waits_once"
            ),
        ]

    def __str__(self) -> str:
        return f"gruppe {self.pk}"
