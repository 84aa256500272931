"""A second person's look at a version of content, remarks on versions, and the letters about both."""

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from nejtilbander.background.outbox import OutgoingMail, OutgoingMailQuerySet
from nejtilbander.publishing.models import Version
from nejtilbander.publishing.versions import kind_of

MAX_REMARK = 1000  # characters


class ReviewQuerySet(models.QuerySet["Review"]):
    def of(self, obj: models.Model) -> "ReviewQuerySet":
        return self.filter(kind=kind_of(obj), object_id=obj.pk)

    def waiting(self) -> "ReviewQuerySet":
        return self.filter(state=Review.State.WAITING)

    def returned(self) -> "ReviewQuerySet":
        return self.filter(state=Review.State.RETURNED)

    def open(self) -> "ReviewQuerySet":
        """Those that an approval or a publication ends."""
        return self.filter(state__in=OPEN)

    def unseen(self) -> "ReviewQuerySet":
        """Publications that no other person has seen, also those that are not public any more."""
        return self.filter(state=Review.State.UNSEEN)

    def with_newest(self) -> "ReviewQuerySet":
        """Annotates number and title of the object's newest version, as `newest` and `newest_title`; oldest first."""
        same = {"kind": OuterRef("kind"), "object_id": OuterRef("object_id")}
        number = Version.objects.filter(**same).order_by("-number").values("number")[:1]
        title = Version.objects.filter(**same).order_by("-number").values("title")[:1]
        annotated = self.annotate(newest=Subquery(number), newest_title=Subquery(title))
        return annotated.select_related("asked_by", "colleague", "decided_by").order_by("asked_at", "pk")


class Review(models.Model):
    """One person's request that another looks at a version, and its end; or what its own writer published alone.

    `kind`, `object_id` and `number` name the version as Version has them. `language`: of a translator's request, which
    is about that language alone.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "venter på gennemsyn"
        RETURNED = "returned", "sendt tilbage"
        APPROVED = "approved", "godkendt"
        PUBLISHED = "published", "udgivet uden gennemsyn"
        UNSEEN = "unseen", "ikke set af en anden"
        SEEN = "seen", "set af en anden"

    kind = models.CharField("slags", max_length=40)
    object_id = models.BigIntegerField()
    number = models.PositiveIntegerField("version")
    state = models.CharField("tilstand", max_length=9, choices=State, default=State.WAITING)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="spurgt af")
    asked_at = models.DateTimeField("spurgt", default=timezone.now)
    colleague = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="kollega"
    )
    language = models.CharField("sprog", max_length=3, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="besvaret af"
    )
    decided_at = models.DateTimeField("besvaret", null=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = "gennemsyn"
        verbose_name_plural = "gennemsyn"
        default_permissions = ()
        ordering = ["-pk"]
        indexes = [models.Index(fields=["kind", "object_id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_id", "asked_by"], condition=Q(state__in=["waiting", "returned"]),
                name="review_open_once",
            ),
            models.UniqueConstraint(
                fields=["kind", "object_id", "number"], condition=Q(state="unseen"), name="review_unseen_once"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}, version {self.number}: {self.get_state_display()}"


OPEN = (Review.State.WAITING, Review.State.RETURNED)
LOOKED_AT = (Review.State.APPROVED, Review.State.SEEN)


class Remark(models.Model):
    """What somebody wrote about a version. `step`: the state of the review that was reached with it, "" for none."""

    kind = models.CharField("slags", max_length=40)
    object_id = models.BigIntegerField()
    number = models.PositiveIntegerField("version")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="af")
    at = models.DateTimeField("skrevet", default=timezone.now)
    text = models.CharField("bemærkning", max_length=MAX_REMARK)
    step = models.CharField("skridt", max_length=9, choices=Review.State, blank=True)

    class Meta:
        verbose_name = "bemærkning"
        verbose_name_plural = "bemærkninger"
        default_permissions = ()
        ordering = ["-pk"]
        indexes = [models.Index(fields=["kind", "object_id"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}, version {self.number}"

    @property
    def author(self) -> str:
        return name_of(self.by)

    @property
    def deed(self) -> str:
        """What its author did to the version, to stand after a name."""
        version = f"version {self.number}"
        asked, sent_back = f"bad om et blik på {version}", f"sendte {version} tilbage"
        return {"waiting": asked, "returned": sent_back}.get(self.step, f"om {version}")


class ReviewLetter(OutgoingMail):
    """A letter to one person about one object. It tells what is news since `since`, as it is when the letter leaves.

    `leaves_at`: its first attempt, which is kept when it is sent. `is_asked`: the person is one of those who were
    asked for a look; else they only get answers.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField("slags", max_length=40)
    object_id = models.BigIntegerField()
    since = models.DateTimeField("nyt siden")
    leaves_at = models.DateTimeField("sendes")
    is_asked = models.BooleanField("spurgt")

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = "mail om gennemsyn"
        verbose_name_plural = "mails om gennemsyn"
        default_permissions = ()
        indexes = [models.Index(fields=["state", "due_at"])]


def name_of(user: User | None) -> str:
    """The name of a member of staff, as colleagues know it."""
    return (user.get_full_name() or user.get_username()) if user else "et login, der er slettet"
