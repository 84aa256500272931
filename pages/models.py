"""The campaign's content: statements, initiatives, partners and plain pages."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from nejtilbander.documents.models import RELATION, Attachment
from nejtilbander.i18n.languages import CODES
from nejtilbander.i18n.models import Translated
from nejtilbander.i18n.typed_dates import written_day
from nejtilbander.images.models import Pictured
from nejtilbander.publishing import search_index
from nejtilbander.publishing.fields import AddressField
from nejtilbander.publishing.models import ContentModel, ContentQuerySet
from nejtilbander.text.prose import ProseField
from nejtilbander.web import subrequests


class NotPublic(Exception):
    """A draft, a scheduled or a withdrawn statement cannot be put in force."""


class StatementQuerySet(ContentQuerySet):
    def newest_first(self) -> "StatementQuerySet":
        return self.order_by("-number")


class Statement(ContentModel):
    """One public version of the Økonomiudvalg's statement. Its number is its permanent address."""

    content_fields = ("title", "summary", "body", "next_steps", "change_note", "withdrawn_reason")
    part_names = ("signatories", RELATION)

    number = models.PositiveIntegerField("nummer", unique=True, help_text="Adressen bliver /udtalelse/<nummer>/.")
    is_current = models.BooleanField("den gældende", default=False)
    dated = models.DateField(
        "dato", null=True, blank=True,
        help_text="Hvornår udtalelsen blev vedtaget. Lad feltet stå tomt, hvis det ikke vides.",
    )  # fmt: skip
    title = models.CharField("titel", max_length=120)
    summary = ProseField("resumé", help_text="Tre korte linjer.")
    body = ProseField("tekst")
    next_steps = ProseField("hvad sker der nu", blank=True)
    change_note = models.CharField("hvad er ændret", max_length=300, blank=True)
    source_url = models.URLField("kilde", blank=True)

    objects = StatementQuerySet.as_manager()

    class Meta:
        verbose_name = "udtalelse"
        verbose_name_plural = "udtalelser"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"],
                condition=Q(is_current=True),
                name="one_current_statement",
                violation_error_message="En anden udtalelse er allerede den gældende. Fjern mærket der først.",
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="statement_number_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"

    def put_in_force(self) -> None:
        """Makes this the statement in force instead of the present one, in one transaction.

        Raises `NotPublic` when it is not public.
        """
        if not Statement.objects.public().filter(pk=self.pk).exists():
            raise NotPublic
        now = timezone.now()
        with transaction.atomic():
            list(
                Statement.objects.order_by("pk").select_for_update(no_key=True).values_list("pk")
            )  # one request at a time
            replaced = list(Statement.objects.filter(is_current=True).values_list("pk", flat=True))
            Statement.objects.filter(is_current=True).update(is_current=False, updated_at=now)
            Statement.objects.filter(pk=self.pk).update(is_current=True, public_until=None, updated_at=now)
            for statement in Statement.objects.filter(pk__in=[self.pk, *replaced]):
                search_index.index(statement)

    @property
    def is_fixed(self) -> bool:
        """The menu leads to the statement in force: it can be replaced, not withdrawn."""
        return self.is_current

    @property
    def is_searchable(self) -> bool:
        """Readers are led to the statement in force alone."""
        return self.is_current

    def get_absolute_url(self) -> str:
        return reverse("pages:statement_version", args=[self.number])


class Signatory(Translated):
    """A signatory of one statement, by role; the name is optional."""

    content_fields = ("role",)

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="signatories", verbose_name="udtalelse")
    role = models.CharField("rolle", max_length=80)
    name = models.CharField("navn", max_length=80, blank=True)
    order = models.PositiveSmallIntegerField("rækkefølge", default=0)

    class Meta:
        verbose_name = "underskriver"
        verbose_name_plural = "underskrivere"
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.name or self.role

    @property
    def name_and_role(self) -> tuple[str, str]:
        """What the statement's page says of them; those of whom it says the same stand there once, with a number."""
        return self.name, self.role


class Initiative(Pictured, ContentModel):
    class Level(models.TextChoices):
        PREVENTIVE = "preventive", "forebyggende"
        INTERVENING = "intervening", "indgribende"

    class Status(models.TextChoices):
        PLANNED = "planned", "planlagt"
        UNDER_WAY = "under_way", "i gang"
        DONE = "done", "gennemført"

    content_fields = (
        "title", "summary", "body", "audience", "carried_out_by", "source_name", "picture_alt", "withdrawn_reason",
    )  # fmt: skip
    part_names = ("updates", RELATION)

    slug = AddressField("webadresse", max_length=60, unique=True)
    level = models.CharField("niveau", max_length=12, choices=Level)
    status = models.CharField("status", max_length=10, choices=Status, default=Status.UNDER_WAY)
    order = models.PositiveSmallIntegerField("rækkefølge", default=0)
    since_year = models.PositiveSmallIntegerField(
        "siden år", null=True, blank=True, help_text="Lad feltet stå tomt, hvis det ikke vides.",
        validators=[MinValueValidator(1900), MaxValueValidator(2100)],
    )  # fmt: skip
    title = models.CharField("titel", max_length=120)
    summary = models.CharField("indledning", max_length=240)
    body = ProseField("hvad er det")
    audience = models.CharField("for hvem", max_length=200)
    carried_out_by = models.CharField("hvem gør det", max_length=200)
    source_name = models.CharField("kildens navn", max_length=120, blank=True)
    source_url = models.URLField("kildens adresse", blank=True)
    leads_to_meetings = models.BooleanField("vis næste stormøde på siden", default=False)

    objects = ContentQuerySet.as_manager()

    class Meta:
        verbose_name = "indsats"
        verbose_name_plural = "indsatser"
        ordering = ["level", "order", "pk"]
        indexes = [models.Index(fields=["level", "order"])]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("pages:initiative", args=[self.slug])

    def searchable_objects(self) -> list[Translated]:
        """With the updates: a reader who remembers one finds the initiative."""
        return [self, *(self.updates.all() if self.pk else [])]


class Update(Translated):
    """Something that happened in an initiative: "det er der sket"."""

    content_fields = ("title", "body")

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="updates", verbose_name="indsats")
    date = models.DateField("dato")
    title = models.CharField("overskrift", max_length=120)
    body = ProseField("tekst", blank=True)

    class Meta:
        verbose_name = "nyhed"
        verbose_name_plural = "det er der sket"
        ordering = ["-date", "-pk"]

    def __str__(self) -> str:
        return f"{written_day(self.date)}: {self.title}"

    def get_absolute_url(self) -> str:
        return f"{self.initiative.get_absolute_url()}#nyt-{self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        self.initiative.save()  # its search text holds its updates, and its `updated_at` dates them

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        deleted = super().delete(*args, **kwargs)
        self.initiative.save()
        return deleted


class Partner(ContentModel):
    class Kind(models.TextChoices):
        MUNICIPALITY = "municipality", "kommune"
        POLICE = "police", "politi"
        BUSINESS = "business", "erhvervsdrivende"
        HOUSING = "housing", "boligorganisationer"
        CIVIL_SOCIETY = "civil_society", "civilsamfund"

    content_fields = ("name", "body", "withdrawn_reason")
    shown_on = "pages:partners"

    slug = AddressField("kendemærke", max_length=60, unique=True)
    kind = models.CharField("slags", max_length=14, choices=Kind)
    order = models.PositiveSmallIntegerField("rækkefølge", default=0)
    name = models.CharField("navn", max_length=120)
    body = ProseField("hvad de gør")
    url = models.URLField("hjemmeside", blank=True)

    objects = ContentQuerySet.as_manager()

    class Meta:
        verbose_name = "partner"
        verbose_name_plural = "hvem står bag"
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.name


class Page(Pictured, ContentModel):
    """A plain page, or the introduction of a section. Some cannot be moved or deleted (`is_fixed`)."""

    SECTIONS = {
        "forside": "front",
        "indsatser": "pages:initiatives",
        "hvem": "pages:partners",
        "stormoeder": "events:events",
    }
    LEGAL = {"privatliv", "tilgaengelighed"}  # the footer and /was lead to them; the law expects them
    LINKED = {"goer-noget", "bekymret", "kontakt"}  # the menu, the guide and the footer lead to them

    content_fields = ("title", "summary", "body", "picture_alt", "withdrawn_reason")
    part_names = (RELATION,)

    slug = AddressField("webadresse", max_length=60, unique=True)
    title = models.CharField("titel", max_length=120)
    summary = models.TextField(
        "indledning", max_length=400, help_text="En eller to sætninger. Også tekst i søgemaskiner."
    )
    body = ProseField("tekst", blank=True)

    objects = ContentQuerySet.as_manager()

    class Meta:
        verbose_name = "side"
        verbose_name_plural = "sider"
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        super().clean()
        if self.is_section or not self.slug:
            return
        match = subrequests.resolve_public(f"/{self.slug}/")
        if match is None or match.view_name != "pages:page" or self.slug in {*CODES, "admin"}:
            raise ValidationError({"slug": "Adressen bruges allerede af siden selv. Vælg en anden."})

    @property
    def is_section(self) -> bool:
        return self.slug in self.SECTIONS

    @property
    def is_fixed(self) -> bool:
        return self.is_section or self.slug in self.LEGAL | self.LINKED

    def get_absolute_url(self) -> str:
        return reverse(self.SECTIONS[self.slug]) if self.is_section else reverse("pages:page", args=[self.slug])


class StatementDocument(Attachment):
    statement = models.ForeignKey(Statement, models.CASCADE, related_name=RELATION, verbose_name="udtalelse")


class InitiativeDocument(Attachment):
    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name=RELATION, verbose_name="indsats")


class PageDocument(Attachment):
    page = models.ForeignKey(Page, models.CASCADE, related_name=RELATION, verbose_name="side")
