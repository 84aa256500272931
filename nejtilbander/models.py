"""What the site as a whole remembers: first texts, versions of texts, notices, moved addresses, links, life signs."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

from nejtilbander.languages import SOURCE, Translated
from nejtilbander.pictures import Original, Picture, Rendition  # noqa: F401 - Django finds models here
from nejtilbander.publishing import Publishable, PublishableQuerySet

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


class Count(models.Model):
    """How often something happened, in all the site's processes together (pulse.py adds, probes.py tells)."""

    name = models.CharField(max_length=20, primary_key=True)
    value = models.BigIntegerField(default=0)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"


class Version(models.Model):
    """A text with its rows as it was once saved. The newest is what staff work on (docs/decisions/0010).

    `kind` and `object_id` name what it is a version of, as in "pages.page", 7: versions outlive what they are of.
    """

    told: list[str] = []  # to staff, when it was published a moment ago

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
    until = models.DateTimeField("offentlig til", null=True, blank=True)  # chosen with `due_at`
    published_at = models.DateTimeField("udgivet", null=True, blank=True)

    class Meta:
        verbose_name = "version"
        verbose_name_plural = "versioner"
        ordering = ["-number"]
        default_permissions = ()
        permissions = [
            ("publish_pages", "Kan udgive sider, indsatser, partnere, udtalelser og beskeder"),
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


def a_name() -> str:
    """What a notice is known by on every site: it has no address to be known by."""
    return secrets.token_hex(8)


class Notice(Publishable, Translated):
    """A few words on top of every page, until a moment that must be chosen."""

    class Level(models.TextChoices):
        INFO = "info", "oplysning"
        WARNING = "warning", "advarsel"
        DANGER = "danger", "fare"

    content_fields = ("title", "body")  # and no reason to withdraw it: where it stood, nobody asks for it
    linked_fields = ("body",)
    shown_on = "front"

    slug = models.SlugField("kendemærke", max_length=60, unique=True, default=a_name, editable=False)
    level = models.CharField("slags", max_length=7, choices=Level, default=Level.INFO)
    title = models.CharField("overskrift", max_length=80)
    body = models.CharField("tekst", max_length=250, blank=True)
    public_until = models.DateTimeField(
        "vises til", null=True, blank=True, help_text="Skal vælges. Højst 90 dage: Så længe må noget gammelt ikke stå."
    )

    objects = PublishableQuerySet.as_manager()

    class Meta:
        verbose_name = "besked på alle sider"
        verbose_name_plural = "beskeder på alle sider"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(public_from=None)
                | models.Q(public_until__isnull=False, public_until__gt=models.F("public_from")),
                name="notice_ends_after_it_starts",
                violation_error_message="Beskeden skal slutte, efter at den er begyndt.",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    def fault_of_end(self, begins: datetime, until: datetime | None) -> str:
        """It must have an end, at most 90 days after `begins`. Whoever publishes it again has read it again."""
        if until is None:
            return "Vælg, hvornår beskeden skal væk igen. Den kan højst stå i 90 dage."
        if until - begins > LONGEST_NOTICE:
            return "Beskeden kan højst stå i 90 dage. Udgiv den hellere igen, når de er gået."
        if until <= begins:
            return "Beskeden skal slutte, efter at den er begyndt."
        return ""


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
