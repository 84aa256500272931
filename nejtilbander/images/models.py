"""Pictures that staff upload: their renditions, and the original that the renditions are made from.

The bytes are stored in the database: they are in every backup, and every node has them. The uploaded file is not kept
(docs/decisions/0011). The text alternative belongs to the page that shows a picture, in every language.
"""

from django.apps import apps
from django.conf import settings
from django.core.signing import Signer
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone

from nejtilbander.i18n.languages import SOURCE
from nejtilbander.i18n.models import Translated

WIDTHS = [480, 960, 1440]  # CSS pixels; a picture is never enlarged
ASPECT_RATIO = (3, 2)  # of every picture on the site
MEDIA_TYPES = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"}  # the smallest first


class Picture(models.Model):
    """A picture cropped around `focus_x`, `focus_y` (percent from the left and the top).

    `width` is that of the crop, in pixels. `digest` identifies the bytes: another crop has another.
    """

    name = models.CharField("navn", max_length=80, help_text="Så I kan finde det igen. Læserne ser det ikke.")
    credit = models.CharField("fotograf", max_length=80, blank=True, help_text="Står under billedet: Foto: …")
    focus_x = models.PositiveSmallIntegerField(
        "det vigtigste, fra venstre", default=50, validators=[MaxValueValidator(100)], help_text="0 til 100 procent."
    )
    focus_y = models.PositiveSmallIntegerField(
        "det vigtigste, fra toppen", default=50, validators=[MaxValueValidator(100)], help_text="0 til 100 procent."
    )
    digest = models.CharField(
        max_length=16, unique=True, editable=False, validators=[RegexValidator(r"^[0-9a-f]{16}\Z")]
    )
    width = models.PositiveIntegerField(editable=False)
    made_at = models.DateTimeField("hentet ind", default=timezone.now, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+", verbose_name="af"
    )

    class Meta:
        verbose_name = "billede"
        verbose_name_plural = "billeder"
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return self.name

    @property
    def widths(self) -> list[int]:
        """The widths of its renditions, narrowest first."""
        return [width for width in WIDTHS if width <= self.width] or [self.width]

    @property
    def height(self) -> int:
        """Of the widest rendition, in pixels, so that the page does not shift when it loads."""
        return height_of(self.widths[-1])

    def address(self, width: int, kind: str) -> str:
        return reverse("picture", args=[self.digest, width, kind])

    def sources(self) -> list[tuple[str, str]]:
        """(media type, srcset) of each format."""
        return [
            (media, ", ".join(f"{self.address(width, kind)} {width}w" for width in self.widths))
            for kind, media in MEDIA_TYPES.items()
        ]

    def smallest_url(self) -> str:
        """For browsers without newer formats."""
        return self.address(self.widths[0], "jpg")

    def draft_url(self) -> str:
        """The smallest one for staff, whether readers may see it or not."""
        return f"{self.smallest_url()}?{draft_query(self.digest)}"


class Original(models.Model):
    """The source of the renditions: the pixels of the upload without its metadata, as a JPEG."""

    picture = models.OneToOneField(Picture, models.CASCADE, related_name="original")
    body = models.BinaryField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.picture)


class Rendition(models.Model):
    """One picture in one width and format."""

    picture = models.ForeignKey(Picture, models.CASCADE, related_name="renditions")
    width = models.PositiveIntegerField()
    kind = models.CharField(max_length=4)
    body = models.BinaryField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["picture", "width", "kind"], name="rendition_once")]

    def __str__(self) -> str:
        return f"{self.picture} {self.width}.{self.kind}"


class Pictured(Translated):
    """Abstract: an object with a picture on its page. The model must have "picture_alt" in its `content_fields`."""

    picture = models.ForeignKey(
        Picture, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="billede",
        help_text="Hent først billedet ind under Billeder, eller med det grønne plus.",
    )  # fmt: skip
    is_decorative = models.BooleanField(
        "billedet er kun pynt",
        default=False,
        help_text="Sæt mærket, hvis billedet ikke siger noget nyt. Så bliver det ikke læst op.",
    )
    picture_alt = models.CharField(
        "hvad billedet viser", max_length=200, blank=True,
        help_text="For dem, der ikke kan se det: det, du ville sige om billedet i en telefon.",
    )  # fmt: skip

    class Meta:
        abstract = True

    def required_texts(self, language: str) -> dict[str, str]:
        """Without the text alternative where the picture needs none."""
        texts = super().required_texts(language)
        return texts if self.needs_alt else {name: text for name, text in texts.items() if name != "picture_alt"}

    @property
    def needs_alt(self) -> bool:
        return self.picture_id is not None and not self.is_decorative

    @property
    def lacks_alt(self) -> bool:
        return self.needs_alt and not getattr(self, f"picture_alt_{SOURCE}")


def draft_query(digest: str) -> str:
    """The query string that shows a picture to those who are shown a draft, though no public page has it."""
    return f"kladde={Signer(salt='picture').signature(digest)}"


def height_of(width: int) -> int:
    return width * ASPECT_RATIO[1] // ASPECT_RATIO[0]


def pictured_models() -> list[type[Pictured]]:
    """Every installed model that may have a picture."""
    return [model for model in apps.get_models() if issubclass(model, Pictured)]
