"""Whether a thing can be what it says it is: what its form would refuse, asked of what came past no form.

An import, an old version brought back, a plan made before a rule: what readers get has been through here. Words are
another matter (checking.py), and so is a Danish text that is missing: a draft may wait for it.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator
from django.db.models import CharField, DateTimeField, TextField
from django.utils import timezone, translation

from nejtilbander.i18n.dates import validate_year
from nejtilbander.i18n.languages import CODES, SOURCE
from nejtilbander.publishing.content_checks import Finding

DOES_NOT_FIT = "Det passer ikke i feltet."
_no_nulls = ProhibitNullCharactersValidator("Der står et usynligt tegn (NUL) i teksten. Slet det, og skriv det igen.")


def _is_date(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(date.fromisoformat(value))
    except ValueError:
        return False


_TRANSLATION_KEYS: dict[str, Callable[[object], bool]] = {
    "source": lambda value: isinstance(value, str),
    "read": lambda value: isinstance(value, bool),
    "machine": lambda value: isinstance(value, bool),
    "date": _is_date,
}


def validate(obj: Any) -> list[Finding]:
    """What `thing` and the rows inside it cannot be, each a bar. Asks the database what others have taken."""
    with translation.override(SOURCE):  # staff's words, whoever's question it was that made a planned text due
        return [finding for row in (obj, *obj.parts()) for finding in validate_row(row)]


def clean_value(field: Any, value: Any, row: Any) -> Any:
    """`value` as the column `field` of `row` holds it. Raises ValidationError when it cannot, or no form would."""
    if isinstance(field, CharField | TextField) and not isinstance(value, str | None):
        raise ValidationError("Her skal stå en tekst.")
    if field.blank and value in field.empty_values and (value is not None or field.null):
        return value
    try:
        found = field.clean(value, row)
    except (TypeError, AttributeError, OverflowError):
        raise ValidationError(DOES_NOT_FIT) from None
    if isinstance(found, str):
        _no_nulls(found)
        if field.max_length:  # of a TextField only forms know it
            MaxLengthValidator(field.max_length)(found)
    if isinstance(found, date):
        validate_year(found)
    if isinstance(field, DateTimeField) and isinstance(found, datetime) and timezone.is_naive(found):
        raise ValidationError("Skriv også tidszonen, fx +01:00.")
    return found


def clean_translations(translations: Any) -> dict[str, dict[str, Any]]:
    """What says how a text stands in each language (languages.py), without what is not of that kind."""
    found = translations if isinstance(translations, dict) else {}
    return {
        code: {name: mark[name] for name, is_one in _TRANSLATION_KEYS.items() if name in mark and is_one(mark[name])}
        for code, mark in found.items()
        if code in CODES and isinstance(mark, dict)
    }


def with_label(field: Any, error: str) -> str:
    """`fault`, with the name that staff know the field by."""
    name = str(getattr(field, "translated_field", field).verbose_name)
    return f"{name[:1].upper()}{name[1:]}: {error}"


def uniqueness_conflicts(obj: Any, left_out: dict[str, Any]) -> list[Finding]:
    """What the working copy of `thing` would have that is somebody else's (versions.as_working_copy), each a bar."""
    found = {name: f"„{value}“ bruges nu af en anden. Vælg noget andet, og gem." for name, value in left_out.items()}
    return [_error(obj._meta.get_field(name), error) for name, error in found.items()]


def validate_row(row: Any) -> list[Finding]:
    """`unfit`, of one row without those inside it. It need not be saved."""
    # modeltranslation's shadows show the words of one language and hold none of their own.
    shadows = {"search_text", *row.content_fields}
    fields = {field.name: field for field in row._meta.concrete_fields if field.name not in shadows and field.editable}
    found: dict[str, list[str]] = {}
    for name, field in fields.items():
        try:
            clean_value(field, field.value_from_object(row), row)
        except ValidationError as error:
            found[name] = error.messages
    try:
        if not found:  # the rest may count on it that each value is what its field says
            row.full_clean(exclude=shadows)
    except ValidationError as error:
        found = error.message_dict
    return [_error(fields.get(name), message) for name, messages in found.items() for message in messages]


def _error(field: Any, error: str) -> Finding:
    language = getattr(field, "language", SOURCE)
    name, said = (field.name, with_label(field, error)) if field else (NON_FIELD_ERRORS, error)
    return Finding(name, language, said, is_error=True)
