"""Documents (PDF) that staff upload, and how a text shows them.

The bytes are stored in the database, as those of pictures: they are in every backup, and every node has them. The
uploaded file is not kept (docs/decisions/0033). A document is never changed: another file is another document.
"""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.signing import Signer
from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from nejtilbander.i18n.languages import SOURCE
from nejtilbander.i18n.models import Translated
from nejtilbander.text.slugs import slug_of

RELATION = "documents"  # the related name, on every model that shows documents
IN_LANGUAGE: dict[str, Promise] = {
    "da": gettext_lazy("på dansk"), "en": gettext_lazy("på engelsk"), "ar": gettext_lazy("på arabisk"),
    "so": gettext_lazy("på somalisk"), "tr": gettext_lazy("på tyrkisk"), "fa": gettext_lazy("på persisk"),
}  # fmt: skip


class Document(models.Model):
    """A PDF, cleaned, with its facts. `digest` identifies the bytes, which hold title and language too."""

    title = models.CharField(
        "titel", max_length=120,
        help_text="På filens eget sprog. Står i læserens fane og i filens navn, og skærmlæsere siger den.",
    )  # fmt: skip
    language = models.CharField("sprog", max_length=2, choices=settings.LANGUAGES, default=SOURCE)
    digest = models.CharField(
        max_length=16, unique=True, editable=False, validators=[RegexValidator(r"^[0-9a-f]{16}\Z")]
    )
    size = models.PositiveIntegerField("bytes", editable=False)
    pages = models.PositiveSmallIntegerField("sider", editable=False)
    is_tagged = models.BooleanField("mærket op", editable=False)
    had_title = models.BooleanField("havde titel", editable=False)
    stated_language = models.CharField("filens eget ord for sproget", max_length=20, blank=True, editable=False)
    has_text = models.BooleanField("har bogstaver", editable=False)
    made_at = models.DateTimeField("hentet ind", default=timezone.now, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+", verbose_name="af"
    )

    class Meta:
        verbose_name = "dokument"
        verbose_name_plural = "dokumenter"
        ordering = ["-made_at"]
        default_permissions = ("add", "delete", "view")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("document", args=[self.digest])

    def draft_url(self) -> str:
        """For staff, whether readers may see it or not."""
        return f"{self.get_absolute_url()}?{draft_query(self.digest)}"

    @property
    def filename(self) -> str:
        """Readable, and safe in every system."""
        return f"{slug_of(self.title) or self.digest}.pdf"

    @property
    def kilobytes(self) -> int:
        """Of 1000 bytes, as browsers count, rounded up."""
        return -(-self.size // 1000)

    @property
    def in_language(self) -> str:
        return str(IN_LANGUAGE[self.language])

    @property
    def is_accessible(self) -> bool:
        """True when a screen reader has something to read, in order."""
        return self.is_tagged and self.has_text


class DocumentFile(models.Model):
    """The bytes of a document, apart: no list reads them."""

    document = models.OneToOneField(Document, models.CASCADE, related_name="file")
    body = models.BinaryField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.document)


class Attachment(Translated):
    """Abstract: a document on the page of one object, as a part of it: in its versions, and published with it.

    The concrete model has a foreign key to its object, with RELATION as its related name.
    """

    content_fields = ("title",)

    document = models.ForeignKey(
        Document, models.PROTECT, related_name="+", verbose_name="fil",
        help_text="Hent først filen ind under Dokumenter, eller med det grønne plus.",
    )  # fmt: skip
    title = models.CharField("titel", max_length=120, help_text="Det, læserne trykker på, fx „Dagsorden for mødet“.")
    order = models.PositiveSmallIntegerField("rækkefølge", default=0)

    class Meta:
        abstract = True
        verbose_name = "dokument"
        verbose_name_plural = "dokumenter"
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.title


def with_documents(rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Each of `rows` has `has_documents`, asked for with them: most show none, and `documents_of` then asks nothing."""
    model: Any = rows.model._meta.get_field(RELATION).related_model
    shown = model._base_manager.filter(**{owner_field(model).name: models.OuterRef("pk")})
    return rows.annotate(has_documents=models.Exists(shown))


def documents_of(obj: Any) -> list[Any]:
    return list(getattr(obj, RELATION).select_related("document")) if getattr(obj, "has_documents", True) else []


def attachment_models() -> list[type[Attachment]]:
    """Every installed model of documents on something."""
    return [model for model in apps.get_models() if issubclass(model, Attachment)]


def owner_field(model: type[Attachment]) -> models.ForeignKey:
    """The foreign key of an attachment to the object it is shown with."""
    return next(
        field for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.remote_field.related_name == RELATION
    )  # fmt: skip


def draft_query(digest: str) -> str:
    """The query string that shows a document to those who are shown a draft, though no public page has it."""
    return f"kladde={Signer(salt='document').signature(digest)}"
