"""The bar of the change form: what staff may do with the object, beside saving it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from django.http import HttpRequest

THEN = "_then"  # the name of the buttons that save the form and lead on


class Place(Enum):
    """Where an action stands: in the bar itself, under "Mere", or last there, in red."""

    BAR = "bar"
    MORE = "more"
    DANGER = "danger"


@dataclass(frozen=True)
class ToolbarAction:
    """One action. `url` is a page when `method` is "get"; with "post", a button posts to it without the form's fields.

    `is_primary` marks the one that the daily work ends with: "Udgiv". With `then` it is a button of the form itself:
    the form is saved, and leads to `url`; `then` is the button's value. Whoever may not save gets a link.
    """

    label: str
    url: str
    place: Place = Place.MORE
    method: str = "get"
    is_primary: bool = False
    then: str = ""


def next_url(request: HttpRequest, actions: Iterable[ToolbarAction]) -> str | None:
    """Where the button that sent the form leads, if it is one of `actions`; None for "Gem kladde"."""
    then = request.POST.get(THEN)
    return next((action.url for action in actions if then and action.then == then), None)
