"""The results of the link checker."""

from django.db import models


class CheckedLink(models.Model):
    """The last result for a link. It counts as broken after two failures in a row."""

    url = models.URLField(max_length=500, unique=True)
    failures = models.PositiveSmallIntegerField(default=0)  # in a row
    error = models.CharField(max_length=60, blank=True)
    checked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "link"
        verbose_name_plural = "links"
        default_permissions = ()

    def __str__(self) -> str:
        return self.url

    @property
    def is_broken(self) -> bool:
        return self.failures >= 2
