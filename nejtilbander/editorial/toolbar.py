"""The actions in the bar of the change form: what staff may do with the object beside saving it."""

from dataclasses import dataclass
from enum import Enum


class Place(Enum):
    """Where an action stands: in the bar itself, under "Mere", or last there, in red."""

    BAR = "bar"
    MORE = "more"
    DANGER = "danger"


@dataclass(frozen=True)
class ToolbarAction:
    """One action. `url` is a page when `method` is "get"; with "post", a button posts to it without the form's fields.

    `is_primary` marks the one that the daily work ends with: "Udgiv".
    """

    label: str
    url: str
    place: Place = Place.MORE
    method: str = "get"
    is_primary: bool = False
