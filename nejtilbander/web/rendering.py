"""Rendering of public pages: the template context that every page has."""

from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import translation

from nejtilbander.caching.policy import cache_policy
from nejtilbander.i18n.languages import CODES, SOURCE, catalogue_state, direction, path_in_language, worst_state
from nejtilbander.i18n.models import Translated
from nejtilbander.text.danish_names import mark_danish_names


def render_page(  # noqa: PLR0913 - the parts every page has, all by name
    request: HttpRequest,
    template: str,
    *,
    title: str,
    description: str,
    about: Translated | None = None,
    shows: Iterable[Translated] = (),
    **context: object,
) -> TemplateResponse:
    """A page in the active language. `about` is the object it is for; `shows` are the others it quotes.

    Without `about` the page's own texts come from the code and exist in every language.
    """
    language = translation.get_language() or SOURCE
    objects = [obj for obj in (about, *shows) if obj]
    states = [obj.language_state(language) for obj in objects]
    context |= {
        "title": title,
        "description": description,
        "about": about,
        "exists_in": about.languages() if about else CODES,
        "language_state": worst_state(states) if states else catalogue_state(language),
        "is_machine_translated": any(obj.is_machine_translated(language) for obj in objects) or not objects,
        "translated_on": about.translations.get(language, {}).get("date") if about else None,
    }
    response = TemplateResponse(request, template, context)
    response.add_post_render_callback(_mark_danish)
    policy = cache_policy(response)
    policy.depends_on_all, policy.about = False, (about._meta.label_lower, about.pk) if about else None
    return response


def _mark_danish(response: HttpResponse) -> None:
    if translation.get_language() != SOURCE:
        response.content = mark_danish_names(response.content.decode()).encode()


def plain_text(text: str, status: int = 200) -> HttpResponse:
    """A plain text response for machines, with a line end added."""
    return HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")


def language_links(request: HttpRequest, exists_in: Iterable[str]) -> list[dict[str, object]]:
    """The six languages for the switcher, each with the address of this page, which is complete in `exists_in`."""
    return [
        {
            "code": code,
            "name": name,
            "dir": direction(code),
            "address": path_in_language(request.path, code),
            "question": f"?{request.GET.urlencode()}" if request.GET else "",
            "is_current": code == translation.get_language(),
            "exists": code in exists_in,
        }
        for code, name in settings.LANGUAGES
    ]
