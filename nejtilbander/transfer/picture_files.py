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
from nejtilbander.images.processing import InvalidImage, open_image, save_picture
from nejtilbander.publishing.validation import clean_value

DIGEST = re.compile(r"[0-9a-f]{16}\Z")
KEYS = ("name", "credit", "focus_x", "focus_y")
Content = dict[str, Any]


class UnknownPicture(Exception):
    """A picture that is neither here nor in the file, or is not one. The sentence says which."""


def pack_pictures(contents: Iterable[Content]) -> dict[str, Content]:
    """The pictures of `contents` by mark, bytes and all. In `contents` each number becomes the mark."""
    packed: dict[str, Content] = {}
    for fields in _with_pictures(contents):
        picture = Picture.objects.select_related("original").filter(pk=fields["picture_id"]).first()
        fields["picture_id"] = picture.digest if picture else None
        if picture:
            packed[picture.digest] = {
                **{key: getattr(picture, key) for key in KEYS},
                "body": base64.b64encode(bytes(picture.original.body)).decode(),
            }
    return packed


def unpack_pictures(contents: Iterable[Content], packed: dict[str, Content], by: User | None) -> None:
    """In `contents` each mark becomes the number it has here; what is not here is made. Raises Unknown."""
    for fields in _with_pictures(contents):
        digest = fields["picture_id"]
        if not isinstance(digest, str) or not DIGEST.match(digest):
            raise UnknownPicture("En tekst i filen nævner et billede med et mærke, der ikke er et. Intet er hentet.")
        here = Picture.objects.filter(digest=digest).first()
        fields["picture_id"] = (here or _create(digest, packed, by)).pk


def _create(digest: str, packed: dict[str, Content], by: User | None) -> Picture:
    try:
        found = packed[digest]
        body = base64.b64decode(found["body"], validate=True)
        columns = [Picture._meta.get_field(key) for key in KEYS]
        picture = Picture(
            **{column.name: clean_value(column, found[column.name], None) for column in columns}, digest=digest
        )
        picture.full_clean(exclude=["width", "made_by"])
        return save_picture(picture, open_image(io.BytesIO(body), len(body)), by)
    except (InvalidImage, ValidationError, KeyError, TypeError, ValueError, DatabaseError) as error:
        raise UnknownPicture(f"Billedet {digest} mangler i filen eller kan ikke læses. Intet er hentet.") from error


def _with_pictures(contents: Iterable[Content]) -> list[Content]:
    """The fields of those that name one. What is not ours to read is left for the reader of the texts to refuse."""
    fields = [content.get("fields") for content in contents if isinstance(content, dict)]
    return [found for found in fields if isinstance(found, dict) and found.get("picture_id") is not None]
