"""The model field of an object's address."""

from typing import Any

from django import forms
from django.db import models


class AddressField(models.SlugField):
    """A SlugField that says how to write what it refuses: Django's sentence calls å, æ and ø no letters."""

    default_error_messages = {
        "invalid": "Brug a-z, tal og bindestreg. Skriv å som aa, æ som ae og ø som oe: aaben-aften.",
        "unique": "En anden tekst har den webadresse. Vælg en anden.",
    }

    def formfield(self, **kwargs: Any) -> forms.Field | None:  # type: ignore[override]
        return super().formfield(**{"error_messages": {"invalid": self.error_messages["invalid"]}} | kwargs)

    def deconstruct(self) -> Any:
        """In migrations it is the SlugField that it is in the database."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.SlugField", args, kwargs
