"""Validates data that passed no form: imports, restored versions, scheduled publications.

Everything that is published is validated here. Wording is checked elsewhere (content_checks), and so is a missing
Danish text: a draft may lack one.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TypedDict

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator
from django.db.models import CharField, DateTimeField, Field, Model, TextField
from django.utils import timezone, translation

from nejtilbander.i18n.dates import validate_year
from nejtilbander.i18n.languages import CODES, SOURCE
from nejtilbander.i18n.models import Translated
from nejtilbander.publishing.content_checks import Finding
from nejtilbander.publishing.models import ContentModel
from nejtilbander.publishing.serialization import untranslated_names

DOES_NOT_FIT = "Det passer ikke i feltet."
_no_nulls = ProhibitNullCharactersValidator("Der står et usynligt tegn (NUL) i teksten. Slet det, og skriv det igen.")


class TranslationEntry(TypedDict, total=False):
    """The value of one language in the `translations` column (i18n.models)."""

    source: str  # hash of the Danish text it was translated from
    read: bool  # checked by a speaker
    machine: bool  # written by a machine
    date: str  # ISO 8601
    rewritten: list[str]  # fields of it that a person has written since


def validate(obj: ContentModel) -> list[Finding]:
    """The errors in the fields of `obj` and its parts. Queries the database for values that must be unique."""
    with translation.override(SOURCE):  # messages are for staff, whichever reader's request made a plan due
        return [finding for row in (obj, *obj.parts()) for finding in validate_row(row)]


def clean_value(field: Field, value: object, row: Model | None) -> object:
    """`value` converted to the type of `field` on `row`. Raises ValidationError when a form would refuse it."""
    if isinstance(field, CharField | TextField) and not isinstance(value, str | None):
        raise ValidationError("Her skal stå en tekst.")
    if field.blank and value in field.empty_values and (value is not None or field.null):
        return value
    try:
        cleaned = field.clean(value, row)
    except (TypeError, AttributeError, OverflowError):
        raise ValidationError(DOES_NOT_FIT) from None
    if isinstance(cleaned, str):
        _no_nulls(cleaned)
        if field.max_length:  # which only forms check on a TextField
            MaxLengthValidator(field.max_length)(cleaned)
    if isinstance(cleaned, date):
        validate_year(cleaned)
    if isinstance(field, DateTimeField) and isinstance(cleaned, datetime) and timezone.is_naive(cleaned):
        raise ValidationError("Skriv også tidszonen, fx +01:00.")
    return cleaned


def clean_translations(translations: object) -> dict[str, TranslationEntry]:
    """The `translations` column without unknown languages and keys, and without values of another type."""
    entries = translations if isinstance(translations, dict) else {}
    return {code: _clean_translation(entries[code]) for code in CODES if isinstance(entries.get(code), dict)}


def _clean_translation(entry: dict[str, object]) -> TranslationEntry:
    cleaned: TranslationEntry = {}
    if isinstance(source := entry.get("source"), str):
        cleaned["source"] = source
    if isinstance(read := entry.get("read"), bool):
        cleaned["read"] = read
    if isinstance(machine := entry.get("machine"), bool):
        cleaned["machine"] = machine
    if isinstance(day := entry.get("date"), str) and _is_date(day):
        cleaned["date"] = day
    if isinstance(fields := entry.get("rewritten"), list) and all(isinstance(field, str) for field in fields):
        cleaned["rewritten"] = fields
    return cleaned


def _is_date(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def with_label(field: Field, error: str) -> str:
    """`error` after the name that staff know the field by."""
    name = str(getattr(field, "translated_field", field).verbose_name)
    return f"{name[:1].upper()}{name[1:]}: {error}"


def uniqueness_conflicts(obj: ContentModel, left_out: Mapping[str, object]) -> list[Finding]:
    """The errors for unique columns that another object has taken, as `versions.as_working_copy` yields them."""
    fields = {field.name: field for field in obj._meta.concrete_fields}
    return [
        _error(fields[name], f"„{value}“ bruges nu af en anden. Vælg noget andet, og gem.")
        for name, value in left_out.items()
    ]


def validate_row(row: Translated) -> list[Finding]:
    """The errors in the fields of one row, without its parts. It need not be saved."""
    ignored = untranslated_names(type(row))
    fields = {field.name: field for field in row._meta.concrete_fields if field.name not in ignored and field.editable}
    errors: dict[str, list[str]] = {}
    for name, field in fields.items():
        try:
            clean_value(field, field.value_from_object(row), row)
        except ValidationError as error:
            errors[name] = error.messages
    try:
        if not errors:  # clean() may rely on each value having the type of its field
            row.full_clean(exclude=ignored)
    except ValidationError as error:
        errors = error.message_dict
    return [_error(fields.get(name), message) for name, messages in errors.items() for message in messages]


def _error(field: Field | None, error: str) -> Finding:
    name, sentence = (field.name, with_label(field, error)) if field else (NON_FIELD_ERRORS, error)
    return Finding(name, getattr(field, "language", SOURCE), sentence, is_error=True)
