"""Context processor: menu, inline assets, language, notices. Only notices come from the database."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from nejtilbander.i18n.languages import direction
from nejtilbander.notices import current
from nejtilbander.web import inline_assets

STATIC_VIEWS = {"pages:guide", "guide_poster", "shop_poster"}  # the views that must run no query


def menu() -> list[tuple[str, str]]:
    """The six menu items, as (address, text)."""
    return [
        (reverse("pages:statement"), _("Udtalelsen")),
        (reverse("pages:initiatives"), _("Indsatser")),
        (reverse("events:events"), _("Stormøder")),
        (reverse("pages:guide"), _("Sådan anmelder du")),
        (reverse("pages:page", args=["goer-noget"]), _("Hvad kan jeg gøre?")),
        (reverse("pages:partners"), _("Hvem står bag")),
    ]


def site_context(request: HttpRequest) -> dict[str, object]:
    """Context processor for every template."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    may_query = request.resolver_match is None or request.resolver_match.view_name not in STATIC_VIEWS
    return {
        "styles": inline_assets.STYLES,
        "quick_exit": inline_assets.QUICK_EXIT,
        "quit_url": settings.QUIT_URL,
        "solve_challenge": inline_assets.CHALLENGE,
        "menu": menu(),
        "language": language,
        "direction": direction(language),
        # Lazy: admin pages show none.
        "notices": SimpleLazyObject(current.active_notices if may_query else current.last_known),
        # Lazy: the error page for an unknown host must not call get_host again.
        "canonical": SimpleLazyObject(lambda: request.build_absolute_uri(request.path)),
        "origin": SimpleLazyObject(lambda: request.build_absolute_uri("/").rstrip("/")),
    }
