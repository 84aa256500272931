"""The widget of a field that takes an address on this site: a page is found by its words (static/js/link_search.js).

Without JavaScript it is a plain field. The form checks what is typed either way (links/targets.py).
"""

from django import forms
from django.urls import reverse


class LinkTargetInput(forms.TextInput):
    class Media:
        css = {"all": ["css/writing.css"]}
        js = ["js/link_search.js"]

    def __init__(self, attrs: dict[str, object] | None = None) -> None:
        super().__init__({"class": "vTextField", "autocomplete": "off"} | (attrs or {}))

    def get_context(self, name: str, value: object, attrs: dict[str, object] | None) -> dict[str, object]:
        return super().get_context(name, value, {**(attrs or {}), "data-link-search": reverse("admin:link_targets")})
