"""The needs that can be stated in the sign-up form, and their labels."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


def need_words() -> dict[str, Promise]:
    """Need to translatable label, in the order of the form."""
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


def needs_offered(chosen: list[str]) -> list[tuple[str, Promise, bool]]:
    """(need, label, is chosen) of every need."""
    return [(need, words, need in chosen) for need, words in need_words().items()]
