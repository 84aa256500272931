"""The state of background jobs."""

from django.db import models


class Heartbeat(models.Model):
    """When the background job `name` last ran, or for a lease when it runs out."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
