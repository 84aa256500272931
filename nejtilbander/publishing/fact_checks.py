"""Checks of the {facts} in a text: known ones alone, and where a link can stand. The one home for all that leaves."""

from collections.abc import Iterator

from django.core.exceptions import ValidationError

from nejtilbander.publishing.number_checks import check_numbers
from nejtilbander.text.contact_facts import BRACES, FACTS, unknown_names

Remarks = Iterator[tuple[str, bool]]  # (sentence, is it an error)
UNKNOWN_NAME = (
    "Læserne vil se „{}“, som det står. Siden kender kun "
    + ", ".join(f"{{{{{name}}}}}" for name in FACTS)
    + ". Skriv et af dem præcis sådan, uden fed skrift eller link indeni, eller lad de krøllede parenteser være."
)
_NAME_IN_PLAIN = (
    "Læserne vil se „{}“, som det står, for her kan ikke stå et link. "
    "Flyt det til en lang tekst, eller skriv med ord, hvem man skal ringe til eller finde."
)


def check_fact_text(text: str) -> Remarks:
    """What is wrong with a plain text in which a {fact} is a link, or written out: a notice, a reason, a letter."""
    yield from check_numbers(text, is_prose=True)
    yield from ((UNKNOWN_NAME.format(shown), True) for shown in unknown_names(text))


def validate_facts(text: str) -> None:
    """Validator of forms whose text leaves without being published. Raises ValidationError: see `check_fact_text`."""
    if errors := [sentence for sentence, is_error in check_fact_text(text) if is_error]:
        raise ValidationError(errors)


def check_facts_in_plain_text(text: str) -> Remarks:
    for shown in BRACES.findall(text):
        if shown[1:-1].strip().lower() in FACTS:
            yield _NAME_IN_PLAIN.format(shown), True
