"""What the staff's logins need beside Django's users: letters with a link, the links, and allauth's cache."""

from django.conf import settings
from django.db import models

from nejtilbander.background.outbox import OutgoingMail, OutgoingMailQuerySet


class StaffLetter(OutgoingMail):
    """A letter to a login's owner. It holds no link and no address: the worker makes both when it is sent.

    `user` is None when a new password was asked for with a name or an address that nobody has: such a row makes the
    staff process do the same work for both, and the worker discards it.
    """

    class Kind(models.TextChoices):
        INVITATION = "invitation"
        RESET = "reset"
        SLOWED = "slowed"  # many wrong passwords
        NO_FACTOR = "no_factor"  # an administrator, or the host, has taken the second factor away

    kind = models.CharField("slags", max_length=10, choices=Kind)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = "mail til medarbejder"
        verbose_name_plural = "mails til medarbejdere"
        default_permissions = ()
        indexes = [models.Index(fields=["state", "due_at"])]


class LoginLink(models.Model):
    """A link to choose a password once. Its token is in the letter alone; here is the hash of it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.pk)


class CacheEntry(models.Model):
    """The table of Django's DatabaseCache, which makes none in a migration: allauth's rate limits and used codes."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "staff_cache"
        default_permissions = ()

    def __str__(self) -> str:
        return self.cache_key
