"""The widget of a picture on a form: a select, which static/js/picture-chooser.js shows as pictures."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString


class PictureSelect(forms.Select):
    """Without JavaScript a select by name, with a way to the gallery."""

    class Media:
        css = {"all": ["css/media.css"]}
        js = ["js/picture-chooser.js"]

    def __init__(self, attrs: dict[str, Any] | None = None, choices: Any = ()) -> None:
        super().__init__({"data-pictures": True} | (attrs or {}), choices)

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """With the address of the thumbnail."""
        option = super().create_option(name, value, *args, **kwargs)
        if picture := getattr(value, "instance", None):
            option["attrs"]["data-thumbnail"] = picture.draft_url()
        return option

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        gallery = reverse("admin:nejtilbander_picture_changelist")
        select = super().render(name, value, attrs, renderer)
        return format_html('{} <a href="{}" target="_blank">Se alle billeder</a>', select, gallery)
