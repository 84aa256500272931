"""The rich-text widget for prose: django-prose-editor, configured to write only what `prose.sanitize` keeps.

static/js/editor.js, link.js and pasted.js add our own extensions. What may be saved is decided in text/prose.py alone:
the configuration is comfort, not safety. Without JavaScript the same field is a textarea with HTML in it.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django_prose_editor.widgets import ProseEditorWidget, importmap, prose_editor_js
from js_asset import ImportMap, Media, Script

from nejtilbander.i18n.languages import direction
from nejtilbander.text import prose

LANGUAGES = [{"lang": code, "name": str(name), "dir": direction(code)} for code, name in settings.LANGUAGES]
EXTENSIONS: dict[str, Any] = {
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
    # From static/js/editor.js, as are its own Blockquote and OrderedList. Link is from static/js/link.js.
    "Language": {"languages": LANGUAGES},
    "Isolated": True,
    "House": True,
    "Pasted": True,  # from static/js/pasted.js
}
# What pasted.js is made of: by name, so that each keeps its hash in its address.
MODULES = {"pasted-blocks": "js/pasted_blocks.js", "pasted-elements": "js/pasted_elements.js"}


class ProseWidget(ProseEditorWidget):
    def __init__(self, attrs: dict[str, object] | None = None) -> None:
        super().__init__(
            attrs={"class": "vLargeTextField"} | (attrs or {}),
            config={"extensions": EXTENSIONS},
            preset="configurable",
        )

    def get_config(self) -> dict[str, object]:
        config = super().get_config()
        link = EXTENSIONS["Link"] | {"search": reverse("admin:link_targets"), "site": settings.SITE_URL}
        modules = [static(f"js/{name}.js") for name in ("editor", "link", "pasted")]
        return config | {"extensions": config["extensions"] | {"Link": link}, "js_modules": modules}

    @property
    def media(self) -> forms.Media:
        """The library's files without its icon font: our buttons are words, and the CSP needs no font-src."""
        return Media(
            importmap=importmap | ImportMap(MODULES),
            css={
                "all": [
                    "django_prose_editor/editor.css",
                    "django_prose_editor/overrides.css",
                    "css/editor.css",
                    "css/writing.css",
                ]
            },
            js=["js/link_search.js", prose_editor_js, Script("django_prose_editor/configurable.js", type="module")],
        )


def with_nonce(media: forms.Media, request: HttpRequest) -> Media:
    """`media` for one response: its import map is an inline script, which the CSP allows by the response's nonce."""
    return Media.from_media(media).with_nonce(str(request.csp_nonce))  # type: ignore[attr-defined]
