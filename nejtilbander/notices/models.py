"""The model of the notices on top of every page."""

import secrets
from datetime import datetime, timedelta

from django.db import models

from nejtilbander.publishing.models import ContentModel, ContentQuerySet

MAX_DURATION = timedelta(days=90)


def random_slug() -> str:
    """The natural key of a notice in exports: it has no address."""
    return secrets.token_hex(8)


class Notice(ContentModel):
    """A short text on top of every page until a time that must be set."""

    class Level(models.TextChoices):
        INFO = "info", "oplysning"
        WARNING = "warning", "advarsel"
        DANGER = "danger", "fare"

    content_fields = ("title", "body")  # without withdrawn_reason: it has no page to show one on
    fact_fields = ("body",)
    shown_on = "front"

    slug = models.SlugField("kendemærke", max_length=60, unique=True, default=random_slug, editable=False)
    level = models.CharField("slags", max_length=7, choices=Level, default=Level.INFO)
    title = models.CharField("overskrift", max_length=80)
    body = models.CharField("tekst", max_length=250, blank=True)
    public_until = models.DateTimeField(
        "vises til", null=True, blank=True, help_text="Skal vælges. Højst 90 dage: Så længe må noget gammelt ikke stå."
    )

    objects = ContentQuerySet.as_manager()

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

    @classmethod
    def publish_permission(cls) -> str:
        """That of pages: a notice stands on all of them."""
        return "nejtilbander.publish_pages"

    @property
    def is_searchable(self) -> bool:
        """It stands on every page."""
        return False

    def end_error(self, begins: datetime, until: datetime | None) -> str:
        """It must end within 90 days of `begins`: to show it longer, staff read and publish it again."""
        if until is None:
            return "Vælg, hvornår beskeden skal væk igen. Den kan højst stå i 90 dage."
        if until - begins > MAX_DURATION:
            return "Beskeden kan højst stå i 90 dage. Udgiv den hellere igen, når de er gået."
        if until <= begins:
            return "Beskeden skal slutte, efter at den er begyndt."
        return ""
