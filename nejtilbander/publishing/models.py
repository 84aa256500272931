"""The base model of everything staff publish, its states, and its versions, shared previews and redirects."""

from collections.abc import Callable, Collection
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

SHARE_DAYS = 7  # days a preview link works
MAX_TRIES = 5
ContentT = TypeVar("ContentT", bound="ContentModel")
Rows = TypeVar("Rows")


class Withdrawn(Exception):
    """A reader asked for something staff have withdrawn. `reason` is the public reason, "" when its time simply ended.

    `is_fallback`: the reason is Danish, because there is none in the reader's language. `to`: the path to redirect to.
    """

    def __init__(self, reason: str, *, is_fallback: bool, to: str = "") -> None:
        super().__init__(reason)
        self.reason, self.is_fallback, self.to = reason, is_fallback, to


class PublicationStatus(models.TextChoices):
    """The publication state of an object. The labels are the words that staff see, the same on every page."""

    DRAFT = "draft", "Kladde"
    SCHEDULED = "scheduled", "Planlagt"
    PUBLIC = "public", "Udgivet"
    CHANGED = "changed", "Ændringer venter"
    PLANNED = "planned", "Ændringer planlagt"
    WITHDRAWN = "withdrawn", "Trukket tilbage"
    EXPIRED = "expired", "Slut"


def has_passed(*moments: datetime | None) -> bool:
    """True when one of them is now or earlier. None is never."""
    now = timezone.now()
    return any(moment is not None and moment <= now for moment in moments)


class ContentQuerySet(models.QuerySet[Any]):
    """Filters by what readers may see. The clock decides at query time; no worker is needed."""

    def public(self) -> Self:
        now = timezone.now()
        return self.ever_public().exclude(withdrawn_at__lte=now).exclude(public_until__lte=now)

    def ever_public(self) -> Self:
        """Public now, or public once and withdrawn: its address is answered, if only with why it is gone."""
        return self.filter(public_from__lte=timezone.now())

    def listed(self) -> Self:
        """For lists: defers the texts in languages not asked for, which halves the time of a page of cards.

        Not for an object's own page: that needs every language, to say which ones it exists in.
        """
        languages = {None, SOURCE, get_language()}
        return self.defer(
            *(
                field.name
                for field in self.model._meta.concrete_fields
                if getattr(field, "language", None) not in languages or field.name.startswith("search_text_")
            )
        )


class ContentModel(Translated):
    """Abstract base of everything published, in six languages. The row is what readers see; drafts are versions."""

    shown_on = ""  # URL name of the page that shows it, when it has no address of its own
    staff_messages: list[str] = []  # for staff, about the publication that has just been made

    public_from = models.DateTimeField(
        "offentlig fra", null=True, blank=True, db_index=True, help_text="Tom: kladde. I fremtiden: planlagt."
    )
    withdrawn_at = models.DateTimeField(
        "trukket tilbage fra", null=True, blank=True, help_text="Fra da af får læsere en side, der siger hvorfor."
    )
    withdrawn_reason = models.CharField("grund til tilbagetrækning", max_length=300, blank=True)
    withdrawn_to = models.CharField("læsere sendes til", max_length=200, blank=True)
    public_until = models.DateTimeField("offentlig til", null=True, blank=True)
    # The version that readers see; None: the row as it was before any version was saved.
    public_version = models.PositiveIntegerField(null=True, editable=False)
    updated_at = models.DateTimeField("sidst ændret", auto_now=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="ansvarlig"
    )
    review_by = models.DateField("gennemgås senest", null=True, blank=True)

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[object]) -> Self:
        obj = super().from_db(db, field_names, values)
        tracking.record(cls._meta.label_lower, obj.pk)
        return obj

    @classmethod
    def publish_permission(cls) -> str:
        """The permission that publishing one takes."""
        return f"nejtilbander.publish_{cls._meta.app_label}"

    @property
    def is_fixed(self) -> bool:
        """True when the site needs it at its address: it can be neither moved nor withdrawn."""
        return False

    @property
    def is_searchable(self) -> bool:
        """False when search must not find it though it is public."""
        return True

    @property
    def lacks_alt(self) -> bool:
        """True when it has a picture without the alternative text it needs."""
        return False

    @property
    def has_been_public(self) -> bool:
        """True when readers see it or have seen it: its address is answered, if only with why it is gone."""
        return self.public_from is not None and self.public_from <= timezone.now()

    @property
    def is_withdrawn(self) -> bool:
        return has_passed(self.withdrawn_at, self.public_until)

    def end_error(self, begins: datetime, until: datetime | None) -> str:
        """Returns why it cannot be public from `begins` to `until` (None: for good), as a sentence; "" when it can."""
        is_backwards = until is not None and until <= begins
        return "Siden kan ikke holde op med at være offentlig, før den begynder." if is_backwards else ""

    def raise_if_withdrawn(self) -> None:
        """Raises `Withdrawn` when readers can no longer see this."""
        if self.is_withdrawn:
            own = getattr(self, f"withdrawn_reason_{get_language()}", "")
            raise Withdrawn(self.withdrawn_reason, is_fallback=not own, to=self.withdrawn_to)


def content_models() -> list[type[ContentModel]]:
    """Every installed model that is published."""
    return [model for model in apps.get_models() if issubclass(model, ContentModel)]


def read_consistently(obj: ContentT, find: Callable[[ContentT], Rows]) -> tuple[ContentT, Rows]:
    """Returns `obj` and `find(obj)`, both from one publication: read again if `obj` was published in between.

    Two queries see two moments, and a transaction for every reader would cost more than the one query this adds.
    """
    for _ in range(MAX_TRIES):
        rows = find(obj)
        stored = type(obj)._default_manager.filter(pk=obj.pk)
        if stored.filter(updated_at=obj.updated_at).exists():
            break
        obj = stored.first() or obj
    return obj, rows


class Version(models.Model):
    """An object's content as it was once saved. The newest is the working copy of staff (docs/decisions/0010).

    `kind` and `object_id` name the object, as in "pages.page", 7. No foreign key: versions outlive their object.
    `content` has the shape of `serialization.Content`.
    """

    staff_messages: list[str] = []  # for staff, about the publication that has just been made

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
    due_at = models.DateTimeField("offentlig fra", null=True, blank=True, db_index=True)  # when it takes over
    until = models.DateTimeField("offentlig til", null=True, blank=True)  # the object's public_until from then on
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


class Publication(models.Model):
    """The last publication of an object, with what readers saw before it (snapshots.py). The next one replaces it.

    `redirects`: each old path that it touched, to where it led before and since (None: nowhere). `effects`: what the
    receivers of `actions.published` returned, for those of `actions.undone`.
    """

    kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    version = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    content = models.JSONField(encoder=DjangoJSONEncoder)
    columns = models.JSONField()
    redirects = models.JSONField(default=dict)
    effects = models.JSONField(default=dict)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="last_publication_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}, version {self.version}"


class SharedPreview(models.Model):
    """A link that shows a draft to people without a login. Deleting the row revokes it."""

    token_hash = models.CharField(max_length=43, unique=True)  # of the secret in the link, which is not stored
    kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class Redirect(models.Model):
    """A moved address. Paths are Danish, without a language prefix: "/indsatser/gammel/"; all languages follow it."""

    old_path = models.CharField("gammel adresse", max_length=200, unique=True)
    new_path = models.CharField("ny adresse", max_length=200)
    made_at = models.DateTimeField("lavet", default=timezone.now)

    class Meta:
        verbose_name = "flyttet adresse"
        verbose_name_plural = "flyttede adresser"
        ordering = ["old_path"]

    def __str__(self) -> str:
        return f"{self.old_path} → {self.new_path}"
