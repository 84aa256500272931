"""Which texts the seed has written."""

from django.db import models


class Seeded(models.Model):
    """A text the seed has written once. It is never written again, not even when staff delete it."""

    key = models.CharField(max_length=120, unique=True)
    seeded_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.key
