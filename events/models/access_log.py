"""The access log of the sealed list of sign-ups."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class AccessLogEntry(models.Model):
    """One access to the list, written before anything is decrypted. Deleted with the list; the count stays."""

    class What(models.TextChoices):
        DOOR = "door", "dørliste"
        CONTACT = "contact", "dem, der vil kontaktes"
        QUESTIONS = "questions", "spørgsmål"

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="access_log", verbose_name="stormøde")
    what = models.CharField("hvad", max_length=9, choices=What)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="hvem")
    at = models.DateTimeField("hvornår", default=timezone.now)

    class Meta:
        verbose_name = "åbning af listen"
        verbose_name_plural = "åbninger af listen"

    def __str__(self) -> str:
        return f"{self.get_what_display()}, {self.at:%Y-%m-%d}"
