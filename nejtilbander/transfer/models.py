"""The record of what has been seeded."""

from django.db import models


class Seeded(models.Model):
    """An object that was seeded. It is never seeded again, not even when staff delete it."""

    key = models.CharField(max_length=120, unique=True)
    seeded_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.key
