"""The editor staff write prose in: text that looks like text, with nothing in it that prose.clean takes away.

django-prose-editor draws it; static/js/editor.js makes it ours. What may be kept is said in prose.py alone: this is
comfort, not safety. Without JavaScript the same field is a textarea with HTML in it.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django_prose_editor.widgets import ProseEditorWidget, importmap, prose_editor_js
from js_asset import Media, Script

from nejtilbander.i18n.languages import direction
from nejtilbander.text import prose

LANGUAGES = [{"lang": code, "name": str(name), "dir": direction(code)} for code, name in settings.LANGUAGES]
EXTENSIONS = {
    "Heading": {"levels": [2, 3]},
    "Bold": True,
    "Italic": True,
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    "HardBreak": True,
    "Link": {"schemes": sorted(prose.SCHEMES)},
    "NoSpellCheck": False,  # they write for the public: let the browser help
    "Menu": {"defaultItems": False, "groups": [{"group": name} for name in ("blocks", "marks", "links", "history")]},
    # From static/js/editor.js, as are its own Blockquote, Link and OrderedList.
    "Language": {"languages": LANGUAGES},
    "Isolated": True,
    "House": True,
}


class ProseWidget(ProseEditorWidget):
    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            attrs={"class": "vLargeTextField"} | (attrs or {}),
            config={"extensions": EXTENSIONS},
            preset="configurable",
        )

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"js_modules": [static("js/editor.js")]}

    @property
    def media(self) -> forms.Media:
        """Without the library's icon font: our buttons are words, and the policy needs no font-src."""
        return Media(
            importmap=importmap,
            css={"all": ["django_prose_editor/editor.css", "django_prose_editor/overrides.css", "css/editor.css"]},
            js=[prose_editor_js, Script("django_prose_editor/configurable.js", type="module")],
        )


def with_nonce(media: forms.Media, request: HttpRequest) -> Media:
    """`media` for a page of the admin: its import map is an inline script, which the policy allows by this nonce."""
    return Media.from_media(media).with_nonce(str(request.csp_nonce))  # type: ignore[attr-defined]


class EditorAdmin:
    """For a ModelAdmin whose form, or the rows inside it, hold prose."""

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        context["media"] = with_nonce(context["media"], request)
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc]
