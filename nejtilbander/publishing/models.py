"""What is public and what is not, for everything staff write; and its versions, share links and redirects."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Self, TypeVar

from django.apps import apps
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language

from nejtilbander.caching import tracking
from nejtilbander.i18n.languages import SOURCE
from nejtilbander.i18n.models import Translated

SHARE_DAYS = 7  # a preview link is good for so long


class Version(models.Model):
    """A text with its rows as it was once saved. The newest is what staff work on (docs/decisions/0010).

    `kind` and `object_id` name what it is a version of, as in "pages.page", 7: versions outlive what they are of.
    """

    staff_messages: list[str] = []  # to staff, when it was published a moment ago

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

    token_hash = models.CharField(max_length=43, unique=True)  # of the link's secret; the secret itself is not kept
    kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class Redirect(models.Model):
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


MAX_TRIES = 5
Rows = TypeVar("Rows")


class Withdrawn(Exception):
    """Asked for by a reader, but withdrawn by staff. `reason` is the public reason, "" when its time was simply over.

    `is_borrowed`: the reason is Danish, because the reader's language has none. `to`: the path readers are sent to.
    """

    def __init__(self, reason: str, *, is_fallback: bool, to: str = "") -> None:
        super().__init__(reason)
        self.reason, self.is_fallback, self.to = reason, is_fallback, to


class PublicationStatus(models.TextChoices):
    """Where something stands between the desk and the readers."""

    DRAFT = "draft", "kladde"
    SCHEDULED = "scheduled", "planlagt"
    PUBLIC = "public", "offentlig"
    CHANGED = "changed", "offentlig, med ændringer der ikke er udgivet"
    PLANNED = "planned", "offentlig, ny version planlagt"
    WITHDRAWN = "withdrawn", "trukket tilbage"
    EXPIRED = "expired", "slut"


class ContentQuerySet(models.QuerySet[Any]):
    """Questions about what readers may see. Time decides; no worker is needed."""

    def public(self) -> Self:
        now = timezone.now()
        return self.ever_public().exclude(withdrawn_at__lte=now).exclude(public_until__lte=now)

    def ever_public(self) -> Self:
        """Public now, or public once and withdrawn: what has an address, if only to say why it is gone."""
        return self.filter(public_from__lte=timezone.now())

    def listed(self) -> Self:
        """For lists: without the texts of languages nobody asked for, which halves the time of a page of cards.

        One object more needs them: a whole page says which languages it exists in.
        """
        shown = {None, "da", get_language()}
        return self.defer(
            *(
                field.name
                for field in self.model._meta.concrete_fields
                if getattr(field, "language", None) not in shown or field.name.startswith("search_text_")
            )
        )


def read_consistently(obj: Any, find: Callable[[Any], Rows]) -> tuple[Any, Rows]:
    """`thing` and what `find` gives for it, as both stood at one moment: asked again if it was published meanwhile.

    Two questions to the database are two moments, and a transaction for every reader would cost more than the one
    question this adds.
    """
    for _ in range(MAX_TRIES):
        rows = find(obj)
        now = type(obj)._default_manager.filter(pk=obj.pk, updated_at=obj.updated_at)
        if now.exists():
            break
        obj = type(obj)._default_manager.filter(pk=obj.pk).first() or obj
    return obj, rows


def content_models() -> list[Any]:
    """The models that are published: what a site says and arranges."""
    return [model for model in apps.get_models() if issubclass(model, ContentModel)]


class ContentModel(Translated):
    """What staff write in six languages and publish. The row is what readers see; drafts are versions."""

    shown_on = ""  # the name of the page that shows it, when it has no address of its own
    staff_messages: list[str] = []  # what staff should know, when it was published a moment ago

    public_from = models.DateTimeField(
        "offentlig fra", null=True, blank=True, db_index=True, help_text="Tom: kladde. I fremtiden: planlagt."
    )
    withdrawn_at = models.DateTimeField(
        "trukket tilbage fra", null=True, blank=True, help_text="Fra da af får læsere en side, der siger hvorfor."
    )
    withdrawn_reason = models.CharField("grund til tilbagetrækning", max_length=300, blank=True)
    withdrawn_to = models.CharField("læsere sendes til", max_length=200, blank=True)
    public_until = models.DateTimeField("offentlig til", null=True, blank=True)
    # Which saved version readers see; None: what was there before anybody saved one.
    public_version = models.PositiveIntegerField(null=True, editable=False)
    updated_at = models.DateTimeField("sidst ændret", auto_now=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="ansvarlig"
    )
    review_by = models.DateField("gennemgås senest", null=True, blank=True)

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, *given: Any) -> Self:
        obj = super().from_db(*given)
        tracking.record(cls._meta.label_lower, obj.pk)
        return obj

    @property
    def is_fixed(self) -> bool:
        """Whether the site cannot do without it where it is: then it is neither moved nor withdrawn."""
        return False

    @property
    def lacks_alt(self) -> bool:
        """Whether it has a picture whose alternative text is missing."""
        return False

    @property
    def has_been_public(self) -> bool:
        """Whether readers see it, or have seen it: then its address is answered, if only with why it is gone."""
        return self.public_from is not None and self.public_from <= timezone.now()

    @property
    def is_withdrawn(self) -> bool:
        now = timezone.now()
        return any(moment is not None and moment <= now for moment in (self.withdrawn_at, self.public_until))

    def end_error(self, begins: datetime, until: datetime | None) -> str:
        """Why it may not be published from `begins` to `until` (None: for good), as a sentence; "" when it may."""
        is_backwards = until is not None and until <= begins
        return "Siden kan ikke holde op med at være offentlig, før den begynder." if is_backwards else ""

    def raise_if_withdrawn(self) -> None:
        """Raises `Withdrawn` when staff took this out of public view."""
        if self.is_withdrawn:
            own = getattr(self, f"withdrawn_reason_{get_language()}", "")
            raise Withdrawn(self.withdrawn_reason, is_fallback=not own, to=self.withdrawn_to)
