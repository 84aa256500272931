"""Pictures on their way from one site to another: in the file beside the texts, known by their marks.

Numbers of rows mean nothing on another site, and a picture that is there already is not made again. What comes in is
opened, stripped and made anew like any upload: a file may have been changed on its way.
"""

import base64
import io
import re
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import DatabaseError

from nejtilbander.images.models import Picture
from nejtilbander.images.processing import NotAPicture, keep, opened
from nejtilbander.publishing.validation import held

MARK = re.compile(r"[0-9a-f]{16}\Z")
KEYS = ("name", "credit", "focus_x", "focus_y")
Content = dict[str, Any]


class Unknown(Exception):
    """A picture that is neither here nor in the file, or is not one. The sentence says which."""


def out(contents: Iterable[Content]) -> dict[str, Content]:
    """The pictures of `contents` by mark, bytes and all. In `contents` each number becomes the mark."""
    packed: dict[str, Content] = {}
    for fields in _with_pictures(contents):
        picture = Picture.objects.select_related("original").filter(pk=fields["picture_id"]).first()
        fields["picture_id"] = picture.mark if picture else None
        if picture:
            packed[picture.mark] = {
                **{key: getattr(picture, key) for key in KEYS},
                "body": base64.b64encode(bytes(picture.original.body)).decode(),
            }
    return packed


def into(contents: Iterable[Content], packed: dict[str, Content], by: User | None) -> None:
    """In `contents` each mark becomes the number it has here; what is not here is made. Raises Unknown."""
    for fields in _with_pictures(contents):
        mark = fields["picture_id"]
        if not isinstance(mark, str) or not MARK.match(mark):
            raise Unknown("En tekst i filen nævner et billede med et mærke, der ikke er et. Intet er hentet.")
        here = Picture.objects.filter(mark=mark).first()
        fields["picture_id"] = (here or _made(mark, packed, by)).pk


def _made(mark: str, packed: dict[str, Content], by: User | None) -> Picture:
    try:
        found = packed[mark]
        body = base64.b64decode(found["body"], validate=True)
        columns = [Picture._meta.get_field(key) for key in KEYS]
        picture = Picture(**{column.name: held(column, found[column.name], None) for column in columns}, mark=mark)
        picture.full_clean(exclude=["width", "made_by"])
        return keep(picture, opened(io.BytesIO(body), len(body)), by)
    except (NotAPicture, ValidationError, KeyError, TypeError, ValueError, DatabaseError) as fault:
        raise Unknown(f"Billedet {mark} mangler i filen eller kan ikke læses. Intet er hentet.") from fault


def _with_pictures(contents: Iterable[Content]) -> list[Content]:
    """The fields of those that name one. What is not ours to read is left for the reader of the texts to refuse."""
    fields = [content.get("fields") for content in contents if isinstance(content, dict)]
    return [found for found in fields if isinstance(found, dict) and found.get("picture_id") is not None]
