"""Pictures in the export file, identified by digest instead of primary key, which differs from site to site.

A picture that a site has already is not created again. An imported one is decoded, stripped and encoded anew like any
upload: the file may have been changed on its way.
"""

import base64
import io
import re
from collections.abc import Iterable, Mapping
from typing import TypedDict

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import DatabaseError

from nejtilbander.images.decoding import InvalidImage, open_image
from nejtilbander.images.models import Picture
from nejtilbander.images.processing import save_picture
from nejtilbander.publishing.serialization import Columns, Content
from nejtilbander.publishing.validation import clean_value

DIGEST = re.compile(r"[0-9a-f]{16}\Z")
COLUMNS = ("name", "credit", "focus_x", "focus_y")


class PackedPicture(TypedDict):
    """A picture in the export file. `body` is its original (a JPEG) in base64."""

    name: str
    credit: str
    focus_x: int
    focus_y: int
    body: str


class UnknownPicture(Exception):
    """A picture is neither on this site nor in the file, or is not valid. The sentence says which."""


def pack_pictures(contents: Iterable[Content]) -> dict[str, PackedPicture]:
    """The pictures of `contents` by digest. In `contents` each primary key is replaced by the digest."""
    packed: dict[str, PackedPicture] = {}
    for fields in _with_pictures(contents):
        picture = Picture.objects.select_related("original").filter(pk=str(fields["picture_id"])).first()
        fields["picture_id"] = picture.digest if picture else None
        if picture:
            packed[picture.digest] = {
                "name": picture.name, "credit": picture.credit, "focus_x": picture.focus_x, "focus_y": picture.focus_y,
                "body": base64.b64encode(bytes(picture.original.body)).decode(),
            }  # fmt: skip
    return packed


def unpack_pictures(contents: Iterable[Content], packed: Mapping[str, PackedPicture], by: User | None) -> None:
    """In `contents` each digest is replaced by the primary key on this site. Creates missing pictures from `packed`.

    Raises UnknownPicture.
    """
    for fields in _with_pictures(contents):
        digest = fields["picture_id"]
        if not isinstance(digest, str) or not DIGEST.match(digest):
            raise UnknownPicture("En tekst i filen nævner et billede med et mærke, der ikke er et. Intet er hentet.")
        existing = Picture.objects.filter(digest=digest).first()
        fields["picture_id"] = (existing or _create(digest, packed, by)).pk


def _create(digest: str, packed: Mapping[str, PackedPicture], by: User | None) -> Picture:
    try:
        columns: Mapping[str, object] = packed[digest]
        body = base64.b64decode(packed[digest]["body"], validate=True)
        picture = Picture(digest=digest)
        for field in Picture._meta.concrete_fields:
            if field.name in COLUMNS:
                setattr(picture, field.name, clean_value(field, columns[field.name], None))
        picture.full_clean(exclude=["width", "made_by"])
        return save_picture(picture, open_image(io.BytesIO(body), len(body)), by)
    except (InvalidImage, ValidationError, KeyError, TypeError, ValueError, DatabaseError) as error:
        raise UnknownPicture(f"Billedet {digest} mangler i filen eller kan ikke læses. Intet er hentet.") from error


def _with_pictures(contents: Iterable[object]) -> list[Columns]:
    """The fields of each content with a picture. Malformed contents are left for `json_files` to refuse."""
    fields = [content.get("fields") for content in contents if isinstance(content, dict)]
    return [columns for columns in fields if isinstance(columns, dict) and columns.get("picture_id") is not None]
