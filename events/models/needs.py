"""The needs a visitor can state when signing up, and their words."""

from typing import Any

from django.utils.translation import gettext_lazy as _


def need_words() -> dict[str, Any]:
    """Every need that can be asked for, in the order it is shown."""
    return {
        "wheelchair": _("Plads til kørestol"),
        "hearing_loop": _("Teleslynge"),
        "interpreter_en": _("Tolk: engelsk"),
        "interpreter_ar": _("Tolk: arabisk"),
        "interpreter_so": _("Tolk: somalisk"),
        "interpreter_tr": _("Tolk: tyrkisk"),
        "interpreter_fa": _("Tolk: persisk"),
        "interpreter_sgn": _("Tolk: dansk tegnsprog"),
        "other": _("Andet"),
    }


NEEDS = tuple(need_words())


def needs_offered(chosen: list[str]) -> list[tuple[str, Any, bool]]:
    """(value, words, chosen) of everything that can be asked for."""
    return [(need, words, need in chosen) for need, words in need_words().items()]
