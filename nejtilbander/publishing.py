"""What is public and what is not, for everything staff write."""

from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language


class Withdrawn(Exception):
    """Asked for by a reader, but withdrawn by staff. `reason` is the public reason.

    `is_borrowed`: the reason is Danish, because the reader's language has none.
    """

    def __init__(self, reason: str, *, is_borrowed: bool) -> None:
        super().__init__(reason)
        self.reason, self.is_borrowed = reason, is_borrowed


class PublishableQuerySet(models.QuerySet[Any]):
    """Questions about what readers may see. Time decides; no worker is needed."""

    def public(self) -> Self:
        return self.ever_public().exclude(withdrawn_at__lte=timezone.now())

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


class Publishable(models.Model):
    public_from = models.DateTimeField(
        "offentlig fra", null=True, blank=True, db_index=True, help_text="Tom: kladde. I fremtiden: planlagt."
    )
    withdrawn_at = models.DateTimeField(
        "trukket tilbage fra", null=True, blank=True, help_text="Fra da af får læsere en side, der siger hvorfor."
    )
    withdrawn_reason = models.CharField("grund til tilbagetrækning", max_length=300, blank=True)
    updated_at = models.DateTimeField("sidst ændret", auto_now=True)

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        if self.withdrawn_at and not self.withdrawn_reason:
            raise ValidationError("Skriv grunden til, at siden er trukket tilbage. Læserne får den at se.")

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None and self.withdrawn_at <= timezone.now()

    def refuse_if_withdrawn(self) -> None:
        """Raises `Withdrawn` when staff took this out of public view."""
        if self.is_withdrawn:
            own = getattr(self, f"withdrawn_reason_{get_language()}", "")
            raise Withdrawn(self.withdrawn_reason, is_borrowed=not own)
