"""What staff without the right to the list see of a meeting's counts."""

from django.db import models
from django.utils import timezone


class KeptCounts(models.Model):
    """A meeting's counts as they were at `at`. `numbers`: name to a multiple of ten (signups/staff_counts.py).

    `days`: for each day (ISO 8601) its last rounded number of seats taken.
    """

    event = models.OneToOneField(
        "events.Event", models.CASCADE, primary_key=True, related_name="kept_counts", verbose_name="stormøde"
    )
    at = models.DateTimeField("talt", default=timezone.now)
    numbers = models.JSONField("tal", default=dict)
    days = models.JSONField("dage", default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "afrundede tal"
        default_permissions = ()

    def __str__(self) -> str:
        return f"tal for {self.pk}"
