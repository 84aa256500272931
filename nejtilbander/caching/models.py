"""Counters over all the site's processes."""

from django.db import models


class Count(models.Model):
    """A total over all processes. The change watcher adds to it, and operations/metrics.py reports it."""

    name = models.CharField(max_length=20, primary_key=True)
    value = models.BigIntegerField(default=0)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"
