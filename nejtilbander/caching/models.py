"""How often something happened, in all the site's processes together."""

from django.db import models


class Count(models.Model):
    """How often something happened, in all the site's processes together (pulse.py adds, probes.py tells)."""

    name = models.CharField(max_length=20, primary_key=True)
    value = models.BigIntegerField(default=0)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"
