"""Image processing: crops pictures, encodes their renditions, and stores them."""

import hashlib
import io
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from PIL import Image

from nejtilbander.images.decoding import Raster
from nejtilbander.images.models import ASPECT_RATIO, MEDIA_TYPES, Original, Picture, Rendition, height_of

ENCODINGS: dict[str, dict[str, Any]] = {  # visually lossless, about
    "avif": {"format": "AVIF", "quality": 60, "speed": 7},
    "webp": {"format": "WEBP", "quality": 76, "method": 4},
    "jpg": {"format": "JPEG", "quality": 80, "optimize": True, "progressive": True},
}


def crop(picture: Raster, x: int, y: int) -> Raster:
    """The largest crop of ASPECT_RATIO, centred on the focus (percent) as far as the edges allow."""
    width = min(picture.width, picture.height * ASPECT_RATIO[0] // ASPECT_RATIO[1])
    height = min(picture.height, picture.width * ASPECT_RATIO[1] // ASPECT_RATIO[0])
    left = min(max(picture.width * x // 100 - width // 2, 0), picture.width - width)
    top = min(max(picture.height * y // 100 - height // 2, 0), picture.height - height)
    return picture.crop((left, top, left + width, top + height))


def encode(picture: Raster, kind: str) -> bytes:
    body = io.BytesIO()
    picture.save(body, **ENCODINGS[kind])
    return body.getvalue()


def save_picture(picture: Picture, raster: Raster, by: User | None) -> Picture:
    """Saves a new `picture` with its original and renditions, made from `raster`. Takes about a second.

    Returns it, or the stored picture with the same digest. A picture imported from another site has its digest set.
    """
    original = io.BytesIO()
    raster.save(original, "JPEG", quality=90)
    cropped = crop(raster, picture.focus_x, picture.focus_y)
    picture.width, picture.made_by = cropped.width, by
    metadata = f"{picture.focus_x} {picture.focus_y} {picture.credit} {picture.name}"
    picture.digest = picture.digest or hashlib.sha256(original.getvalue() + metadata.encode()).hexdigest()[:16]
    bodies = [
        (width, kind, encode(cropped.resize((width, height_of(width)), Image.Resampling.LANCZOS), kind))
        for width in picture.widths
        for kind in MEDIA_TYPES
    ]
    with transaction.atomic():
        if twin := Picture.objects.filter(digest=picture.digest).first():
            return twin
        picture.save()
        Original.objects.create(picture=picture, body=original.getvalue())
        Rendition.objects.bulk_create(
            [Rendition(picture=picture, width=width, kind=kind, body=body) for width, kind, body in bodies]
        )
    return picture


def load_original(picture: Picture) -> Raster:
    """Decodes the original of `picture`."""
    raster: Raster = Image.open(io.BytesIO(bytes(picture.original.body)), formats=["JPEG"])
    raster.load()
    return raster
