"""Min side, the admin's front page: the sections of what a member of staff has to do.

Another part of the site adds its own section from its apps.py: `my_page.sections.append(build)`.
"""

from collections.abc import Callable
from typing import NamedTuple

from django.http import HttpRequest


class Row(NamedTuple):
    """One line of a section. `note` is shown in small after the link: who, when, how many."""

    title: str
    url: str
    note: str = ""


class Section(NamedTuple):
    """A heading and its rows. `url` leads to a page with all of them; "" when there is none."""

    title: str
    rows: list[Row]
    url: str = ""


# Each returns its section, or None when there is nothing for this user. They stand after "Venter på mig".
sections: list[Callable[[HttpRequest], Section | None]] = []


def registered_sections(request: HttpRequest) -> list[Section]:
    """The sections of others that have any rows for the user of `request`."""
    return [section for build in sections if (section := build(request)) and section.rows]
