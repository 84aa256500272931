"""When something that works by itself was last seen alive."""

from django.db import models


class Heartbeat(models.Model):
    """When something that works by itself was last seen alive."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
