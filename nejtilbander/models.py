"""What the site as a whole remembers: first texts, versions of texts, notices, moved addresses, links, life signs."""

from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

from nejtilbander.languages import SOURCE, Translated

LONGEST_NOTICE = timedelta(days=90)
DAYS_SHARED = 7  # a preview link is good for so long


class Seeded(models.Model):
    """A text the seed has written once. It is never written again, not even when staff delete it."""

    key = models.CharField(max_length=120, unique=True)
    seeded_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.key


class Heartbeat(models.Model):
    """When something that works by itself was last seen alive."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Version(models.Model):
    """A text with its rows as it was once saved. The newest is what staff work on (docs/decisions/0010).

    `kind` and `object_id` name what it is a version of, as in "pages.page", 7: versions outlive what they are of.
    """

    kind = models.CharField("slags", max_length=40)
    object_id = models.BigIntegerField()
    number = models.PositiveIntegerField("nummer")
    title = models.CharField("titel", max_length=200)
    content = models.JSONField("indhold", encoder=DjangoJSONEncoder)
    saved_at = models.DateTimeField("gemt", default=timezone.now)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="af"
    )
    note = models.CharField("bemærkning", max_length=200, blank=True)
    due_at = models.DateTimeField("offentlig fra", null=True, blank=True, db_index=True)  # staff chose a moment to come
    published_at = models.DateTimeField("udgivet", null=True, blank=True)

    class Meta:
        verbose_name = "version"
        verbose_name_plural = "versioner"
        ordering = ["-number"]
        default_permissions = ()
        permissions = [
            ("publish_pages", "Kan udgive sider, indsatser, partnere og udtalelser"),
            ("publish_events", "Kan udgive stormøder"),
            *(
                (f"translate_{code}", f"Kan oversætte til {name}")
                for code, name in settings.LANGUAGES
                if code != SOURCE
            ),
        ]
        constraints = [models.UniqueConstraint(fields=["kind", "object_id", "number"], name="version_number_once")]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"


class SharedPreview(models.Model):
    """A link that shows a draft to people without a login. Deleting the row takes it back."""

    mark = models.CharField(max_length=43, unique=True)  # of the link's secret; the secret itself is not kept
    kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class NoticeQuerySet(models.QuerySet[Any]):
    def shown(self) -> Self:
        """Those that stand on every page now. Time decides."""
        now = timezone.now()
        return self.filter(starts_at__lte=now, ends_at__gt=now)


class Notice(Translated):
    """A few words on top of every page, until a moment that must be chosen."""

    class Level(models.TextChoices):
        INFO = "info", "oplysning"
        WARNING = "warning", "advarsel"
        DANGER = "danger", "fare"

    content_fields = ("title", "body")

    level = models.CharField("slags", max_length=7, choices=Level, default=Level.INFO)
    title = models.CharField("overskrift", max_length=80)
    body = models.CharField("tekst", max_length=250, blank=True)
    starts_at = models.DateTimeField("vises fra", default=timezone.now)
    ends_at = models.DateTimeField("vises til", help_text="Højst 90 dage. Så længe må noget gammelt ikke stå.")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "besked på alle sider"
        verbose_name_plural = "beskeder på alle sider"
        ordering = ["-ends_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="notice_ends_after_it_starts",
                violation_error_message="Beskeden skal slutte, efter at den er begyndt.",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        super().clean()
        if self.starts_at and self.ends_at and self.ends_at - self.starts_at > LONGEST_NOTICE:
            raise ValidationError({"ends_at": "Beskeden kan højst stå i 90 dage. Forny den hellere."})


class Moved(models.Model):
    """Where something went. Paths are Danish, without a language: "/indsatser/gammel/"; all languages follow."""

    old_path = models.CharField("gammel adresse", max_length=200, unique=True)
    new_path = models.CharField("ny adresse", max_length=200)
    made_at = models.DateTimeField("lavet", default=timezone.now)

    class Meta:
        verbose_name = "flyttet adresse"
        verbose_name_plural = "flyttede adresser"
        ordering = ["old_path"]

    def __str__(self) -> str:
        return f"{self.old_path} → {self.new_path}"


class CheckedLink(models.Model):
    """How a link to another site answered last. Two failures in a row before anybody is bothered."""

    url = models.URLField(max_length=500, unique=True)
    failures = models.PositiveSmallIntegerField(default=0)  # in a row
    fault = models.CharField(max_length=60, blank=True)
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
