"""What stands around every page: menu, inlined style, languages, notices. Only notices come from the database."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from nejtilbander.i18n.languages import direction
from nejtilbander.notices import current
from nejtilbander.web import inline_assets

STATIC_VIEW = "pages:guide"


def menu() -> list[tuple[str, str]]:
    """The five places, as (address, words)."""
    return [
        (reverse("pages:statement"), _("Udtalelsen")),
        (reverse("pages:initiatives"), _("Indsatser")),
        (reverse("events:events"), _("Stormøder")),
        (reverse("pages:guide"), _("Sådan anmelder du")),
        (reverse("pages:partners"), _("Hvem står bag")),
    ]


def site_context(request: HttpRequest) -> dict[str, Any]:
    """Context processor for every template."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    is_asking = request.resolver_match is None or request.resolver_match.view_name != STATIC_VIEW
    return {
        "style": inline_assets.STYLE,
        "quick_exit": inline_assets.QUICK_EXIT,
        "solve_challenge": inline_assets.CHALLENGE,
        "menu": menu(),
        "language": language,
        "direction": direction(language),
        # Lazy: the admin's pages have none.
        "notices": SimpleLazyObject(current.active_notices if is_asking else current.last_known),
        # Lazy: an unknown host is refused with a page that must not ask for the host again.
        "canonical": SimpleLazyObject(lambda: request.build_absolute_uri(request.path)),
        "origin": SimpleLazyObject(lambda: request.build_absolute_uri("/").rstrip("/")),
    }
