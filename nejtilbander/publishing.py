"""What is public and what is not, for everything staff write."""

from functools import lru_cache
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language


class Withdrawn(Exception):
    """Asked for by a reader, but withdrawn by staff. `reason` is the public reason, in the reader's language."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@lru_cache
def _unread_columns(model: type[models.Model], language: str) -> list[str]:
    """The columns a list in `language` never shows: other languages' texts, and what search reads."""
    return [
        field.name
        for field in model._meta.concrete_fields
        if getattr(field, "language", None) not in {None, "da", language} or field.name.startswith("search_text_")
    ]


class PublishableQuerySet(models.QuerySet[Any]):
    """Questions about what readers may see. Time decides; no worker is needed."""

    def public(self) -> Self:
        return self.ever_public().filter(withdrawn_at=None)

    def ever_public(self) -> Self:
        """Public now, or public once and withdrawn: what has an address, if only to say why it is gone."""
        return self.filter(public_from__lte=timezone.now())

    def listed(self) -> Self:
        """For lists: without the texts of languages nobody asked for, which halves the time of a page of cards.

        One object more needs them: a whole page says which languages it exists in.
        """
        return self.defer(*_unread_columns(self.model, get_language() or "da"))


class Publishable(models.Model):
    public_from = models.DateTimeField(
        "offentlig fra", null=True, blank=True, db_index=True, help_text="Tom: kladde. I fremtiden: planlagt."
    )
    withdrawn_at = models.DateTimeField(
        "trukket tilbage", null=True, blank=True, help_text="Læsere får en side, der siger hvorfor."
    )
    withdrawn_reason = models.CharField("grund til læserne", max_length=300, blank=True)
    updated_at = models.DateTimeField("sidst ændret", auto_now=True)

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        if self.withdrawn_at and not self.withdrawn_reason:
            raise ValidationError("Skriv grunden til, at siden er trukket tilbage. Læserne får den at se.")

    def refuse_if_withdrawn(self) -> None:
        """Raises `Withdrawn` when staff took this out of public view."""
        if self.withdrawn_at:
            raise Withdrawn(self.withdrawn_reason)
